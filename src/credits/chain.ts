// Walks the sealed part of the ledger in its order, a page at a time, and recomputes what every seal stands for. Nothing
// is kept of what was walked but the last hash, the totals and the first few faults, so that memory does not grow.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { numberedId } from '../kernel/ids';

/** How far a walk has come; all text, so that it can be kept as JSON. */
export interface ChainPlace {
  /** Of the last seal passed, and its hash in hex. */
  readonly number: string;
  readonly hash: string;
  readonly epoch: number;
  readonly xid: string;
  readonly id: string;
  readonly entries: number;
  /** Postings whose texts were emptied. */
  readonly emptied: number;
  /** By account and unit, e.g. `revenue INR`. */
  readonly totals: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

export const CHAIN_START: ChainPlace = {
  number: '0',
  hash: '00'.repeat(32),
  epoch: 0,
  xid: '0',
  id: '0',
  entries: 0,
  emptied: 0,
  totals: {},
  problems: [],
};

// Some megabytes of text; more makes no page quicker.
const PAGE = 2_000;
// The first names the trouble; thousands only hide it.
const NAMED_MAX = 20;

interface Sealed {
  readonly id: bigint;
  readonly epoch: number;
  readonly xid: string;
  readonly number: bigint | null;
  readonly hash: Buffer | null;
  readonly format: number | null;
  readonly sealed: string;
  /** False: its texts are neither what was sealed nor emptied. */
  readonly stands: boolean;
  readonly emptied: boolean;
}

// Up to where sealing had come when the page is read: below it every posting has its seal, or was put in later.
const NEXT = `
  select j.id, j.epoch, j.xid::text, s.number, s.hash, s.format, sealed_as(j.posting, s) as sealed, hidden_stands(j.posting, s) as stands,
    coalesce(s.hidden <> '{}' and s.salt is null, false) as emptied
  from positions p
  cross join lateral (
    select j.id, j.epoch, j.xid, j as posting from journal j where (j.epoch, j.xid, j.id) > ($1, $2::xid8, $3)
      and (j.epoch, j.xid, j.id) <= (p.epoch, p.xid, p.id)
    order by j.epoch, j.xid, j.id limit $4
  ) j
  left join seals s on s.journal_id = j.id
  where p.name = 'seals'
  order by j.epoch, j.xid, j.id`;

/**
 * Walks one page on. Null when everything that is sealed has been walked.
 * @param most how many postings
 */
export async function walkChain(
  client: pg.Pool | pg.ClientBase,
  from: ChainPlace,
  most = PAGE,
): Promise<ChainPlace | null> {
  const { rows } = await client.query<Sealed>({
    name: 'walk_chain',
    text: NEXT,
    values: [from.epoch, from.xid, from.id, Math.min(most, PAGE)],
  });
  const last = rows.at(-1);
  if (!last) return null;
  const totals = new Map(Object.entries(from.totals).map(([key, amount]) => [key, BigInt(amount)]));
  const problems = [...from.problems];
  let number = BigInt(from.number);
  let hash: Buffer = Buffer.from(from.hash, 'hex');
  let entries = from.entries;
  let emptied = from.emptied ?? 0;
  for (const row of rows) {
    problems.push(...faultsOf(row, number, hash));
    if (row.number !== null && row.hash !== null) [number, hash] = [row.number, row.hash];
    entries += addLines(totals, row);
    if (row.emptied) emptied++;
  }
  return {
    number: number.toString(),
    hash: hash.toString('hex'),
    epoch: last.epoch,
    xid: last.xid,
    id: last.id.toString(),
    entries,
    emptied,
    totals: Object.fromEntries([...totals].map(([key, amount]) => [key, amount.toString()])),
    problems: problems.slice(0, NAMED_MAX),
  };
}

/** What is wrong with a posting, given the number and the hash of the seal before it. */
function faultsOf(row: Sealed, before: bigint, hash: Buffer): string[] {
  const posting = `Posting ${numberedId('journal', row.id)}`;
  if (row.number === null || row.hash === null) return [`${posting} was put in among sealed ones.`];
  const expected = before + 1n;
  if (row.number < expected) return [`${posting} stands out of its order, with seal ${row.number}.`];
  const faults: string[] = [];
  if (row.number === expected + 1n) faults.push(`The posting of seal ${expected} is gone.`);
  if (row.number > expected + 1n)
    faults.push(`The postings of seals ${expected} to ${row.number - 1n} are gone.`);
  // Behind a gap the hash before is not known, and the gap is what there is to say.
  if (row.number === expected && (!row.stands || !sealOf(hash, row.sealed).equals(row.hash)))
    faults.push(`${posting} is not what was sealed as number ${row.number}.`);
  return faults;
}

const sealOf = (before: Buffer, sealed: string): Buffer =>
  createHash('sha256').update(before).update(sealed).digest();

/** Adds the lines of a posting to the totals. @returns how many there were. */
function addLines(totals: Map<string, bigint>, { sealed, format }: Sealed): number {
  // Before the lines stand the seal and the posting, or in the first format the posting alone.
  const lines = sealed
    .split('\n')
    .slice(format === 2 ? 2 : 1)
    .filter(Boolean);
  for (const line of lines) {
    const { account, unit, amount } = format === 2 ? (JSON.parse(line) as Line) : lineOfFirst(line);
    const key = `${account} ${unit}`;
    totals.set(key, (totals.get(key) ?? 0n) + BigInt(amount));
  }
  return lines.length;
}

interface Line {
  readonly account: string;
  readonly unit: string;
  readonly amount: string;
}

function lineOfFirst(line: string): Line {
  const [, account, , unit, amount] = JSON.parse(line) as [number, string, unknown, string, string];
  return { account, unit, amount };
}
