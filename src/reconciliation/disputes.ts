// Disputes are held against ours by what the provider says of each, because one that is opened, or lost, need not move money:
// its credits are frozen, or taken, all the same. What its money did is judged by the provider's books, as everything else.
import type { ProviderDispute } from '../providers/dispute';
import type { Outcome, Provider, ProviderName } from '../providers/provider';
import type { ReconciliationDeps } from './deps';
import type { Difference } from './match';
import { unreadable } from './stage';

type Needs = Pick<ReconciliationDeps, 'pool' | 'providerTimeoutMs'>;

/**
 * How far before the run's time the list is read: a dispute that was opened then may have ended in that time. Longer than
 * any goes through its phases.
 */
const LISTED_BEFORE_SECONDS = 180 * 86_400;
// A page of either provider's list; one statement of a few milliseconds.
const AT_ONCE = 100;
// Each is a call to the provider: those that are undecided for longer than the list goes back, and those that only a line of
// the books names.
const ASKED_MAX = 500;

interface Staging {
  readonly runId: string;
  readonly provider: Provider;
}

/**
 * Reads what the provider says of every dispute that may have changed.
 * @throws Problem when the provider does not let us; Error when it cannot be asked right now.
 */
export async function stageDisputes(
  deps: Needs,
  { runId, provider }: Staging,
  window: { readonly from: number; readonly to: number },
): Promise<void> {
  const options = { timeoutMs: deps.providerTimeoutMs };
  let rows: ProviderDispute[] = [];
  const write = async () => {
    if (rows.length > 0) await deps.pool.query(LIST, [runId, provider.name, ...columnsOf(rows)]);
    rows = [];
  };
  const take = async (outcome: Outcome<ProviderDispute>) => {
    if (outcome.kind !== 'ok') throw unreadable(provider, outcome);
    rows.push(outcome.value);
    if (rows.length >= AT_ONCE) await write();
  };
  const listed = { from: window.from - LISTED_BEFORE_SECONDS, to: window.to };
  for await (const outcome of provider.listDisputes(listed, options)) await take(outcome);
  await write();
  const { rows: others } = await deps.pool.query<{ id: string }>(NOT_LISTED, [
    runId,
    provider.name,
    ASKED_MAX,
  ]);
  for (const { id } of others) {
    const outcome = await provider.getDispute(id, options);
    // A line of the books may name what is no dispute; then the line decides.
    if (outcome.kind !== 'not_found') await take(outcome);
  }
  await write();
}

// A list that moves while it is read may name one twice.
const LIST = `
  insert into listed_disputes (dispute_id, provider, payment_id, provider_intent_id, status, amount_minor, currency,
    withdrawn_minor, run_id)
  select distinct on (x.id) x.id, $2, x.payment, x.intent, x.status, x.amount, x.currency, x.withdrawn, $1
  from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint[])
    x(id, payment, intent, status, amount, currency, withdrawn)
  on conflict (dispute_id, provider) do update set payment_id = excluded.payment_id,
    provider_intent_id = excluded.provider_intent_id, status = excluded.status, amount_minor = excluded.amount_minor,
    currency = excluded.currency, withdrawn_minor = excluded.withdrawn_minor, run_id = excluded.run_id`;

const columnsOf = (rows: readonly ProviderDispute[]) => [
  rows.map((row) => row.providerDisputeId),
  rows.map((row) => row.providerPaymentId),
  rows.map((row) => row.providerIntentId),
  rows.map((row) => row.status),
  rows.map((row) => row.amount.amountMinor),
  rows.map((row) => row.amount.currency),
  rows.map((row) => row.amountWithdrawnMinor),
];

const NOT_LISTED = `
  select x.id from (
    select provider_dispute_id as id from disputes where provider = $2 and status in ('inquiry', 'open')
    union
    select key from settlement_entries
    where run_id = $1 and in_window and provider = $2 and kind in ('dispute', 'dispute_reversal')) x
  where not exists (select 1 from listed_disputes l where l.run_id = $1 and l.dispute_id = x.id)
  order by x.id limit $3`;

/**
 * SQL: a run's disputes of payments of ours that we know otherwise, or not at all, behind an id; `l` is the listed one, `d`
 * ours.
 */
const differing = (runId: string) => `
  from listed_disputes l
  left join disputes d on d.provider_dispute_id = l.dispute_id and d.provider = l.provider
  left join intent_payments p on p.provider_payment_id = l.payment_id and p.provider = l.provider
  left join intents i on i.provider_intent_id = l.provider_intent_id and i.provider = l.provider
  where l.run_id = ${runId} and coalesce(d.intent_id, p.intent_id, i.id) is not null
    and (d.id is null
      or (d.status, d.amount_minor, d.currency, d.withdrawn_minor)
        <> (l.status, l.amount_minor, l.currency, l.withdrawn_minor))`;

/** SQL: true for a key that is a dispute which is judged by what the provider says of it, not by lines of its books. */
export const isJudgedBySaying = (runId: string, key: string): string =>
  `exists (select 1 ${differing(runId)} and l.dispute_id = ${key})`;

interface Row {
  readonly key: string;
  readonly intent_id: string;
  readonly provider_intent_id: string | null;
  readonly kind: 'missing_here' | 'status_mismatch' | 'amount_mismatch';
  readonly ours: bigint | null;
  readonly theirs: bigint;
  readonly currency: string;
}

/** Of which disputes the gateway has not heard how they stand. One page behind `after`; what agrees is judged by its money. */
export async function judgeDisputes(
  { pool }: Needs,
  run: { readonly id: string; readonly provider: ProviderName },
  after: string,
): Promise<{ readonly differences: Difference[]; readonly after: string | null }> {
  const { rows } = await pool.query<Row>({
    name: 'reconciliation_disputes',
    text: `select l.dispute_id as key, coalesce(d.intent_id, p.intent_id, i.id) as intent_id,
        coalesce(l.provider_intent_id, (select o.provider_intent_id from intents o
          where o.id = coalesce(d.intent_id, p.intent_id, i.id))) as provider_intent_id,
        case when d.id is null then 'missing_here' when d.status <> l.status then 'status_mismatch'
          else 'amount_mismatch' end as kind,
        d.withdrawn_minor as ours, l.withdrawn_minor as theirs, l.currency
      ${differing('$1')} and l.dispute_id > $2 order by l.dispute_id limit ${AT_ONCE}`,
    values: [run.id, after],
  });
  return {
    differences: rows.map(({ key, intent_id, provider_intent_id, kind, ours, theirs, currency }) => ({
      key,
      subject: 'dispute',
      kind,
      intentId: intent_id,
      providerIntentId: provider_intent_id,
      ours: ours === null ? null : { amountMinor: ours, currency },
      theirs: { amountMinor: theirs, currency },
    })),
    after: rows.length === AT_ONCE ? (rows.at(-1)?.key ?? null) : null,
  };
}
