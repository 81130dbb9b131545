// Every change goes this way: read a family, decide on it in memory, write the decision if the family is still the
// one that was read, else read again. No transaction is open in between, so a process that freezes holds no lock, and
// decisions that wait at the same time share their statements.
import { DatabaseError, type Pool } from 'pg';
import type { Account } from './limits';
import { type Change, type Family, rootOf } from './objects';
import { type FamiliesRead, type KeptAnswer, readFamilies } from './read';
import { type Letters, rowsOf } from './rows';
import { inSets } from './sets';

/** What a decision comes to. */
export interface Decision<Result> {
  readonly result: Result;
  /** Left out: nothing changes. */
  readonly change?: Change;
  /** The answer to keep under the task's key. */
  readonly keep?: { readonly status: number; readonly body: string };
}

export interface Task<Result> {
  /** Any object of the family; for a new root the id that it will have. */
  readonly id: string;
  /**
   * A new root under an id that nobody has, as far as anybody knows: it is decided without a look. What is there all the same is
   * seen when it is written, and then it is decided anew.
   */
  readonly isNew?: boolean;
  /** Pure. May be called again with a newer family. What it throws goes to this task's caller alone. */
  decide(family: Family): Decision<Result>;
  /** What is decided first under a key is kept and replayed from then on. */
  readonly key?: {
    readonly name: string;
    readonly fingerprint: string;
    replay(kept: KeptAnswer): Result;
  } | null;
  /**
   * The scheduled step that this task is. It is over with whatever is decided. `goneResult` is the answer when
   * somebody else did it first or the family was changed meanwhile.
   */
  readonly step?: { readonly id: string; readonly goneResult: Result };
}

/** Runs one task, in one set with others that wait. */
export type Decide = <Result>(task: Task<Result>) => Promise<Result>;

interface Open {
  readonly at: number;
  readonly task: Task<unknown>;
  /** Decided without a look, by our clock and what the providers' was ahead of it: written only while that is right. */
  readonly isBlind: boolean;
}

export interface Decided {
  /** Its number in the statement that writes the set. */
  readonly item: number;
  readonly open: Open;
  readonly family: Family;
  readonly decision: Decision<unknown>;
}

/** An Error: what this task's caller is thrown. */
type Result = unknown | Error;

/** What comes of what is written. */
export interface Office {
  /** Whether this process sends so many more events itself, so that they are written as claimed by it. */
  claims(count: number): boolean;
  /** Hears of each change once it is stored. @param letters its events; null: it has none */
  onWritten(change: Change, letters: Letters | null): void;
}

export function makeDecider(pool: Pool, account: Account, office: Office): Decide {
  const scribe: Scribe = { pool, account, office, aheadMs: null };
  const decide = inSets<Task<unknown>, unknown>((tasks) => runSet(scribe, tasks));
  return decide as Decide;
}

interface Scribe {
  readonly pool: Pool;
  readonly account: Account;
  readonly office: Office;
  /** By how much the providers' clock was ahead of the time since this process started at the last look; null: none was taken yet. */
  aheadMs: number | null;
}

async function runSet(scribe: Scribe, tasks: readonly Task<unknown>[]): Promise<readonly Result[]> {
  const results: Result[] = new Array(tasks.length);
  let open: Open[] = tasks.map((task, at) => ({
    at,
    task,
    isBlind: task.isNew === true && scribe.aheadMs !== null,
  }));
  // Each round settles at least one task of every family, unless another process changed it in between; such losses
  // are short, and 20 of them in a row are not contention but a fault.
  for (let rounds = tasks.length + 20; open.length > 0 && rounds > 0; rounds--)
    open = await runRound(scribe, open, results);
  for (const { at } of open) results[at] = new Error('The simulator could not write a change');
  return results;
}

/** Settles what it can and answers with the tasks that are left for another round. */
async function runRound(scribe: Scribe, open: readonly Open[], results: Result[]): Promise<Open[]> {
  const read = await look(scribe, open);
  const taken = new Set<string>();
  const later: Open[] = [];
  const decided: Decided[] = [];
  for (const one of open) {
    const outcome = decideOne(one, read, taken, decided.length);
    if (outcome === 'later') later.push({ ...one, isBlind: false });
    else if ('decision' in outcome) decided.push(outcome);
    else results[one.at] = outcome.result;
  }
  return [...later, ...(await commit(scribe, decided, results))];
}

/** What is there of the families and keys of those that are not decided blindly. */
async function look(scribe: Scribe, open: readonly Open[]): Promise<FamiliesRead> {
  const seeing = open.filter(({ isBlind }) => !isBlind);
  if (seeing.length === 0)
    return {
      nowMs: Math.round(performance.now() + (scribe.aheadMs ?? 0)),
      families: new Map(),
      kept: new Map(),
    };
  const read = await readFamilies(
    scribe.pool,
    seeing.map(({ task }) => task.id),
    seeing.flatMap(({ task }) => task.key?.name ?? []),
  );
  scribe.aheadMs = read.nowMs - performance.now();
  return read;
}

function decideOne(
  open: Open,
  read: FamiliesRead,
  taken: Set<string>,
  item: number,
): Decided | { readonly result: Result } | 'later' {
  const { task } = open;
  const kept = task.key ? read.kept.get(task.key.name) : undefined;
  const family = read.families.get(task.id) ?? { nowMs: read.nowMs, objects: [] };
  try {
    if (kept && task.key) return { result: task.key.replay(kept) };
    // One decision a round for a family and for a key: the next one must see what this one did.
    const claims = [rootOf(family)?.id ?? task.id, ...(task.key ? [`key ${task.key.name}`] : [])];
    if (claims.some((claim) => taken.has(claim))) return 'later';
    const decision = task.decide(family);
    if (!decision.change && !decision.keep && !task.step) return { result: decision.result };
    for (const claim of claims) taken.add(claim);
    return { item, open, family, decision };
  } catch (error) {
    return { result: asError(error) };
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** Writes the set and answers with the tasks whose family was changed by somebody else meanwhile. */
async function commit(scribe: Scribe, decided: readonly Decided[], results: Result[]): Promise<Open[]> {
  if (decided.length === 0) return [];
  const { values, letters } = rowsOf(decided, scribe.account, scribe.office.claims);
  try {
    const { rows } = await scribe.pool.query<{ accepted: number[] }>({
      name: 'simulator_commit_decisions',
      text: 'select simulator.commit_decisions($1, $2, $3, $4, $5, $6, $7) as accepted',
      values: [...values],
    });
    const accepted = new Set(rows[0]?.accepted);
    const again: Open[] = [];
    for (const { item, open, decision } of decided) {
      if (accepted.has(item)) {
        results[open.at] = decision.result;
        if (decision.change) scribe.office.onWritten(decision.change, letters.get(item) ?? null);
      } else if (open.task.step) results[open.at] = open.task.step.goneResult;
      else again.push({ ...open, isBlind: false });
    }
    return again;
  } catch (error) {
    // One row that the database refuses must not fail its neighbours: each goes alone, once. When the connection broke
    // nobody knows whether the set was written, so that is not tried again here.
    if (decided.length > 1 && error instanceof DatabaseError)
      return (await Promise.all(decided.map((one) => commit(scribe, [one], results)))).flat();
    for (const { open } of decided) results[open.at] = asError(error);
    return [];
  }
}
