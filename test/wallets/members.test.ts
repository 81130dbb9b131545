// Who belongs to a shared wallet, and who says so.
import type { Caller } from '../../src/callers/caller';
import { createWallet } from '../../src/wallets/create-wallet';
import { findWallet, listMyWallets, membersOf } from '../../src/wallets/find';
import type { WalletRole } from '../../src/wallets/shared-wallet.entity';
import { as, codeOf, finance, service, useCreditStand } from '../credits/stand';
import { walletsOf } from './stand';

const stand = useCreditStand();
const { set, remove, company } = walletsOf(stand);
const roles = async (walletId: string) =>
  (await membersOf(stand.deps, walletId)).map(({ userId, role }) => [userId.replace(/_.*/, ''), role]);

describe('createWallet', () => {
  const make = (name: string, ownerId: string, idempotencyKey: string, caller: Caller = service) =>
    createWallet(stand.deps, caller, { name, ownerId, idempotencyKey });

  it('makes one wallet for a key, also for twenty calls at the same time, and its owner owns it', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => make('Acme', 'ada', 'k1')));
    expect(new Set(all.map(({ wallet }) => wallet.id)).size).toBe(1);
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const id = all[0]?.wallet.id ?? '';
    expect(id).toMatch(/^wal_[0-9a-z]{26}$/);
    expect(await roles(id)).toEqual([['ada', 'owner']]);
    expect(await codeOf(make('Acme Ltd', 'ada', 'k1'))).toBe('IDEMPOTENCY_CONFLICT');
    expect((await make('Acme', 'bea', 'k1')).replayed).toBe(false);
    expect((await listMyWallets(stand.deps, as('ada'))).map(({ name }) => name)).toEqual(['Acme']);
  });

  it('is for back ends, and wants a name and an owner who is a user', async () => {
    for (const caller of [as('ada'), finance, { id: 'adm_1', role: 'admin' } as const])
      expect(await codeOf(make('Mine', 'ada', 'k2', caller))).toBe('NOT_FOUND');
    const { walletId } = await company();
    const bound: Caller = { ...service, boundTo: { walletId, memberId: null } };
    expect(await codeOf(make('Another', 'ada', 'k2', bound))).toBe('NOT_FOUND');
    expect(await codeOf(make('', 'ada', 'k2'))).toBe('INVALID_INPUT');
    expect(await codeOf(make('x'.repeat(101), 'ada', 'k2'))).toBe('INVALID_INPUT');
    expect(await codeOf(make('Nested', walletId, 'k2'))).toBe('INVALID_INPUT');
  });
});

describe('Members of a shared wallet', () => {
  const CHANGES: [
    by: 'service' | 'olga' | 'mary' | 'mel',
    whom: string,
    role: WalletRole | null,
    code: string,
  ][] = [
    ['service', 'mel', 'owner', 'none'],
    ['olga', 'nina', 'owner', 'none'],
    ['olga', 'mary', 'member', 'none'],
    ['olga', 'mary', null, 'none'],
    ['mary', 'nina', 'member', 'none'],
    ['mary', 'nina', 'manager', 'INVALID_STATE'],
    ['mary', 'mel', null, 'none'],
    ['mary', 'mel', 'manager', 'INVALID_STATE'],
    ['mary', 'mary', 'owner', 'INVALID_STATE'],
    ['mary', 'mary', null, 'none'],
    ['mary', 'olga', 'member', 'INVALID_STATE'],
    ['mary', 'olga', null, 'INVALID_STATE'],
    ['mel', 'nina', 'member', 'INVALID_STATE'],
    ['mel', 'mary', null, 'INVALID_STATE'],
    ['mel', 'mel', 'manager', 'INVALID_STATE'],
    ['mel', 'mel', null, 'none'],
    ['olga', 'olga', null, 'INVALID_STATE'],
    ['olga', 'olga', 'member', 'INVALID_STATE'],
  ];
  it.each(CHANGES)('%s makes %s %s: %s', async (by, whom, role, code) => {
    const made = await company();
    const nth = made.olga.id.slice('olga'.length);
    const caller = by === 'service' ? service : made[by];
    const before = await roles(made.walletId);
    const change =
      role === null
        ? remove(made.walletId, whom + nth, caller)
        : set(made.walletId, whom + nth, role, caller);
    expect(await codeOf(change)).toBe(code);
    const after = new Map((await roles(made.walletId)) as [string, string][]);
    if (code === 'none') expect(after.get(whom) ?? null).toBe(role);
    else expect([...after]).toEqual(before);
  });

  it('are nobody’s affair who does not belong to it: it is not there for them', async () => {
    const { walletId } = await company();
    const none = `${walletId.slice(0, -1)}${walletId.endsWith('0') ? '1' : '0'}`;
    for (const id of [walletId, none]) {
      expect(await findWallet(stand.deps, as('stranger'), id)).toBeNull();
      expect(await codeOf(set(id, 'stranger', 'owner', as('stranger')))).toBe('NOT_FOUND');
      expect(await codeOf(remove(id, 'stranger', as('stranger')))).toBe('NOT_FOUND');
    }
    expect(await codeOf(set(none, 'nina', 'owner'))).toBe('NOT_FOUND');
    expect(await codeOf(set(walletId, 'nina', 'owner', finance))).toBe('NOT_FOUND');
  });

  it('keep one owner, also when both leave at the same time', async () => {
    const { walletId, olga, mary } = await company();
    await set(walletId, mary.id, 'owner');
    const codes = await Promise.all([olga, mary].map((one) => codeOf(remove(walletId, one.id, one))));
    expect(codes.sort()).toEqual(['INVALID_STATE', 'none']);
    expect((await roles(walletId)).filter(([, role]) => role === 'owner')).toHaveLength(1);
  });

  it('are kept with an owner by PostgreSQL itself, whoever writes', async () => {
    const { walletId } = await company();
    for (const text of [
      `update wallet_members set until = now() where wallet_id = '${walletId}' and role = 'owner'`,
      `update wallet_members set role = 'member' where wallet_id = '${walletId}' and role = 'owner'`,
      `delete from wallet_members where wallet_id = '${walletId}' and role = 'owner'`,
      `insert into shared_wallets (id, name, created_by, created_at) values ('wal_none', 'n', 'x', now())`,
    ])
      await expect(stand.sql(text)).rejects.toMatchObject({ code: '23514' });
  });

  it('are forgotten by nobody: the application takes no row of them away', async () => {
    for (const table of ['wallet_members', 'shared_wallets'])
      await expect(stand.deps.pool.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('who come again are members from then on, and their time before stays', async () => {
    const { walletId, mel } = await company();
    await remove(walletId, mel.id);
    await remove(walletId, mel.id);
    await set(walletId, mel.id, 'manager');
    expect((await listMyWallets(stand.deps, mel)).map(({ id }) => id)).toEqual([walletId]);
    const times = await stand.sql(
      'select role, until is null as is_now from wallet_members where user_id = $1 order by id',
      [mel.id],
    );
    expect(times).toEqual([
      { role: 'member', is_now: false },
      { role: 'manager', is_now: true },
    ]);
  });
});

it('a wallet under an id of the other form is made by nobody', async () => {
  const none = 'wal_00000000000000000000000000';
  await expect(stand.sql('select lock_wallets(array[$1], true)', [none])).rejects.toThrow();
  await expect(stand.deps.pool.query('select lock_wallets(array[$1], true)', [none])).rejects.toMatchObject({
    code: '23514',
  });
  await expect(stand.deps.pool.query(`select make_shared_wallet('ada')`)).rejects.toMatchObject({
    code: '23514',
  });
});
