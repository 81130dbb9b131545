// Balance reads, creates and whole purchases a second over HTTP, and beside them pgbench with the gateway's own SQL on
// the same tables, in the same run, so that what the gateway adds can be read as a ratio on any machine.
//   npm run bench            needs pgbench; uses DATABASE_URL (an empty database), else 127.0.0.1:5432
import os from 'node:os';
import pg from 'pg';
import { startGateway, stopGateway } from './gateway';
import { type Measured, measure, post } from './load';
import { pgbench } from './pgbench';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const CALLERS = Number(process.env.BENCH_CALLERS ?? 32);
const SERVER = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const DATABASE = 'credits_gateway_bench';

async function main(): Promise<void> {
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  await admin.query(`drop database if exists ${DATABASE} with (force)`);
  await admin.query(`create database ${DATABASE}`);
  const { rows } = await admin.query('show server_version');
  const url = SERVER.replace(/\/[^/?]*(\?|$)/, `/${DATABASE}$1`);
  const gateway = await startGateway(url);
  try {
    process.stdout.write(
      `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}, PostgreSQL ${rows[0].server_version}; ` +
        `${CALLERS} callers, ${SECONDS} s each; client, gateway and database share the cores\n\n`,
    );
    await run(gateway.url, url);
  } finally {
    await stopGateway(gateway);
    await admin.query(`drop database if exists ${DATABASE} with (force)`);
    await admin.end();
  }
}

async function run(gatewayUrl: string, databaseUrl: string): Promise<void> {
  const graphql = `${gatewayUrl}/graphql`;
  const tokens = await Promise.all(
    Array.from({ length: CALLERS }, async (_, at) => {
      const { token } = await post(`${gatewayUrl}/dev/token`, { userId: `bench_${at}` });
      return token as string;
    }),
  );
  const load = (
    name: string,
    operation: (token: string, nth: number) => Promise<unknown>,
    seconds = SECONDS,
  ) =>
    measure({
      name,
      callers: CALLERS,
      seconds,
      operation: async (at, nth) => {
        await operation(tokens[at] ?? '', nth);
      },
    });
  let made = 0;
  const create = (token: string) =>
    post(
      graphql,
      {
        query: CREATE,
        variables: { input: { packageId: 'small', provider: 'stripe', idempotencyKey: `b${++made}` } },
      },
      token,
    );
  const purchase = async (token: string) => {
    const { data } = await create(token);
    await post(
      graphql,
      { query: SIMULATE, variables: { input: { id: data.createIntent.intent.id } } },
      token,
    );
  };
  const balance = (token: string) =>
    post(graphql, { query: '{ balance { credits available version } }' }, token);

  await load('warm-up', purchase, 3);
  const measured = {
    balance: await load('balance reads', balance),
    create: await load('creates', create),
    purchase: await load('purchases', purchase),
  };
  for (const [script, over] of Object.entries(measured) as ['balance' | 'create' | 'purchase', Measured][])
    print(over, pgbench(databaseUrl, script, 16, SECONDS));
}

const CREATE = `mutation C($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id status nextAction { __typename } } errors { code message } } }`;
const SIMULATE = `mutation S($input: SimulatePaymentInput!) { simulatePayment(input: $input) {
  intent { status creditsAdded } balance { credits } errors { code message } } }`;

function print(over: Measured, sql: number): void {
  const cells = [
    over.name.padEnd(14),
    `${over.perSecond.toFixed(0).padStart(6)}/s over HTTP`,
    `p50 ${over.p50Ms.toFixed(1)} ms, p99 ${over.p99Ms.toFixed(1)} ms`,
    `${sql.toFixed(0).padStart(6)}/s pgbench, sets of one, 16 connections`,
    `ratio ${(over.perSecond / sql).toFixed(2)}`,
    over.errors > 0 ? `${over.errors} errors` : '',
  ];
  process.stdout.write(`${cells.filter(Boolean).join('   ')}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message.split('\n').slice(0, 5).join('\n')}\n`);
  process.exit(1);
});
