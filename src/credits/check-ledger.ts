// The check of the ledger: the chain, the totals that statements close on, and every invariant; of all of it, or of what is new and a
// piece of the rest.

import type pg from 'pg';
import { readInstant } from '../db/instant';
import { bePatient } from '../db/limited-client';
import { CHAIN_START, type ChainPlace, walkChain } from './chain';
import { type CheckPart, type Rolling, rollingFrom } from './check-part';
import { type ReadAgain, readAgain } from './read-again';
import { unsealedAfter } from './unsealed';
import { type Broken, brokenInvariants, brokenOfUsers, INVARIANTS } from './verify';

/** What a check found. Kept as JSON, so numbers that may be large are text. */
export interface LedgerCheckResult {
  readonly ok: boolean;
  readonly checkedEntries: string;
  /** False: what is new was read, and a piece of the rest. */
  readonly isWhole: boolean;
  /** Everything that was posted before has been read since then. ISO 8601. */
  readonly readSince: string;
  /** How many of the invariants were held against the whole ledger. */
  readonly invariants: number;
  readonly rolling: Rolling;
  /** What all lines together miss of zero, over all units; 0 in a ledger that balances. */
  readonly imbalance: string;
  readonly headNumber: string;
  readonly headHash: string | null;
  readonly sealedUpTo: string | null;
  /** Postings that have no seal yet, their lines, and the instant of the oldest. Their sums were checked with the others. */
  readonly unsealed: { readonly postings: string; readonly entries: string; readonly since: string | null };
  /** Postings whose texts were emptied. */
  readonly emptied: number;
  readonly problems: readonly string[];
}

/** How the check tells how far it has come, and where the next process would go on. Throws to end it. */
export type TellCheck = (progress: {
  readonly checkpoint?: ChainPlace;
  readonly done: number;
  readonly total: number;
  readonly message: string;
}) => Promise<void>;

/**
 * Checks the ledger from `from` on, in memory that does not grow with it. The first problem is the first bad row.
 * @param known the head that an earlier check found: a chain that was cut or written anew no longer has it.
 * @param part what is read; null: everything
 * @param began when it did; null: now
 */
export async function checkLedger(
  pool: pg.Pool,
  tell: TellCheck,
  from: ChainPlace | null = null,
  known: Pick<LedgerCheckResult, 'headNumber' | 'headHash'> | null = null,
  part: CheckPart | null = null,
  began: Date | null = null,
): Promise<LedgerCheckResult> {
  const at = began ?? (await readInstant(pool));
  const head = await headOf(pool);
  let place = from ?? part?.since ?? CHAIN_START;
  for (;;) {
    const next = await walkChain(pool, place);
    if (!next) break;
    place = next;
    const done = Number(place.number);
    await tell({
      checkpoint: place,
      done,
      total: Math.max(head.number, done),
      message: 'Recomputing the chain',
    });
  }
  const again = part && (await readAgain(pool, part, at, (now) => tellAgain(tell, place, now)));
  const unsealed = await unsealedAfter(pool, place);
  const imbalances = imbalancesOf(place.totals, unsealed.imbalances);
  const problems = [
    ...place.problems,
    ...(again?.problems ?? []),
    ...(await goneAfter(pool, place)),
    ...(await changedSince(pool, known)),
    ...imbalances.map(([unit, amount]) => `All lines in ${unit} miss zero by ${amount}.`),
    ...(await wrongTotals(pool, place)),
    ...(again?.lapEnd ? await wrongTotals(pool, again.lapEnd) : []),
    ...(await brokenRules(pool, place, tell, part)),
  ];
  const sealedUpTo = (await headOf(pool, place.number)).closesAt;
  return {
    ok: problems.length === 0,
    checkedEntries: String(readOf(place, part, again)),
    isWhole: part === null,
    readSince: again?.rolling.lapBefore ?? at.toISOString(),
    invariants: part?.invariants.length ?? Object.keys(INVARIANTS).length,
    rolling: again?.rolling ?? rollingFrom(at),
    imbalance: imbalances.reduce((sum, [, amount]) => sum + (amount < 0n ? -amount : amount), 0n).toString(),
    headNumber: place.number,
    headHash: place.number === '0' ? null : place.hash,
    sealedUpTo: sealedUpTo?.toISOString() ?? null,
    unsealed: {
      postings: String(unsealed.postings),
      entries: String(unsealed.entries),
      since: unsealed.since?.toISOString() ?? null,
    },
    emptied: place.emptied,
    problems,
  };
}

/** Entries that this check has read, some of them twice. */
const readOf = (place: ChainPlace, part: CheckPart | null, again: ReadAgain | null) =>
  place.entries - (part?.since.entries ?? 0) + (again?.entries ?? 0);

