// Moved credits as both sides see them.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { createWallet } from '../../src/wallets/create-wallet';
import { paidIntents, service, support, useAsking, user } from './asking';

const asking = useAsking();
const shop = service('shop');

const MOVE = `mutation ($input: MoveCreditsInput!) { moveCredits(input: $input) {
  transaction { id type credits otherWalletId } balance { userId credits movable } toBalance { userId credits } replayed
  errors { code path } } }`;
const move = async (input: Record<string, unknown>, caller: Caller = shop) =>
  (await asking.data(caller, MOVE, { input: { reason: 'r', idempotencyKey: randomUUID(), ...input } }))
    .moveCredits;
const SEEN = `query ($userId: ID, $walletId: ID) { creditTransactions(userId: $userId, walletId: $walletId, filter: {type: [transfer]}) {
  nodes { type credits otherWalletId } } }`;
const seen = async (caller: Caller, of: Record<string, unknown>) =>
  (await asking.data(caller, SEEN, of)).creditTransactions.nodes;
const team = async (ownerId: string) =>
  (await createWallet(asking.deps, shop, { name: 'Acme', ownerId, idempotencyKey: randomUUID() })).wallet.id;

it('a move names its other side to whoever sees that wallet, and to nobody else', async () => {
  for (const name of ['ada', 'olga']) await paidIntents(asking, name, 1);
  const walletId = await team('olga');
  for (const userId of ['ada', 'olga'])
    expect(await move({ userId, toWalletId: walletId, credits: 5 })).toMatchObject({
      transaction: { type: 'transfer', credits: -5, otherWalletId: walletId },
      toBalance: { userId: walletId },
      replayed: false,
      errors: [],
    });

  expect(await seen(user('ada'), { userId: 'ada' })).toEqual([
    { type: 'transfer', credits: -5, otherWalletId: null },
  ]);
  expect(await seen(user('olga'), { userId: 'olga' })).toEqual([
    { type: 'transfer', credits: -5, otherWalletId: walletId },
  ]);
  expect(await seen(user('olga'), { walletId })).toEqual([
    { type: 'transfer', credits: 5, otherWalletId: 'olga' },
    { type: 'transfer', credits: 5, otherWalletId: null },
  ]);
  for (const caller of [shop, support])
    expect(await seen(caller, { walletId })).toEqual([
      { type: 'transfer', credits: 5, otherWalletId: 'olga' },
      { type: 'transfer', credits: 5, otherWalletId: 'ada' },
    ]);
});

it('a key that is bound to a wallet moves nothing out of it or into it', async () => {
  await paidIntents(asking, 'bea', 1);
  const walletId = await team('bea');
  const bound: Caller = { ...shop, boundTo: { walletId, memberId: null } };
  await move({ userId: 'bea', toWalletId: walletId, credits: 5 });
  expect((await move({ walletId, toUserId: 'eve', credits: 1 }, bound)).errors).toEqual([
    { code: 'NOT_FOUND', path: ['input', 'toUserId'] },
  ]);
  expect((await move({ userId: 'bea', toWalletId: walletId, credits: 1 }, bound)).errors).toEqual([
    { code: 'NOT_FOUND', path: ['input', 'userId'] },
  ]);
});
