// What finance closes a month on, in one reading: what was owed to users, what stands on each account, what came too late to be in
// it, and what the providers' own books have for the same days.
import type pg from 'pg';
import { type Account, accountOf, CHART } from '../credits/chart';
import type { PostingKind } from '../credits/journal.entity';
import { type CreditStatement, creditStatement, type Moved, periodTotals } from '../credits/statement';
import { inSnapshot, type Queryable } from '../db/transaction';
import type { Money } from '../kernel/money';
import { invalidInput } from '../kernel/problems';
import type { ProviderName } from '../providers/provider';

/** The unit of lots that nobody paid for. */
const FREE = 'NIL';

type Reader = { readonly pool: Queryable };

/** One account in one unit; a debit is negative, as nowhere else: the two columns are made of it. */
export interface AccountPeriod {
  readonly account: Account;
  readonly unit: string;
  readonly opening: bigint;
  readonly debits: bigint;
  readonly credits: bigint;
  readonly closing: bigint;
  /** Dated within the period, and posted after it was closed: not in the others. */
  readonly late: bigint;
}

export interface PackageLiability {
  /** Null: given by hand or by a campaign. */
  readonly packageId: string | null;
  readonly credits: bigint;
  /** Null: they were given, nobody paid for them. */
  readonly money: Money | null;
}

/** What one provider's books and ours say of a kind of movement of the period. */
export interface ProviderPeriod {
  readonly provider: ProviderName;
  readonly movement: 'payments' | 'refunds' | 'disputes' | 'fees' | 'payouts' | 'other';
  readonly ours: Money;
  readonly theirs: Money;
}

export interface MonthEnd {
  readonly from: Date;
  readonly to: Date;
  /** The latest posting that is in it; null: there is none. */
  readonly cutOff: Date | null;
  readonly closesOn: bigint;
  readonly latePostings: number;
  readonly openBreaks: number;
  readonly statement: CreditStatement;
  readonly accounts: readonly AccountPeriod[];
  readonly liabilities: readonly PackageLiability[];
  readonly providers: readonly ProviderPeriod[];
}

/**
 * All of it is as of one moment: what is posted while it is read is in none of its figures.
 * @param range both ends are given; the end is exclusive.
 * @throws Problem INVALID_INPUT for a range that is open or ends before it begins
 */
export async function monthEnd(
  { pool }: { readonly pool: pg.Pool },
  { gte, lt }: { readonly gte?: Date | null; readonly lt?: Date | null },
): Promise<MonthEnd> {
  if (!gte || !lt || gte >= lt) throw invalidInput('A period has a beginning and an end after it.', 'range');
  return inSnapshot(pool, (client) => readPeriod({ pool: client }, { gte, lt }));
}

async function readPeriod(deps: Reader, { gte, lt }: Span): Promise<MonthEnd> {
  const statement = await creditStatement(deps, { gte, lt });
  const { opening, closing, cutOff, opensOn, closesOn } = await periodTotals(deps, { gte, lt });
  const turnover = await turnoverOf(deps, opensOn, closesOn);
  const late = await lateOf(deps, { gte, lt }, closesOn);
  return {
    ...{ from: gte, to: lt, cutOff, closesOn, statement },
    latePostings: late.postings,
    openBreaks: await openBreaks(deps),
    accounts: accountsOf(opening, closing, turnover, late.sums),
    liabilities: await liabilitiesOf(deps),
    providers: await comparedWith(deps, { gte, lt }, opening, closing),
  };
}

type Sums = ReadonlyMap<string, bigint>;
const keyOf = ({ account, unit }: { readonly account: string; readonly unit: string }) =>
  `${account} ${unit}`;

function summed(rows: readonly (Pick<Moved, 'account' | 'unit'> & { readonly amount: bigint })[]): Sums {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0n) + row.amount);
  return sums;
}

interface Turnover {
  readonly account: string;
  readonly unit: string;
  readonly debits: bigint;
  readonly credits: bigint;
}

/** What went in and out between two seals. */
async function turnoverOf({ pool }: Reader, after: bigint, upTo: bigint): Promise<readonly Turnover[]> {
  const { rows } = await pool.query<{ account: string; unit: string; debits: string; credits: string }>(
    `select e.account, e.unit, coalesce(-sum(e.amount) filter (where e.amount < 0), 0)::text as debits,
       coalesce(sum(e.amount) filter (where e.amount > 0), 0)::text as credits
     from seals s join entries e on e.journal_id = s.journal_id
     where s.number > $1 and s.number <= $2 group by e.account, e.unit`,
    [after, upTo],
  );
  return rows.map((row) => ({ ...row, debits: BigInt(row.debits), credits: BigInt(row.credits) }));
}

function accountsOf(
  opening: readonly Moved[],
  closing: readonly Moved[],
  turnover: readonly Turnover[],
  late: Sums,
): AccountPeriod[] {
  const [before, after] = [summed(opening), summed(closing)];
  const moved = new Map(turnover.map((row) => [keyOf(row), row]));
  const keys = [...new Set([...before.keys(), ...after.keys(), ...late.keys()])];
  const place = (code: string) => CHART.findIndex((known) => known.code === code);
  return keys
    .map((key) => {
      const [code, unit] = key.split(' ') as [string, string];
      return {
        ...{ account: accountOf(code) as Account, unit, opening: before.get(key) ?? 0n },
        ...{ debits: moved.get(key)?.debits ?? 0n, credits: moved.get(key)?.credits ?? 0n },
        ...{ closing: after.get(key) ?? 0n, late: late.get(key) ?? 0n },
      };
    })
    .sort((a, b) => place(a.account.code) - place(b.account.code) || a.unit.localeCompare(b.unit));
}

