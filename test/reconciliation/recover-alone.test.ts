// What an odd list, a purchase that cannot be made again and an error make of bringing a restored database up to its provider: each
// is told with a reason, stops none of the others, and a dry run says the same beforehand. A small package is 50 credits for INR 50.00.
import type { Caller } from '../../src/callers/caller';
import { newId } from '../../src/kernel/ids';
import type { ProviderName } from '../../src/providers/provider';
import { type Recovery, recover } from '../../src/reconciliation/recover';
import type { Recovered } from '../../src/reconciliation/recover-purchases';
import { useRefundStand } from '../refunds/stand';
import { type Lost, lostAt } from './lost';

const stand = useRefundStand();
const PROVIDERS: readonly ProviderName[] = ['stripe', 'razorpay'];
const OPERATOR: Caller = { id: 'cli:tester', role: 'admin' };
const since = new Date(Date.now() - 60_000);

async function run(provider: ProviderName, dryRun: boolean): Promise<Recovery & { readonly of: Recovered }> {
  const told = await recover(stand.app.deps, OPERATOR, { since, dryRun }, () => undefined);
  return { ...told, of: told.providers[provider] as Recovered };
}

const balanceOf = async ({ userId }: Lost) =>
  (await stand.rows('select balance::int from wallets where user_id = $1', [userId]))[0]?.balance;

/** Every list of purchases has each of them twice. */
const twice = (body: string) => {
  const list = JSON.parse(body);
  const key = list.items ? 'items' : 'data';
  return JSON.stringify({ ...list, [key]: [...list[key], ...list[key]] });
};

beforeEach(async () => {
  stand.garble = (_request, body) => body;
  // What an earlier test left over would be left over here as well.
  await stand.rows('delete from simulator.objects');
});

it.each(PROVIDERS)(
  'an object that %s lists twice is one purchase, also of a package that is gone, and on a dry run as well',
  async (provider) => {
    // Of a package that the backup has not.
    const lost = await lostAt(stand, provider, { metadata: { package_id: 'gone' } });
    await lost.play('succeed');
    stand.garble = ({ method, path }, body) =>
      method === 'GET' && /^\/v1\/(payment_intents|orders)\?/.test(path) ? twice(body) : body;
    const said = await run(provider, true);
    expect(said.of.listed % 2).toBe(0);
    expect(said.of).toMatchObject({ restored: 1, credits: 50, paid: { INR: '5000' }, unreadable: [] });
    const done = await run(provider, false);
    expect(done.of).toMatchObject({ restored: 1, credits: 50, paid: { INR: '5000' }, unreadable: [] });
    expect(await balanceOf(lost)).toBe(50);
    expect(await stand.rows('select package_name from intents where id = $1', [lost.intentId])).toEqual([
      { package_name: 'gone' },
    ]);
  },
);

it.each(PROVIDERS)(
  'a purchase at %s of a shared wallet that the backup has not is left over with what to do, each time, and the others are made',
  async (provider) => {
    const walletId = newId('wallet');
    const shared = await lostAt(stand, provider, { userId: walletId });
    const own = await lostAt(stand, provider);
    for (const lost of [shared, own]) await lost.play('succeed');
    const left = {
      providerIntentId: shared.providerIntentId,
      reason: expect.stringMatching(new RegExp(`shared wallet ${walletId}.*50 credits.*adjustCredits`)),
    };
    for (const dryRun of [true, false]) {
      const said = await run(provider, dryRun);
      expect(said).toMatchObject({ isComplete: false, of: { restored: 1, credits: 50, unreadable: [left] } });
    }
    expect(await balanceOf(own)).toBe(50);
    expect(await run(provider, false)).toMatchObject({ isComplete: false, of: { unreadable: [left] } });
    expect(await stand.rows('select id from intents where id = $1', [shared.intentId])).toEqual([]);
    const made = await stand.app.deps.pool.query(`select id from restore_intent($1, 'mock', 60)`, [
      {
        ...{
          intentId: shared.intentId,
          providerIntentId: shared.providerIntentId,
          provider,
          userId: walletId,
        },
        ...{ packageId: 'small', credits: '50', days: null, amountMinor: '5000', currency: 'INR' },
        ...{ reference: null, metadata: null, createdAt: '1764000000', request: {} },
      },
    ]);
    expect(made.rows).toEqual([]);
  },
);

