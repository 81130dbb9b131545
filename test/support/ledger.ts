// Checks the ledger's invariants over each database that a test file opened, after every test, so that each test is a
// test of the ledger too.
import pg from 'pg';
import { brokenInvariants, INVARIANTS } from '../../src/credits/verify';
import { ownerOf } from './database';

/** Planning some thirty queries anew costs more than a test does: they are asked where a row that they read has changed. */
interface Watched {
  client: pg.Client | null;
  seen: string;
}
const open = new Map<string, Watched>();

export const watchLedger = (url: string): void => {
  open.set(url, { client: null, seen: '' });
};

/** Checks it a last time, whether or not something has changed. */
export async function forgetLedger(url: string): Promise<void> {
  const watched = open.get(url);
  open.delete(url);
  await watched?.client?.end().catch(() => undefined);
  expect(await brokenIn(url)).toEqual([]);
}

export async function verifyOpenLedgers(): Promise<void> {
  for (const [url, watched] of open) {
    const rows = await rowsOf(url, watched);
    if (rows === watched.seen) continue;
    expect(await brokenIn(url)).toEqual([]);
    watched.seen = rows;
  }
}

export async function brokenIn(url: string) {
  const client = new pg.Client(ownerOf(url));
  await client.connect();
  try {
    return await brokenInvariants(client);
  } finally {
    await client.end();
  }
}

/** Which versions of which rows there are, of the tables that the invariants name. */
async function rowsOf(url: string, watched: Watched): Promise<string> {
  const kept = watched.client;
  watched.client ??= await connected(url);
  try {
    const { rows } = await watched.client.query({ name: 'rows', text: await rowsQuery(watched.client) });
    return rows[0].rows;
  } catch (error) {
    watched.client = null;
    // A test may have cut every connection there was.
    if (kept === null) throw error;
    return rowsOf(url, watched);
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(ownerOf(url));
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

let text: string | undefined;
async function rowsQuery(client: pg.Client): Promise<string> {
  if (text) return text;
  const words = new Set(Object.values(INVARIANTS).join(' ').match(/\w+/g));
  const { rows: tables } = await client.query("select tablename from pg_tables where schemaname = 'public'");
  const named = tables.map(({ tablename }) => tablename as string).filter((name) => words.has(name));
  if (named.length < 10) throw new Error(`The invariants name ${named}`);
  // A row that changes has another xmin, at another place.
  const parts = named.map(
    (name) =>
      `(select count(*) || ' ' || coalesce(sum(hashtextextended(ctid::text || xmin, 0)), 0) from ${name})`,
  );
  text = `select concat_ws(' ', ${parts.join(', ')}) as rows`;
  return text;
}
