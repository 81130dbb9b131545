// The console's own operations over a large history: made once, then measured over HTTP, one caller after the other.
//   npm run bench:history          HISTORY_INTENTS changes the size; uses DATABASE_URL (a server), else an embedded PostgreSQL
//   npm run bench:history -- Payments     only what begins so
//   npm run bench:history -- --browser    in a browser instead, on the pages that `npm run build:web` has built
import 'reflect-metadata';
import pg from 'pg';
import { machine, openDatabase } from './database';
import { startGateway, stopGateway } from './gateway';
import { measureInBrowser } from './history-browser';
import { fill, isFilled } from './history-fill';
import { type Asked, operations } from './history-operations';
import { sampleOf } from './history-sample';
import { post } from './load';

const INTENTS = Number(process.env.HISTORY_INTENTS ?? 1_000_000);
const NAME = `credits_gateway_bench_history_${INTENTS}`;
// Enough for a median that stays, and a page that takes seconds still ends.
const TIMES = 30;
const SECONDS_MAX = 5;
// What is slower is marked.
const WANTED_MS = 50;

async function main(): Promise<void> {
  let database = await openDatabase(NAME, false);
  try {
    if (!(await holds(database.url))) {
      say(`making ${INTENTS} intents in ${NAME}`);
      await database.stop();
      database = await openDatabase(NAME, true);
      await fill(database.url, INTENTS, say);
    }
    say(`${machine()}, ${database.server}; ${await sizeOf(database.url)}`);
    await measureAll(database.url);
  } finally {
    await database.stop();
  }
}

async function measureAll(databaseUrl: string): Promise<void> {
  // Without the background work of a worker, which would take what was made for work that was left.
  const gateway = await startGateway(databaseUrl, { ROLE: 'api', RATE_LIMITS: 'off' });
  try {
    if (process.argv.includes('--browser')) {
      await measureInBrowser(gateway.url, say);
      return;
    }
    const sample = await withClient(databaseUrl, sampleOf);
    const { token } = await post(`${gateway.url}/dev/token`, { userId: 'ada', role: 'admin' });
    const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
    say(`${'operation'.padEnd(40)} rows   p50 ms   p99 ms`);
    for (const asked of operations(sample)) {
      if (wanted.length > 0 && !wanted.some((word) => asked.name.startsWith(word))) continue;
      say(line(asked.name, await timed(`${gateway.url}/graphql`, token, asked)));
    }
  } finally {
    await stopGateway(gateway);
  }
}

interface Timed {
  readonly rows: number;
  readonly p50: number;
  readonly p99: number;
}

async function timed(url: string, token: string, { query, variables }: Asked): Promise<Timed> {
  const body = { query, variables };
  // The first one is compiled and read into memory.
  const { data } = await post(url, body, token);
  const timesMs: number[] = [];
  const untilMs = performance.now() + SECONDS_MAX * 1000;
  while (timesMs.length < TIMES && (timesMs.length === 0 || performance.now() < untilMs)) {
    const startedMs = performance.now();
    await post(url, body, token);
    timesMs.push(performance.now() - startedMs);
  }
  timesMs.sort((a, b) => a - b);
  const at = (share: number) => timesMs[Math.floor(timesMs.length * share)] ?? 0;
  return { rows: rowsIn(data), p50: at(0.5), p99: at(0.99) };
}

/** The rows of every list in an answer, not those inside rows. */
function rowsIn(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (value === null || typeof value !== 'object') return 0;
  const { nodes, ...rest } = value as Record<string, unknown>;
  if (nodes) return rowsIn(nodes);
  return Object.values(rest).reduce<number>((sum, part) => sum + rowsIn(part), 0);
}

const line = (name: string, { rows, p50, p99 }: Timed): string =>
  `${name.padEnd(40)} ${String(rows).padStart(4)} ${p50.toFixed(1).padStart(8)} ${p99.toFixed(1).padStart(8)}${p50 > WANTED_MS ? '  *' : ''}`;

const holds = (url: string) => withClient(url, (client) => isFilled(client, INTENTS));

const sizeOf = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `select pg_size_pretty(pg_database_size(current_database())) as size,
         (select reltuples::bigint from pg_class where oid = 'public.entries'::regclass) as entries,
         (select reltuples::bigint from pg_class where oid = 'public.webhook_events'::regclass) as webhooks,
         (select reltuples::bigint from pg_class where oid = 'public.deliveries'::regclass) as deliveries,
         (select reltuples::bigint from pg_class where oid = 'public.events'::regclass) as events`,
    );
    const { size, entries, webhooks, deliveries, events } = rows[0];
    return `${INTENTS} intents, ${entries} ledger entries, ${events} events, ${webhooks} webhook events, ${deliveries} deliveries, ${size}`;
  });

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error) => {
  process.stderr.write(`${String(error?.stack ?? error)}\n`);
  process.exit(1);
});