it.each(PROVIDERS)(
  'a second object at %s that names the same purchase is left over, on a dry run as well',
  async (provider) => {
    const first = await lostAt(stand, provider);
    await first.play('succeed');
    const second = await lostAt(stand, provider, { userId: first.userId });
    await second.play('succeed');
    await stand.rows(
      `update simulator.objects set body = replace(body::text, $1, $2)::json, receipt = case receipt when $1 then $2 else receipt end
       where root_id = $3`,
      [second.intentId, first.intentId, second.providerIntentId],
    );
    const said = (await run(provider, true)).of;
    const done = (await run(provider, false)).of;
    expect([said.restored, done.restored]).toEqual([1, 1]);
    const object = (
      await stand.rows('select provider_intent_id from intents where id = $1', [first.intentId])
    )[0]?.provider_intent_id;
    const other = object === first.providerIntentId ? second.providerIntentId : first.providerIntentId;
    expect(done.unreadable).toEqual([
      { providerIntentId: other, reason: `${first.intentId} has another object, ${object}` },
    ]);
    expect(said.unreadable).toMatchObject([{ reason: expect.stringContaining('has another object') }]);
    expect(await balanceOf(first)).toBe(50);
  },
);

it('an object that is known as that of another purchase, or at another provider, is left over and not asked for again', async () => {
  const known = await stand.bought({ provider: 'stripe' });
  const there = await stand.bought({ provider: 'stripe' });
  const elsewhere = await lostAt(stand, 'razorpay', { metadata: { intent_id: known.id } });
  const strange = newId('intent');
  await stand.rows(
    `update simulator.objects set body = replace(body::text, $1, $2)::json where root_id = $3`,
    [there.id, strange, there.providerIntentId],
  );
  await stand.rows(
    `update simulator.objects set body = replace(body::text, $1, $2)::json, receipt = $2 where root_id = $3`,
    [elsewhere.intentId, known.id, elsewhere.providerIntentId],
  );
  for (const dryRun of [true, false]) {
    const { providers } = await run('stripe', dryRun);
    expect(providers.stripe).toMatchObject({ unanswered: 0 });
    expect(providers.stripe?.unreadable).toContainEqual({
      providerIntentId: there.providerIntentId,
      reason: `it names ${strange}, and is the object of ${there.id}`,
    });
    expect(providers.razorpay).toMatchObject({ unanswered: 0, restored: 0 });
    expect(providers.razorpay?.unreadable).toContainEqual({
      providerIntentId: elsewhere.providerIntentId,
      reason: `${known.id} is a purchase at stripe`,
    });
  }
});

it.each(PROVIDERS)(
  'what cannot be booked of %s stops none of the others, and neither does a refund',
  async (provider) => {
    const refunded = await stand.bought({ provider });
    const [broken, fine] = [await lostAt(stand, provider), await lostAt(stand, provider)];
    for (const lost of [broken, fine]) await lost.play('succeed');
    const adapter = stand.app.deps.providers.get(provider);
    const [{ paymentId }] = (await stand.rows(
      'select provider_payment_id as "paymentId" from intents where id = $1',
      [refunded.id],
    )) as [{ paymentId: string }];
    const sent = await adapter?.createRefund(
      {
        ...{ providerIntentId: refunded.providerIntentId, providerPaymentId: paymentId },
        ...{ amount: { amountMinor: 2000n, currency: 'INR' }, ourRefundId: newId('refund'), reason: 'asked' },
      },
      { idempotencyKey: newId('refund'), timeoutMs: 10_000 },
    );
    if (sent?.kind !== 'ok') throw new Error('Not sent back');
    await stand.rows(`
      create function breaks_down() returns trigger language plpgsql as $$ begin raise exception 'broken on purpose'; end $$;
      create trigger breaks_down before insert on wallets for each row when (new.user_id = '${broken.userId}') execute function breaks_down();
      create trigger breaks_down before insert on refunds for each row execute function breaks_down()`);
    const said = await run(provider, false);
    await stand.rows(
      `drop trigger breaks_down on wallets; drop trigger breaks_down on refunds; drop function breaks_down`,
    );
    expect(await balanceOf(fine)).toBe(50);
    expect(said).toMatchObject({ isComplete: false, of: { refunds: 0 } });
    const reason = expect.stringContaining('broken on purpose');
    expect(said.of.unreadable).toContainEqual({ providerIntentId: broken.providerIntentId, reason });
    expect(said.of.unreadable).toContainEqual({ providerIntentId: sent.value.providerRefundId, reason });

    // Begun again once it works.
    expect(await run(provider, false)).toMatchObject({ isComplete: true, of: { unreadable: [] } });
    expect(await balanceOf(broken)).toBe(50);
    expect(await refunded.wallet()).toMatchObject({ balance: 30 });
  },
);
