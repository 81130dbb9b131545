// How many credits somebody may spend now: never what a member's limit would leave of an empty wallet, and never the wallet's where the
// limit is used up.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { createApiKey } from '../../src/callers/create-api-key';
import { revokeApiKey } from '../../src/callers/revoke-api-key';
import { readInstant } from '../../src/db/instant';
import { formatError } from '../../src/graphql/errors';
import { createWallet } from '../../src/wallets/create-wallet';
import { setWalletMember } from '../../src/wallets/set-wallet-member';
import { service, support, useAsking, user } from './asking';

const asking = useAsking({ API_KEY_PEPPER: 'p'.repeat(32) });
const shop = service('shop');
const finance: Caller = { id: 'fin_1', role: 'finance' };
const admin: Caller = { id: 'adm_1', role: 'admin' };
const DAY_MS = 86_400_000;

/** Owner olga, members mel and max, so many credits. */
async function company(credits: number): Promise<string> {
  const { wallet } = await createWallet(asking.deps, shop, {
    ...{ name: 'Acme', ownerId: 'olga', idempotencyKey: randomUUID() },
  });
  for (const userId of ['mel', 'max'])
    await setWalletMember(asking.deps, shop, { walletId: wallet.id, userId, role: 'member' });
  if (credits > 0)
    await done(finance, 'adjustCredits', {
      ...named(wallet.id),
      credits,
      reason: 'r',
      idempotencyKey: randomUUID(),
    });
  return wallet.id;
}
const named = (id: string) => (id.startsWith('wal_') ? { walletId: id } : { userId: id });
const inputOf = (mutation: string) => `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
async function done(caller: Caller, mutation: string, input: object, payload = '') {
  const source = `mutation ($input: ${inputOf(mutation)}) { ${mutation}(input: $input) { ${payload} errors { code } } }`;
  const answer = (await asking.data(caller, source, { input }))[mutation];
  expect(answer.errors).toEqual([]);
  return answer;
}
const give = (userId: string, credits: number) =>
  done(finance, 'adjustCredits', { userId, credits, reason: 'r', idempotencyKey: randomUUID() });
const limit = (id: string, credits: number | null, more: object = {}) =>
  done(shop, 'setSpendLimit', { ...named(id), per: 'day', credits, ...more });
const spend = (caller: Caller, id: string, credits: number, more: object = {}) =>
  done(caller, 'spendCredits', { ...named(id), credits, reason: 'r', idempotencyKey: randomUUID(), ...more });

const ASK = `query ($userId: ID, $walletId: ID, $memberId: ID, $apiKeyId: ID) { balance(userId: $userId, walletId: $walletId) {
  available spendable(memberId: $memberId, apiKeyId: $apiKeyId) spendableGrowsAt(memberId: $memberId, apiKeyId: $apiKeyId) } }`;
type Of = { memberId?: string; apiKeyId?: string };
const spendable = async (caller: Caller, id: string, of: Of = {}): Promise<number> =>
  (await asking.data(caller, ASK, { ...named(id), ...of })).balance.spendable;
const growsAt = async (caller: Caller, id: string): Promise<string | null> =>
  (await asking.data(caller, ASK, named(id))).balance.spendableGrowsAt;
const refusal = async (caller: Caller, id: string, of: Of) => {
  const { errors } = await asking.ask(caller, ASK, { ...named(id), ...of });
  return errors?.map((error) => formatError(error.toJSON(), error, 'r').extensions?.code)[0];
};
const keyOf = (id: string | null, memberId: string | null = null, role: 'service' | 'finance' = 'service') =>
  createApiKey(asking.deps, admin, { name: 'till', role, walletId: id, memberId });

it('is what is available where nothing is limited, of a wallet without credits too', async () => {
  await give('ada', 40);
  expect(await spendable(user('ada'), 'ada')).toBe(40);
  await done(user('ada'), 'holdCredits', {
    ...{ credits: 15, reason: 'r', ttlSeconds: 60, idempotencyKey: randomUUID() },
  });
  expect(await spendable(user('ada'), 'ada')).toBe(25);
  expect(await spendable(user('nobody yet'), 'nobody yet')).toBe(0);
  expect(await growsAt(user('ada'), 'ada')).toBeNull();
});

it('is no more than the member may, and no more than is there: neither the rest of a limit beside an empty wallet nor a full wallet beside a used limit', async () => {
  const id = await company(100);
  await limit(id, 30, { memberId: 'mel' });
  expect(await spendable(user('mel'), id)).toBe(30);
  expect(await spendable(user('max'), id)).toBe(100);
  await spend(user('mel'), id, 30);
  expect([await spendable(user('mel'), id), await spendable(user('max'), id)]).toEqual([0, 70]);
  await limit(id, 50, { memberId: 'mel' });
  expect(await spendable(user('mel'), id)).toBe(20);
  await spend(user('olga'), id, 70);
  expect([await spendable(user('mel'), id), await spendable(user('olga'), id)]).toEqual([0, 0]);
});

it('of several limits is what the narrowest leaves, whichever of wallet, member, day, month and all it is', async () => {
  const id = await company(1_000);
  await limit(id, 500, { per: 'month' });
  await limit(id, 90, { memberId: 'mel', per: 'month' });
  await limit(id, 40, { memberId: 'mel' });
  await limit(id, 60, { memberId: 'mel', per: 'total' });
  expect(await spendable(user('mel'), id)).toBe(40);
  await limit(id, null, { memberId: 'mel' });
  expect(await spendable(user('mel'), id)).toBe(60);
  await limit(id, 25, { per: 'week' });
  expect([await spendable(user('mel'), id), await spendable(user('max'), id)]).toEqual([25, 25]);
});

it('is 0 where a limit is lowered below what was spent, and counts what is on hold', async () => {
  const id = await company(100);
  await limit(id, 50, { memberId: 'mel' });
  await spend(user('mel'), id, 20);
  const { hold } = await done(
    user('mel'),
    'holdCredits',
    { walletId: id, credits: 10, reason: 'r', ttlSeconds: 60, idempotencyKey: randomUUID() },
    'hold { id }',
  );
  expect(await spendable(user('mel'), id)).toBe(20);
  await limit(id, 5, { memberId: 'mel' });
  expect(await spendable(user('mel'), id)).toBe(0);
  await limit(id, 50, { memberId: 'mel' });
  await done(user('mel'), 'releaseHold', { id: hold.id });
  expect(await spendable(user('mel'), id)).toBe(30);
});

it('is told of exactly in numbers that no float holds', async () => {
  const most = 9_007_199_254_740_990;
  await give('rich', most);
  await limit('rich', most - 1, { per: 'total' });
  expect(await spendable(user('rich'), 'rich')).toBe(most - 1);
});

it('says when a limit counts anew that holds it down, the soonest of them, and nothing where none does', async () => {
  const id = await company(100);
  await limit(id, 60, { per: 'month' });
  await limit(id, 500, { memberId: 'mel' });
  expect(new Date((await growsAt(user('mel'), id)) ?? 0).getUTCDate()).toBe(1);
  await limit(id, 50, { memberId: 'mel' });
  const at = Date.parse((await growsAt(user('mel'), id)) ?? '');
  expect(at % DAY_MS).toBe(0);
  await spend(user('mel'), id, 50);
  expect(await spendable(user('mel'), id)).toBe(0);
  const ahead = at - (await readInstant(asking.deps.pool)).getTime();
  await asking.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [Math.ceil(ahead) + 1_000]);
  expect(await spendable(user('mel'), id)).toBeGreaterThan(0);

  const all = await company(10);
  await limit(all, 4, { per: 'total' });
  expect([await spendable(user('mel'), all), await growsAt(user('mel'), all)]).toEqual([4, null]);
});

it('with an API key is what the key, its member and the wallet leave, for back ends and operators', async () => {
  const id = await company(100);
  const [free, mels, elsewhere, over, clerk] = [
    await keyOf(null),
    await keyOf(id, 'mel'),
    await keyOf(await company(1)),
    await keyOf(null),
    await keyOf(null, null, 'finance'),
  ].map(({ apiKey }) => apiKey.id) as [string, string, string, string, string];
  await revokeApiKey(asking.deps, admin, over);
  await limit(id, 30, { memberId: 'mel' });
  await limit(id, 20, { apiKeyId: free });
  await limit(id, 70, { apiKeyId: mels });
  for (const caller of [shop, support, finance]) {
    const of = (apiKeyId: string, memberId?: string) => spendable(caller, id, { apiKeyId, memberId });
    expect([await of(free), await of(mels), await of(elsewhere), await of(over), await of(clerk)]).toEqual([
      ...[20, 30, 0, 0, 0],
    ]);
    expect([await of(free, 'mel'), await of(mels, 'mel'), await of(mels, 'max')]).toEqual([20, 30, 0]);
    expect(await refusal(caller, id, { apiKeyId: 'key_none' })).toBe('NOT_FOUND');
    expect(await refusal(caller, id, { apiKeyId: 'a\0b' })).toBe('NOT_FOUND');
  }
  // With the key itself.
  expect(await spendable({ ...shop, apiKeyId: free }, id)).toBe(20);
  const bound: Caller = { ...shop, apiKeyId: mels, boundTo: { walletId: id, memberId: 'mel' } };
  expect(await spendable(bound, id)).toBe(30);
  expect(await spendable(bound, id, { apiKeyId: mels })).toBe(30);
  expect(await refusal(bound, id, { apiKeyId: free })).toBe('NOT_FOUND');
});

it('of a member is for the member, owners, managers, back ends and operators; of a key for the latter two', async () => {
  const id = await company(100);
  await setWalletMember(asking.deps, shop, { walletId: id, userId: 'mary', role: 'manager' });
  await limit(id, 30, { memberId: 'mel' });
  const key = (await keyOf(null)).apiKey.id;
  for (const caller of [user('mel'), user('olga'), user('mary'), shop, support, finance])
    expect([caller.id, await spendable(caller, id, { memberId: 'mel' })]).toEqual([caller.id, 30]);
  for (const [caller, of] of [
    [user('max'), { memberId: 'mel' }],
    [user('stranger'), {}],
    [user('stranger'), { memberId: 'mel' }],
    [shop, { memberId: 'stranger' }],
    [user('olga'), { memberId: 'a\0b' }],
    [user('mel'), { apiKeyId: key }],
    [user('olga'), { apiKeyId: key }],
    [user('mary'), { apiKeyId: key }],
  ] as [Caller, Of][])
    expect([caller.id, of, await refusal(caller, id, of)]).toEqual([caller.id, of, 'NOT_FOUND']);
});

it('takes two statements more than the balance, together with when it grows: the limits, and who belongs to it', async () => {
  const id = await company(100);
  await limit(id, 30, { memberId: 'mel' });
  const statements = (fields: string) =>
    asking.statementsOf(() =>
      asking.data(user('mel'), `query ($id: ID!) { balance(walletId: $id) { ${fields} } }`, { id }),
    );
  const alone = await statements('available');
  // Who belongs to it is asked again with each field: nobody's answer is of before they were removed.
  expect(await statements('available spendable spendableGrowsAt')).toBeLessThanOrEqual(alone + 2);
});
