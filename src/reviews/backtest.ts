// Replays stored decisions by other rules: what these would have stopped of what is known by now. It reads alone, of one moment,
// and the judge is the one that decides purchases.
import type pg from 'pg';
import { invalidInput, notFound, RetryLaterProblem } from '../kernel/problems';
import { type RulesDocument, readRulesDocument } from '../risk/rules-document';
import { type BacktestFigures, createTally, type Tally } from './backtest-figures';

export interface BacktestInput {
  /** A document of rules, as it would be proposed. */
  readonly document?: unknown;
  /** Or the version of one that was. */
  readonly version?: number | null;
  readonly from: Date;
  readonly before: Date;
}

export interface Backtest extends BacktestFigures {
  /** Null: a document that was not proposed. */
  readonly version: number | null;
  readonly from: Date;
  readonly before: Date;
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
}

/** Hears how many of the decisions are replayed. */
export type TellReplayed = (done: number, total: number) => void;

// What one statement takes: a fraction of a second, so that it may be stopped at any time, and large enough that its start is
// nothing.
const CHUNK = 20_000;
const STATEMENT_MS = 10_000;
// Two of the ten connections of a process: purchases keep the others.
const CONNECTIONS = 2;
const BEGIN = 'begin transaction isolation level repeatable read, read only';
// About as long as a million decisions take.
const RETRY_SECONDS = 5;
/** Beyond, a process would hold more in memory than it has: a quarter of a gigabyte, if every one of them is suspicious. */
export const DECISIONS_MAX = 5_000_000;
// Numbers are taken a little before the instant is: a set that waited for its locks comes after one that did not.
const SLACK_MS = 60_000;

/**
 * What rules would have done to the purchases of a time, beside what was done to them.
 * @throws Problem INVALID_INPUT for a bad document, a range that is none, or more than DECISIONS_MAX decisions; NOT_FOUND;
 *   IN_PROGRESS while another runs
 */
export async function backtestRiskRules(
  { pool }: { readonly pool: pg.Pool },
  input: BacktestInput,
  tell: TellReplayed = () => undefined,
): Promise<Backtest> {
  const startedMs = performance.now();
  if (input.from >= input.before) throw invalidInput('The range ends after it begins.', 'range');
  if ((input.document === undefined) === (input.version === undefined || input.version === null))
    throw invalidInput('Give a document or a version, one of them.', 'document');
  const clients = await connect(pool);
  try {
    const [first] = clients as [pg.PoolClient];
    const document = await documentOf(first, input);
    const tally = createTally(document.rules);
    const decisions = await replay(clients, document, input, tally, tell);
    return {
      ...tally.figures(decisions),
      ...{ version: input.version ?? null, from: input.from, before: input.before },
      tookMs: Math.round(performance.now() - startedMs),
    };
  } finally {
    await letGo(clients);
  }
}

/**
 * Connections that see the same moment, and may write nothing.
 * @throws RetryLaterProblem while another backtest runs, in whatever process
 */
async function connect(pool: pg.Pool): Promise<pg.PoolClient[]> {
  const clients = [await pool.connect()];
  const [first] = clients as [pg.PoolClient];
  try {
    await first.query(BEGIN);
    const { rows } = await first.query<{ is_free: boolean; snapshot: string }>(
      `select pg_try_advisory_xact_lock(hashtextextended('risk backtest', 0)) as is_free, pg_export_snapshot() as snapshot`,
    );
    if (!rows[0]?.is_free)
      throw new RetryLaterProblem('IN_PROGRESS', 'Another backtest is running.', RETRY_SECONDS);
    while (clients.length < CONNECTIONS) {
      const client = await pool.connect();
      clients.push(client);
      // A snapshot's name is digits and dashes.
      await client.query(`${BEGIN}; set transaction snapshot '${rows[0].snapshot}'`);
    }
    for (const client of clients) await client.query(`set local statement_timeout = ${STATEMENT_MS}`);
    return clients;
  } catch (error) {
    await letGo(clients);
    throw error;
  }
}