const tellAgain = (tell: TellCheck, checkpoint: ChainPlace, { number }: ChainPlace) =>
  tell({
    checkpoint,
    done: Number(number),
    total: Number(checkpoint.number),
    message: 'Reading again what was read before',
  });

async function headOf(pool: pg.Pool, upTo: string | null = null) {
  const { rows } = await pool.query<{ number: bigint; closes_at: Date }>(
    'select number, closes_at from seals where $1::bigint is null or number <= $1 order by number desc limit 1',
    [upTo],
  );
  return { number: Number(rows[0]?.number ?? 0n), closesAt: rows[0]?.closes_at ?? null };
}

/**
 * Seals behind the last posting that was walked whose posting is no longer there, or stands where nothing has been sealed
 * yet.
 */
async function goneAfter(pool: pg.Pool, { number }: ChainPlace): Promise<string[]> {
  const { rows } = await pool.query<{ number: bigint }>(
    `select s.number from positions p, seals s left join journal j on j.id = s.journal_id
     where p.name = 'seals' and s.number > $1
       and (j.id is null or (j.epoch, j.xid, j.id) > (p.epoch, p.xid, p.id)) order by s.number limit 20`,
    [number],
  );
  return rows.map((row) => `The posting of seal ${row.number} is gone.`);
}

async function changedSince(
  pool: pg.Pool,
  known: Pick<LedgerCheckResult, 'headNumber' | 'headHash'> | null,
): Promise<string[]> {
  if (!known?.headHash) return [];
  const { rows } = await pool.query<{ hash: Buffer }>('select hash from seals where number = $1', [
    known.headNumber,
  ]);
  return rows[0]?.hash.toString('hex') === known.headHash
    ? []
    : [`Seal ${known.headNumber} is not the one that the check before found.`];
}

function imbalancesOf(
  totals: ChainPlace['totals'],
  unsealed: ReadonlyMap<string, bigint>,
): (readonly [string, bigint])[] {
  const units = new Map(unsealed);
  for (const [key, amount] of Object.entries(totals)) {
    const unit = key.split(' ')[1] as string;
    units.set(unit, (units.get(unit) ?? 0n) + BigInt(amount));
  }
  return [...units].filter(([, amount]) => amount !== 0n);
}

/** Where the totals that statements close on are not what the lines make. */
async function wrongTotals(pool: pg.Pool, { number, totals }: ChainPlace): Promise<string[]> {
  const { rows } = await pool.query<{ key: string; amount: string }>(
    `select account || ' ' || unit as key, sum(amount)::text as amount from sealed_totals($1) group by 1`,
    [number],
  );
  const kept = new Map(rows.map(({ key, amount }) => [key, amount]));
  return [...new Set([...kept.keys(), ...Object.keys(totals)])]
    .filter((key) => BigInt(kept.get(key) ?? 0) !== BigInt(totals[key] ?? 0))
    .map(
      (key) => `The total of ${key} is kept as ${kept.get(key) ?? 0}, its lines make ${totals[key] ?? 0}.`,
    );
}

async function brokenRules(
  pool: pg.Pool,
  place: ChainPlace,
  tell: TellCheck,
  part: CheckPart | null,
): Promise<string[]> {
  const done = Number(place.number);
  const client = await pool.connect();
  try {
    bePatient(client);
    const before = (invariant: string) =>
      tell({ checkpoint: place, done, total: done, message: `Checking that ${invariant}` });
    const broken = [
      ...(part ? await brokenOfNew(client, part) : []),
      ...(await brokenInvariants(client, before, part?.invariants)),
    ];
    client.release();
    return [
      ...new Set(broken.map(({ invariant, subject }) => `${subject}: it does not hold that ${invariant}.`)),
    ];
  } catch (error) {
    client.release(true);
    throw error;
  }
}

// Some milliseconds a statement.
const USERS_AT_ONCE = 500;

/** What does not hold of users about whom something was posted since the check before, as many as there are. */
async function brokenOfNew(client: pg.PoolClient, { since }: CheckPart): Promise<Broken[]> {
  const broken: Broken[] = [];
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ user_id: string }>(
      `select distinct user_id from journal where (epoch, xid, id) > ($1, $2::xid8, $3) and user_id > $4
       order by user_id limit ${USERS_AT_ONCE}`,
      [since.epoch, since.xid, since.id, after],
    );
    const last = rows.at(-1);
    if (!last) return broken;
    broken.push(
      ...(await brokenOfUsers(
        client,
        rows.map((row) => row.user_id),
      )),
    );
    after = last.user_id;
  }
}
