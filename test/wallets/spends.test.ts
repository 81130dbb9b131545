// What members spend of a shared wallet, within which limits, and what is left to whom who is no member any more.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { adjustCredits } from '../../src/credits/adjust';
import { balanceOf } from '../../src/credits/balance';
import { releaseHold } from '../../src/credits/release-hold';
import { setLowBalance } from '../../src/credits/set-low-balance';
import { setSpendLimit } from '../../src/credits/set-spend-limit';
import { settleHold } from '../../src/credits/settle-hold';
import { spendMany } from '../../src/credits/spend-many';
import { eraseUser } from '../../src/deliveries/erase-user';
import { grantCredits } from '../../src/grants/grant';
import { as, codeOf, finance, service, useCreditStand } from '../credits/stand';
import { walletsOf } from './stand';

const stand = useCreditStand();
const { set, remove, company, spend, hold } = walletsOf(stand);
const NONE = 'wal_00000000000000000000000000';
const spentBy = async (walletId: string) =>
  stand.sql(
    `select s.member_id as by, -e.amount::int as credits from entries e left join spenders s on s.journal_id = e.journal_id
     where e.user_id = $1 and e.account = 'wallet' and e.amount < 0 order by e.sequence`,
    [walletId],
  );
const left = async (walletId: string) => Number((await balanceOf(stand.deps, walletId)).balance);

describe('A spend of a shared wallet', () => {
  it('is in the name of the member who spends, or whom a back end names', async () => {
    const { walletId, olga, mary, mel } = await company();
    await spend(olga, walletId, 1);
    await spend(mary, walletId, 2);
    await spend(mel, walletId, 3);
    await spend(mel, walletId, 1, { memberId: mel.id });
    await spend(service, walletId, 4, { memberId: mel.id });
    await spend(service, walletId, 5);
    expect(await spentBy(walletId)).toEqual([
      { by: olga.id, credits: 1 },
      { by: mary.id, credits: 2 },
      { by: mel.id, credits: 3 },
      { by: mel.id, credits: 1 },
      { by: mel.id, credits: 4 },
      { by: null, credits: 5 },
    ]);
    expect(await left(walletId)).toBe(34);
    // Their own are others.
    expect(await left(mel.id)).toBe(0);
  });

  it('finds no wallet for who does not belong to it, none that is not there, and makes none', async () => {
    const { walletId, mel } = await company();
    const calls = (caller: Caller, id: string) => [
      spend(caller, id, 1),
      hold(caller, id, 1),
      setLowBalance(stand.deps, caller, { walletId: id, levels: [{ credits: 5n }] }),
    ];
    for (const call of calls(as('stranger'), walletId)) expect(await codeOf(call)).toBe('NOT_FOUND');
    for (const caller of [mel, service, finance])
      for (const call of calls(caller, NONE)) expect(await codeOf(call)).toBe('NOT_FOUND');
    expect(await codeOf(spend(finance, walletId, 1))).toBe('NOT_FOUND');
    expect(await codeOf(spend(mel, walletId, 1, { memberId: 'olga' }))).toBe('NOT_FOUND');
    expect(await codeOf(spend(service, walletId, 1, { memberId: 'stranger' }))).toBe('NOT_FOUND');
    expect(await codeOf(hold(service, walletId, 1, { memberId: 'stranger' }))).toBe('NOT_FOUND');
    // A user's id is none of a wallet, and the other way round.
    const asUser = { credits: 1n, reason: 'r', idempotencyKey: randomUUID() };
    for (const id of [walletId, NONE]) {
      expect(await codeOf(stand.spend(id, 1, undefined, 'mel'))).toBe('NOT_FOUND');
      expect(await codeOf(setSpendLimit(stand.deps, service, { userId: id, per: 'day', credits: 1n }))).toBe(
        'NOT_FOUND',
      );
    }
    const [given] = await grantCredits(stand.deps, service, {
      campaign: 'gifts',
      grants: [{ walletId: NONE, credits: 1n, key: 'none', reason: 'A gift' }],
    });
    expect(given).toMatchObject({ outcome: 'refused', problem: { code: 'NOT_FOUND' } });
    await expect(adjustCredits(stand.deps, finance, { ...asUser, userId: NONE })).rejects.toThrow();
    expect(
      await stand.sql('select user_id from wallets where user_id = any($1)', [[NONE, 'stranger']]),
    ).toEqual([]);
    expect(await left(walletId)).toBe(50);
  });

  it('is refused where a user and a wallet are named; a wallet that has a user’s id is that user’s', async () => {
    const { walletId, mel } = await company();
    const input = { credits: 1n, reason: 'r', key: randomUUID() };
    const [both, neither] = await spendMany(stand.deps, service, {
      items: [{ ...input, walletId, userId: mel.id }, { ...input }],
    });
    expect(both).toMatchObject({ outcome: 'refused', problem: { code: 'INVALID_INPUT' } });
    expect(neither).toMatchObject({ outcome: 'refused', problem: { code: 'INVALID_INPUT' } });
    await stand.buy(mel.id);
    await spend(mel, mel.id, 7);
    expect(await left(mel.id)).toBe(43);
    expect(await codeOf(spend(mel, 'somebody', 7))).toBe('NOT_FOUND');
  });

  it('under the key of another member is a conflict and no replay, which would let the second run unpaid', async () => {
    const { walletId, olga, mel } = await company();
    const key = randomUUID();
    await spend(mel, walletId, 5, { key });
    expect((await spend(mel, walletId, 5, { key })).replayed).toBe(true);
    expect(await codeOf(spend(olga, walletId, 5, { key }))).toBe('IDEMPOTENCY_CONFLICT');
    await hold(mel, walletId, 5, { key });
    expect(await codeOf(hold(olga, walletId, 5, { key }))).toBe('IDEMPOTENCY_CONFLICT');
    // The same key of their own wallet is another.
    await stand.buy(mel.id);
    expect((await stand.spend(mel.id, 5, key)).replayed).toBe(false);
    const named = randomUUID();
    await spend(service, walletId, 5, { key: named, memberId: mel.id });
    expect(await codeOf(spend(service, walletId, 5, { key: named, memberId: olga.id }))).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    expect(await left(walletId)).toBe(40);
  });
});

