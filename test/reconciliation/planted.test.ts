// Differences planted at the provider among many purchases: each is found and named, nothing else is, each suggested fix
// settles it, and then a second run finds nothing. RECONCILIATION_ROWS=50000 makes it long.
import { numberedId } from '../../src/kernel/ids';
import type { ProviderName } from '../../src/providers/provider';
import { breaksByIds } from '../../src/reconciliation/find';
import { fixesOf } from '../../src/reconciliation/fixes';
import { resolveBreak } from '../../src/reconciliation/resolve';
import { FINANCE, heardOf, paidThere, type ReconciliationStand, reconcile, useStand } from './stand';

// In all, over both providers.
const ROWS = Number(process.env.RECONCILIATION_ROWS ?? 2_000);
const PLANTED = 20;
const KINDS = 6;
// More payouts than are broken.
const PAYOUT_ENTRIES = Math.max(18, Math.floor(ROWS / 2 / 400));

const stand = useStand();
const started = performance.now();

async function plant({ deps, sql }: ReconciliationStand, provider: ProviderName) {
  const purchases = await paidThere(stand, provider, ROWS / 2);
  const take = (group: number) => purchases.slice(group * PLANTED, (group + 1) * PLANTED);
  const [lost, changed, sentBack] = [take(0), take(1), take(2)];
  await heardOf(stand, lost, false);
  await heardOf(stand, purchases.slice(PLANTED), true);
  await sql(`update simulator.balance_entries set amount = amount - 1 where source = any($1)`, [
    changed.map((purchase) => purchase.paymentId),
  ]);
  for (const { providerIntentId, paymentId, intent } of sentBack) {
    const made = await deps.providers.get(provider)?.createRefund(
      {
        providerIntentId,
        providerPaymentId: paymentId,
        amount: { amountMinor: 1000n, currency: 'INR' },
        ourRefundId: 'made-in-the-dashboard',
        reason: 'asked by phone',
      },
      { idempotencyKey: `dashboard-${intent.id}`, timeoutMs: 10_000 },
    );
    expect(made?.kind).toBe('ok');
  }
  await sql(
    `insert into simulator.balance_entries (id, provider, category, amount, currency, created)
     select 'fee_mock_' || $1 || n, $1, case $1 when 'stripe' then 'fee' else 'adjustment' end, -n * 7,
       case $1 when 'stripe' then 'inr' else 'INR' end, simulator.now_ms() / 1000
     from generate_series(1, $2::integer) n`,
    [provider, PLANTED],
  );
  const payouts = await sql<{ pay_out: string }>('select simulator.pay_out($1, $2)', [
    provider,
    PAYOUT_ENTRIES,
  ]);
  expect(payouts.length).toBeGreaterThan(2 * PLANTED + 10);
  const [wrong, missing] = [payouts.slice(0, PLANTED), payouts.slice(PLANTED, 2 * PLANTED)].map((rows) =>
    rows.map((row) => row.pay_out),
  ) as [string[], string[]];
  await sql('update simulator.balance_entries set amount = amount + 3 where source = any($1)', [wrong]);
  // Stripe lists it as a payout, Razorpay's report says what was paid out with it; its money never left the balance.
  await sql('delete from simulator.balance_entries where source = any($1)', [missing]);
  const fees = await sql<{ id: string }>(
    `select id from simulator.balance_entries where provider = $1 and id like 'fee_mock_%'`,
    [provider],
  );
  const refunds = await sql<{ source: string }>(
    `select source from simulator.balance_entries where provider = $1 and category = 'refund'`,
    [provider],
  );
  const ids = (list: readonly { paymentId: string }[]) => list.map((purchase) => purchase.paymentId);
  return {
    'payment missing_here': ids(lost),
    'payment amount_mismatch': ids(changed),
    'refund missing_here': refunds.map((row) => row.source),
    'fee fee_mismatch': fees.map((row) => row.id),
    'payout payout_mismatch': wrong,
    'payout missing_at_provider': missing,
  };
}

const found = (runId: string) =>
  stand.sql<{ id: string; what: string; key: string; status: string }>(
    `select b.id, b.subject || ' ' || b.kind as what, b.provider_entry_id as key, b.status
     from breaks b join run_breaks r on r.break_id = b.id where r.run_id = $1 order by b.id`,
    [runId],
  );

/** What the provider holds for us by its own books, and by ours. */
async function balances(provider: ProviderName) {
  const [row] = await stand.sql<{ theirs: string; ours: string }>(
    `select (select sum(amount - fee) from simulator.balance_entries where provider = $1) as theirs,
       (select -sum(amount) from entries where account = 'clearing_' || $1) as ours`,
    [provider],
  );
  return row;
}

test.each(['stripe', 'razorpay'] as const)(
  'everything planted at %s is found and nothing else; after resolving, a second run is clean',
  async (provider) => {
    const planted = await plant(stand, provider);

    const dry = await reconcile(stand, provider, { dryRun: true });
    expect(dry).toMatchObject({ status: 'succeeded', result: { broken: KINDS * PLANTED } });
    expect(await found(dry.id)).toEqual([]);

    const run = await reconcile(stand, provider);
    expect(run).toMatchObject({ status: 'succeeded', message: null });
    const breaks = await found(run.id);
    const byWhat = Object.fromEntries(
      Object.keys(planted).map((what) => [
        what,
        breaks.filter((item) => item.what === what).map((item) => item.key),
      ]),
    );
    for (const [what, keys] of Object.entries(planted))
      expect([what, [...(byWhat[what] ?? [])].sort()]).toEqual([what, [...keys].sort()]);
    expect(breaks).toHaveLength(KINDS * PLANTED);
    expect(run.result).toMatchObject({ broken: KINDS * PLANTED });

    for (const { id } of breaks) {
      const [item] = await breaksByIds(stand.deps, [id]);
      const resolved = await resolveBreak(stand.deps, FINANCE, {
        id: numberedId('break', id),
        fix: fixesOf(item!)[0]!,
        note: 'Looked at it.',
      });
      expect(resolved).toMatchObject({ status: 'resolved', resolvedBy: FINANCE.id, note: 'Looked at it.' });
    }

    const second = await reconcile(stand, provider);
    expect(second).toMatchObject({ status: 'succeeded', result: { broken: 0, differences: {} } });
    expect(await found(second.id)).toEqual([]);
    const open = await stand.sql(`select * from breaks where provider = $1 and status <> 'resolved'`, [
      provider,
    ]);
    expect(open).toEqual([]);
    const { theirs, ours } = (await balances(provider))!;
    expect(ours).toBe(theirs);
    if (process.env.RECONCILIATION_ROWS) {
      const counts = Object.entries(planted).map(
        ([what, keys]) => `${what} ${byWhat[what]?.length} of ${keys.length}`,
      );
      process.stdout.write(
        `${provider}: ${ROWS / 2} purchases; found of planted: ${counts.join(', ')}; ${breaks.length} in all, ` +
          `${Math.round((performance.now() - started) / 1000)} s since the start\n`,
      );
    }
  },
  1_200_000,
);
