// Makes the history once. Two connections fill at the same time: the ledger and its seals, and everything else.
import pg from 'pg';
import { CODE } from '../src/app/database';
import { sealPostings } from '../src/credits/seal';
import { createPool } from '../src/db/pool';
import { createSecretBox } from '../src/kernel/secret-box';
import { readConfig } from '../src/providers/read-config';
import { BODY_PURPOSE } from '../src/webhooks/inbox';
import { PLAN, POSTS, TOOLS } from './history-plan';
import { LARGE, LEDGER_STEPS, OTHER_STEPS, REST, type Step } from './history-rows';

// Rows of the plan a transaction: some seconds, so that progress can be seen.
const CHUNK = 100_000;

type Say = (line: string) => void;

/** True when the database holds a whole history of so many intents. */
export async function isFilled(client: pg.Client, intents: number): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass('history_made') is not null as made`);
  if (!rows[0].made) return false;
  const { rows: made } = await client.query('select intents::integer as intents from history_made');
  return made[0]?.intents === intents;
}

/** @param url of a database without any intent. Some ten minutes for a million intents on two cores. */
export async function fill(url: string, intents: number, say: Say): Promise<void> {
  const [ledger, others] = await Promise.all([connect(url), connect(url)]);
  const startedMs = performance.now();
  const told: Say = (line) =>
    say(`${((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  try {
    const indexes = await dropIndexes(ledger);
    await ledger.query(TOOLS);
    await ledger.query(PLAN.replaceAll('$1', String(intents)));
    await ledger.query(POSTS);
    told('planned');
    await Promise.all([
      (async () => {
        for (const step of LEDGER_STEPS) await run(ledger, step, told);
        for (const statement of indexes.filter(isOfLedger)) await ledger.query(statement);
        told('indexes of the ledger made');
        await seal(url, told);
      })(),
      (async () => {
        for (const step of OTHER_STEPS) await run(others, step, told);
        for (const statement of indexes.filter((index) => !isOfLedger(index))) await others.query(statement);
        told('other indexes made');
      })(),
    ]);
    // What the other connection's transactions kept from being sealed.
    await seal(url, told);
    for (const statement of REST) await ledger.query(statement);
    await ledger.query('drop schema making cascade');
    await ledger.query('vacuum analyze');
    await ledger.query(`create table history_made as select ${intents} as intents, now() as at`);
    told('made');
  } finally {
    await Promise.all([ledger.end(), others.end()]);
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  // A history that is lost with the machine is made again.
  await client.query(
    `set synchronous_commit = off; set work_mem = '256MB'; set maintenance_work_mem = '512MB'`,
  );
  return client;
}

/** @returns the statements that make them again. Those of constraints stay. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ indexname: string; indexdef: string }>(
    `select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename = any($1)
       and indexname not in (select conname from pg_constraint)`,
    [LARGE],
  );
  for (const { indexname } of rows) await client.query(`drop index ${indexname}`);
  return rows.map(({ indexdef }) => indexdef);
}

const isOfLedger = (index: string): boolean =>
  LEDGER_STEPS.some(({ table }) => index.includes(` ON public.${table} `));

async function run(client: pg.Client, { table, of, statement }: Step, say: Say): Promise<void> {
  const key = of === 'plan' ? 'n' : 'id';
  const { rows } = await client.query(`select max(${key})::integer as last from making.${of}`);
  const last = rows[0].last as number;
  let made = 0;
  for (let from = 1; from <= last; from += CHUNK) {
    const values: unknown[] = [from, from + CHUNK - 1];
    if (statement.includes('$3')) values.push(sealedBody());
    made += (await client.query(statement, values)).rowCount ?? 0;
  }
  await client.query(`analyze ${table}`);
  say(`${made} rows of ${table}`);
}

async function seal(url: string, say: Say): Promise<void> {
  const pool = createPool(url, CODE.schema, 1, () => undefined);
  try {
    let sealed = 0;
    for (let page = await sealPostings({ pool }); page > 0; page = await sealPostings({ pool })) {
      sealed += page;
      if (sealed % 500_000 === 0) say(`${sealed} postings sealed`);
    }
    say(`${sealed} postings sealed`);
  } finally {
    await pool.end();
  }
}

/** A body as a provider sends it, encrypted as the gateway keeps it. */
function sealedBody(): Buffer {
  const { secretsKeys } = readConfig({ DATABASE_URL: 'postgresql://unused' });
  const payment = { id: 'pay_made', entity: 'payment', amount: 5_000, currency: 'INR', status: 'captured' };
  const body = {
    entity: 'event',
    event: 'payment.captured',
    payload: { payment: { entity: payment } },
    rest: 'x'.repeat(900),
  };
  return createSecretBox(secretsKeys).seal(Buffer.from(JSON.stringify(body)), BODY_PURPOSE);
}