describe('A limit of a member', () => {
  const limit = (caller: Caller, walletId: string, memberId: string | null, credits: bigint) =>
    setSpendLimit(stand.deps, caller, { walletId, memberId, per: 'day', credits });

  it('lets the last credits be spent once each by two hundred at two processes', async () => {
    const { walletId, mel, mary } = await company();
    await limit(mary, walletId, mel.id, 7n);
    const [one, other] = [stand.another(), stand.another()];
    const codes = await Promise.all(
      Array.from({ length: 200 }, (_, nth) =>
        codeOf(
          spend(nth % 3 === 0 ? mel : service, walletId, 1, {
            deps: nth % 2 ? one : other,
            memberId: mel.id,
          }),
        ),
      ),
    );
    expect(codes.filter((code) => code === 'none')).toHaveLength(7);
    expect(codes.filter((code) => code === 'SPEND_LIMIT_REACHED')).toHaveLength(193);
    expect(await left(walletId)).toBe(43);
    await spend(mary, walletId, 1);
  });

  it('is set by owners and managers for members below them, and for everybody by back ends and finance', async () => {
    const { walletId, olga, mary, mel } = await company();
    await set(walletId, `${mel.id}_too`, 'member');
    const codes = async (caller: Caller) =>
      Promise.all(
        [null, olga.id, mary.id, mel.id, 'stranger'].map((id) => codeOf(limit(caller, walletId, id, 30n))),
      );
    const N = 'NOT_FOUND';
    expect(await codes(olga)).toEqual([N, N, 'none', 'none', N]);
    expect(await codes(mary)).toEqual([N, N, N, 'none', N]);
    expect(await codes(mel)).toEqual([N, N, N, N, N]);
    expect(await codes(service)).toEqual(['none', 'none', 'none', 'none', N]);
    expect(await codes(finance)).toEqual(['none', 'none', 'none', 'none', N]);
    expect(await codes({ id: 'sup_1', role: 'support' })).toEqual([N, N, N, N, N]);
    const self = setSpendLimit(stand.deps, mel, { userId: mel.id, per: 'day', credits: 1n });
    expect(await codeOf(self)).toBe(N);
  });

  it('goes with the membership, and does not come back with it', async () => {
    const { walletId, mary, mel } = await company();
    await limit(mary, walletId, mel.id, 3n);
    await remove(walletId, mel.id);
    expect(await stand.deps.readSpendLimits(walletId)).toEqual([]);
    await set(walletId, mel.id, 'member');
    await spend(mel, walletId, 4);
  });
});