async function letGo(clients: readonly pg.PoolClient[]): Promise<void> {
  for (const client of clients) {
    const broken = await client.query('rollback').then(
      () => undefined,
      (error: Error) => error,
    );
    client.release(broken);
  }
}

async function documentOf(
  client: pg.PoolClient,
  { document, version }: BacktestInput,
): Promise<RulesDocument> {
  if (document !== undefined) return readRulesDocument(document);
  const { rows } = await client.query<{ document: RulesDocument }>(
    'select document from risk_rules where version = $1',
    [version],
  );
  if (!rows[0]) throw notFound('The version', ['input', 'version']);
  return rows[0].document;
}

interface ReplayRow {
  readonly purchase: string | null;
  readonly decisions: bigint;
  readonly purchases: bigint;
  readonly was: number;
  readonly level: number;
  readonly score: number;
  readonly fired: readonly number[];
  readonly is_paid: boolean;
  readonly is_bad: boolean;
  readonly amount_minor: bigint;
  readonly currency: string;
}

const REPLAY = `
  select r.* from replay_decisions($1, $2, $3, $4, array(select l from compile_rules($5, 0) l order by l.ord), $6) r`;

/** @returns how many decisions there were */
async function replay(
  clients: readonly pg.PoolClient[],
  document: RulesDocument,
  { from, before }: BacktestInput,
  tally: Tally,
  tell: TellReplayed,
): Promise<number> {
  const [first] = clients as [pg.PoolClient];
  const after = (await numberAt(first, new Date(from.getTime() - SLACK_MS))) - 1n;
  const upto = await numberAt(first, new Date(before.getTime() + SLACK_MS));
  const total = Number(upto - after);
  if (total > DECISIONS_MAX)
    throw invalidInput(
      `That are ${total} decisions, of at most ${DECISIONS_MAX}: take a shorter range.`,
      'range',
    );
  const { challenge, review, block } = document.thresholds;
  const text = JSON.stringify(document);
  let next = after;
  let done = 0;
  let decisions = 0;
  const work = async (client: pg.PoolClient) => {
    while (next < upto) {
      const start = next;
      next += BigInt(CHUNK);
      const end = next < upto ? next : upto;
      const { rows } = await client.query<ReplayRow>(REPLAY, [
        ...[start, end, from, before, text],
        [challenge, review, block],
      ]);
      for (const row of rows) {
        decisions += Number(row.decisions);
        addTo(tally, row);
      }
      done += Number(end - start);
      tell(done, total);
    }
  };
  // Where one fails, the other ends with the chunk that it is at.
  const working = clients.map((client) =>
    work(client).catch((error: unknown) => {
      next = upto;
      throw error;
    }),
  );
  const [failed] = (await Promise.allSettled(working)).filter(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return decisions;
}

function addTo(tally: Tally, row: ReplayRow): void {
  const { purchase, is_paid: isPaid, is_bad: isBad, amount_minor: amountMinor, currency } = row;
  if (purchase === null) tally.addPlain({ purchases: Number(row.purchases), isPaid, amountMinor, currency });
  else
    tally.add({
      ...{ purchase, was: row.was, level: row.level, score: row.score, fired: row.fired },
      ...{ isPaid, isBad, amountMinor, currency },
    });
}

/**
 * The number of the first decision that was made at an instant or later; one above the last when there is none. Found by halving:
 * numbers and instants go up together, and no index has to be kept for it.
 */
async function numberAt(client: pg.PoolClient, at: Date): Promise<bigint> {
  const { rows } = await client.query<{ low: bigint | null; high: bigint | null }>(
    'select min(id) as low, max(id) as high from risk_decisions',
  );
  let low = rows[0]?.low ?? 1n;
  let high = (rows[0]?.high ?? 0n) + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    const { rows: found } = await client.query<{ id: bigint; is_before: boolean }>(
      'select id, at < $2 as is_before from risk_decisions where id >= $1 order by id limit 1',
      [middle, at],
    );
    if (found[0]?.is_before) low = found[0].id + 1n;
    else high = middle;
  }
  return low;
}