interface Span {
  readonly gte: Date;
  readonly lt: Date;
}

/** Of the period's dates, what was sealed after its closing seal, or is not sealed yet. */
async function lateOf({ pool }: Reader, { gte, lt }: Span, closesOn: bigint) {
  const { rows } = await pool.query<{ account: string; unit: string; amount: string; postings: number }>(
    `with late as materialized (
       select j.id from journal j left join seals s on s.journal_id = j.id
       where j.posted_at >= $1 and j.posted_at < $2 and coalesce(s.number, 9223372036854775807) > $3)
     select e.account, e.unit, sum(e.amount)::text as amount, (select count(*)::integer from late) as postings
     from late join entries e on e.journal_id = late.id group by e.account, e.unit`,
    [gte, lt, closesOn],
  );
  const sums = summed(rows.map((row) => ({ ...row, amount: BigInt(row.amount) })));
  return { sums, postings: rows[0]?.postings ?? 0 };
}

async function openBreaks({ pool }: Reader): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::integer as n from breaks where status = 'open'`,
  );
  return rows[0]?.n ?? 0;
}

/** What is owed now, by what was sold: together it is what stands on deferred_revenue, and in the wallets, now. */
async function liabilitiesOf({ pool }: Reader): Promise<PackageLiability[]> {
  const { rows } = await pool.query<{
    package_id: string | null;
    currency: string;
    credits: string;
    minor: string;
  }>(
    `select i.package_id, l.currency, sum(l.remaining)::text as credits, sum(l.deferred_minor)::text as minor
     from lots l left join intents i on i.id = coalesce(l.root_intent_id, l.intent_id) where not l.used_up
     group by i.package_id, l.currency having sum(l.remaining) > 0 or sum(l.deferred_minor) > 0
     order by i.package_id nulls last, l.currency`,
  );
  return rows.map(({ package_id, currency, credits, minor }) => ({
    ...{ packageId: package_id, credits: BigInt(credits) },
    money: currency === FREE ? null : { amountMinor: BigInt(minor), currency },
  }));
}

type Movement = ProviderPeriod['movement'];
const MOVEMENT: Readonly<Partial<Record<PostingKind, Movement>>> = {
  receipt: 'payments',
  unapplied: 'payments',
  refund: 'refunds',
  refund_reversal: 'refunds',
  dispute_withdrawn: 'disputes',
  dispute_reinstated: 'disputes',
  fee: 'fees',
  payout: 'payouts',
};
const MOVEMENTS: readonly Movement[] = ['payments', 'refunds', 'disputes', 'fees', 'payouts', 'other'];

const THEIRS = `
  select provider, currency, movement, sum(minor)::text as minor from (
    select provider, currency, case kind when 'payment' then 'payments' when 'refund' then 'refunds'
      when 'refund_failure' then 'refunds' when 'dispute' then 'disputes' when 'dispute_reversal' then 'disputes'
      when 'payout' then 'payouts' when 'fee' then 'fees' else 'other' end as movement,
      case kind when 'fee' then net_minor else amount_minor end as minor
    from settlement_entries where created_at >= $1 and created_at < $2 and not is_foreign
    union all
    select provider, currency, 'fees', -fee_minor from settlement_entries
    where created_at >= $1 and created_at < $2 and not is_foreign and kind <> 'fee' and fee_minor <> 0
  ) x group by provider, currency, movement`;

/** Our clearing accounts beside what the providers' books have, as far as a run over those days has read them. */
async function comparedWith(
  { pool }: Reader,
  { gte, lt }: Span,
  opening: readonly Moved[],
  closing: readonly Moved[],
): Promise<ProviderPeriod[]> {
  const { rows } = await pool.query<{
    provider: string;
    currency: string;
    movement: Movement;
    minor: string;
  }>(THEIRS, [gte, lt]);
  const ours = new Map<string, bigint>();
  const add = (rowsOf: readonly Moved[], sign: bigint) => {
    for (const { account, unit, kind, amount } of rowsOf) {
      if (!account.startsWith('clearing_')) continue;
      const key = `${account.slice('clearing_'.length)} ${unit} ${MOVEMENT[kind] ?? 'other'}`;
      // A debit of clearing is money that the provider has of ours.
      ours.set(key, (ours.get(key) ?? 0n) - sign * amount);
    }
  };
  add(closing, 1n);
  add(opening, -1n);
  const theirs = new Map(
    rows.map((row) => [`${row.provider} ${row.currency} ${row.movement}`, BigInt(row.minor)]),
  );
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((key) => {
      const [provider, currency, movement] = key.split(' ') as [ProviderName, string, Movement];
      const money = (amountMinor: bigint | undefined) => ({ amountMinor: amountMinor ?? 0n, currency });
      return { provider, movement, ours: money(ours.get(key)), theirs: money(theirs.get(key)) };
    })
    .filter((row) => row.ours.amountMinor !== 0n || row.theirs.amountMinor !== 0n)
    .sort(
      (a, b) =>
        a.provider.localeCompare(b.provider) ||
        a.ours.currency.localeCompare(b.ours.currency) ||
        MOVEMENTS.indexOf(a.movement) - MOVEMENTS.indexOf(b.movement),
    );
}
