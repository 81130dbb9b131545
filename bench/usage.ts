// What a report of usage takes over many rows, and how fast they are added up.
//   npm run bench:usage          BENCH_ROWS of usage (1,000,000), by 10,000 users, of 5 operations, in 90 days; BENCH_DAYS
//                                (4,000,000) rows of days more, of other users: as many as 10 million rows of usage come to
// Uses DATABASE_URL (a server), else an embedded PostgreSQL.
import 'reflect-metadata';
import pg from 'pg';
import { CODE, ENTITIES } from '../src/app/database';
import { addUpUsage } from '../src/credits/add-up-usage';
import { listUsageDays, type UsageDayFilter, usageTotals } from '../src/credits/usage-report';
import { applicationDataSource } from '../src/db/data-source';
import { createPool } from '../src/db/pool';
import { machine, openDatabase } from './database';

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const DAYS = Number(process.env.BENCH_DAYS ?? 4_000_000);
const USERS = 10_000;
const OPERATIONS = 5;
const SPAN_DAYS = 90;
const CHUNK = 100_000;
const READS = 30;

async function main(): Promise<void> {
  const database = await openDatabase('credits_gateway_bench_usage', true);
  const owner = new pg.Client(database.url);
  await owner.connect();
  const pool = createPool(database.url, CODE.schema, 4, () => undefined);
  const dataSource = await applicationDataSource(database.url, CODE.schema, ENTITIES, 2).initialize();
  say(`${machine()}, ${database.server}`);
  try {
    await timed(`${ROWS} rows of usage made`, ROWS, () => fill(owner));
    await timed('added up by day', ROWS, async () => {
      while ((await addUpUsage({ pool })) > 0);
    });
    await timed(`${DAYS} rows of days more`, DAYS, () => owner.query(MORE_DAYS, [DAYS]));
    await owner.query('vacuum analyze usage_days');
    const { rows } = await owner.query(
      `select count(*)::text as rows, pg_size_pretty(pg_total_relation_size('usage_days')) as size from usage_days`,
    );
    say(`usage_days has ${rows[0].rows} rows, ${rows[0].size}`);
    const span = { gte: new Date(Date.now() - 30 * 86_400_000) };
    for (const [who, filter] of [
      ['one user, 30 days', { userId: 'u7', span }],
      ['one user, all days', { userId: 'u7' }],
      ['all users, 30 days', { userId: '', span }],
      ['all users, all days', { userId: '' }],
    ] as const satisfies readonly (readonly [string, UsageDayFilter])[]) {
      await read(`${who}: first page of days`, () => listUsageDays({ dataSource }, filter, { first: 100 }));
      await read(`${who}: by operation`, () => usageTotals({ pool }, filter));
    }
    say(machine());
  } finally {
    await dataSource.destroy();
    await pool.end();
    await owner.end();
    await database.stop();
  }
}

/** As spends of one part each would have left it. */
async function fill(owner: pg.Client): Promise<void> {
  for (let from = 0; from < ROWS; from += CHUNK)
    await owner.query(FILL, [from, Math.min(from + CHUNK, ROWS) - 1]);
  await owner.query('vacuum analyze usages, usage_parts');
}

const FILL = `
  with made as (
    insert into usages (id, user_id, micro, unpaid_micro, credits, at, priced_at, epoch)
    select -1 - n, 'u' || n % ${USERS}, 4000, 0, 0, at, at, (select epoch from gateway)
    from generate_series($1::bigint, $2::bigint) n,
      lateral (select now() - (n * 7919 % ${SPAN_DAYS}) * interval '1 day' as at) t
  )
  insert into usage_parts (usage_id, nth, operation, version, quantity, micro)
  select -1 - n, 1, 'op' || (n / ${USERS}) % ${OPERATIONS}, 1, 1000, 4000 from generate_series($1::bigint, $2::bigint) n`;

const MORE_DAYS = `
  insert into usage_days (user_id, day, operation, uses, quantity, micro)
  select 'v' || n / ${SPAN_DAYS * OPERATIONS}, date_trunc('day', now(), 'UTC') - (n % ${SPAN_DAYS}) * interval '1 day',
    'op' || (n / ${SPAN_DAYS}) % ${OPERATIONS}, 3, 3000, 12000
  from generate_series(0, $1::bigint - 1) n`;

async function timed(what: string, rows: number, work: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1000;
  say(`${what}: ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)}/s`);
}

/** Says the middle and the slowest of some reads, the first one apart: it has no plan yet. */
async function read(what: string, work: () => Promise<unknown>): Promise<void> {
  const taken: number[] = [];
  for (let nth = 0; nth <= READS; nth++) {
    const startedMs = performance.now();
    await work();
    taken.push(performance.now() - startedMs);
  }
  const [first = 0, ...others] = taken;
  others.sort((a, b) => a - b);
  const [middle = 0, slowest = 0] = [others[READS >> 1], others.at(-1)];
  say(
    `${what}: ${middle.toFixed(1)} ms in the middle, ${slowest.toFixed(1)} ms at most, ${first.toFixed(1)} ms the first`,
  );
}

const say = (line: string) => process.stdout.write(`${line}\n`);

main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