describe('Who was removed', () => {
  it('spends, holds and repeats nothing; their holds live on, and a manager or a back end ends them', async () => {
    const { walletId, olga, mary, mel } = await company();
    const key = randomUUID();
    await spend(mel, walletId, 5, { key });
    const [first, second, third] = [
      (await hold(mel, walletId, 4)).hold,
      (await hold(mel, walletId, 3)).hold,
      (await hold(service, walletId, 2, { memberId: mel.id })).hold,
    ];
    await remove(walletId, mel.id, olga);
    expect(await codeOf(spend(mel, walletId, 5, { key }))).toBe('NOT_FOUND');
    expect(await codeOf(spend(mel, walletId, 1))).toBe('NOT_FOUND');
    expect(await codeOf(hold(mel, walletId, 1))).toBe('NOT_FOUND');
    expect(await codeOf(spend(service, walletId, 1, { memberId: mel.id }))).toBe('NOT_FOUND');
    const settle = (caller: Caller, id: string) =>
      settleHold(stand.deps, caller, { id, credits: 1n, idempotencyKey: randomUUID() });
    expect(await codeOf(settle(mel, first.id))).toBe('NOT_FOUND');
    expect(await codeOf(releaseHold(stand.deps, mel, { id: first.id }))).toBe('NOT_FOUND');
    await settle(mary, first.id);
    await settle(service, second.id);
    await settle(service, third.id);
    expect((await spentBy(walletId)).map(({ by }) => by)).toEqual([mel.id, mel.id, mel.id, mel.id]);
    expect(await left(walletId)).toBe(42);
  });

  it('is not spent for by a call that came at the same time and is decided after it', async () => {
    const { walletId, mel } = await company();
    const spends = Array.from({ length: 30 }, () =>
      codeOf(spend(service, walletId, 1, { memberId: mel.id })),
    );
    const [codes] = await Promise.all([Promise.all(spends), remove(walletId, mel.id)]);
    const spent = codes.filter((code) => code === 'none').length;
    expect(codes.filter((code) => code === 'NOT_FOUND')).toHaveLength(30 - spent);
    expect(await left(walletId)).toBe(50 - spent);
  });
});

it('a hold of another member is not there for a member, and is for a manager', async () => {
  const { walletId, olga, mary, mel } = await company();
  const { hold: olgas } = await hold(olga, walletId, 5);
  expect(await codeOf(releaseHold(stand.deps, mel, { id: olgas.id }))).toBe('NOT_FOUND');
  expect((await releaseHold(stand.deps, mary, { id: olgas.id })).hold.status).toBe('released');
  const { hold: mels } = await hold(mel, walletId, 5);
  expect((await releaseHold(stand.deps, mel, { id: mels.id })).hold.status).toBe('released');
});

it('who is forgotten is the member of that id for ever, in whose name credits were spent', async () => {
  const { walletId, mel } = await company();
  await spend(mel, walletId, 3);
  await remove(walletId, mel.id);
  await eraseUser(stand.deps.pool, { id: 'cli:test', role: 'admin' }, mel.id);
  expect(await spentBy(walletId)).toEqual([{ by: mel.id, credits: 3 }]);
  const [member] = await stand.sql(
    'select role, until is null as is_now from wallet_members where user_id = $1',
    [mel.id],
  );
  expect(member).toEqual({ role: 'member', is_now: false });
  expect(await left(walletId)).toBe(47);
});
