// A gateway and a worker at half of what this machine holds, for as long as it takes to see what grows: npm run soak
//   --minutes 30     how long it is looked at
//   --share 0.5      of what the machine holds
//   --rate 20        operations a second, instead of finding out what it holds
// Exit code 1: something grows, or was not answered. docs/operations/soak.md
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { median } from '../bench/statistics';
import { Random } from './random';
import { Load } from './soak/load';
import { type Look, report } from './soak/report';
import { backlogOf, look } from './soak/sample';
import { Stand } from './soak/stand';

const { values: given } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    share: { type: 'string', default: '0.5' },
    rate: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

// What the machine holds: so many users at a time who begin again at once.
const USERS_AT_A_TIME = 24;
const WARM_SECONDS = 15;
const MEASURED_SECONDS = 30;
const LOOKS_MIN = 40;
const LOOK_EVERY_MS = 10_000;
const DRAIN_WITHIN_MS = 120_000;
// Of a thousand operations one may find the machine busy with something else.
const UNANSWERED_MAX = 0.001;
// More at a time than this is a queue that no longer drains.
const UNDER_WAY_MAX = 500;
const SEEDED_CREDITS = 1_000;
const PROGRESS_EVERY = 6;

const startedMs = performance.now();
const say = (line: string) =>
  process.stdout.write(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s  ${line}\n`);

async function main(): Promise<number> {
  say('two PostgreSQLs, the simulated providers, a gateway and a worker');
  const stand = await Stand.open();
  const end = () => void stand.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const database = new pg.Client({ connectionString: stand.postgres.url });
  try {
    await database.connect();
    return await soak(stand, database);
  } finally {
    await database.end().catch(() => undefined);
    await stand.close();
  }
}

async function soak(stand: Stand, database: pg.Client): Promise<number> {
  const minutes = Number(given.minutes);
  await prepare(stand);
  const capacity = given.rate ? null : await measured(stand, database);
  const rate = capacity === null ? Number(given.rate) : capacity * Number(given.share);
  if (capacity !== null) say(`the machine holds ${capacity.toFixed(1)} operations a second`);
  say(`${rate.toFixed(1)} operations a second for ${minutes} minutes`);
  const load = new Load(stand, new Random(Number(given.seed)));
  const arriving = new Arrivals(load, rate, new Random(Number(given.seed) + 1));
  const looks = await observed(stand, database, load, minutes * 60_000);
  await arriving.stop();
  return told(stand, load, looks, arriving.refused);
}

async function observed(stand: Stand, database: pg.Client, load: Load, forMs: number): Promise<Look[]> {
  const everyMs = Math.min(LOOK_EVERY_MS, forMs / LOOKS_MIN);
  const looks: Look[] = [];
  const beganMs = performance.now();
  for (let at = 1; at * everyMs <= forMs; at++) {
    await pause(Math.max(0, beganMs + at * everyMs - performance.now()));
    const { operations } = load;
    looks.push({ ...(await look(stand, database)), operations });
    if (at % PROGRESS_EVERY !== 0) continue;
    const mb = (name: string) => `${((looks.at(-1)?.sample.get(name) ?? 0) / 1_048_576).toFixed(1)} MB`;
    const p50 = load.tookMs.length > 0 ? median(load.tookMs) : 0;
    load.tookMs = [];
    say(
      `${operations} operations, p50 ${p50.toFixed(0)} ms, ${load.underWay} under way; heaps ${mb('gateway heap')}, ${mb('worker heap')}`,
    );
  }
  return looks;
}

function told(stand: Stand, load: Load, looks: readonly Look[], refused: number): number {
  const { lines, growing } = report(looks);
  const failed = [...load.failed.values()].reduce((sum, count) => sum + count, 0) + refused;
  const ended = [stand.gateway, stand.worker].flatMap(({ unexpected }) => unexpected);
  const bad = [
    ...growing.map((what) => `GROWS ${what}`),
    ...ended,
    ...(failed > load.operations * UNANSWERED_MAX ? [`${failed} operations were not done`] : []),
  ];
  const kinds = [...load.done].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
  const why = [...load.failed].map(([what, count]) => `  ${count} × ${what}`);
  process.stdout.write(
    `\n${[
      ...lines,
      '',
      `${load.operations} operations (${kinds.join(', ')}), ${stand.delivered} deliveries, ${failed} not done, ${looks.length} looks`,
      ...why,
      ...bad,
      bad.length === 0 ? 'nothing grows' : `${bad.length} found`,
    ].join('\n')}\n`,
  );
  return bad.length === 0 ? 0 : 1;
}

/** Whatever becomes of those before, the next one comes: at times that know nothing of each other. */
class Arrivals {
  /** Came while too many were under way. */
  refused = 0;
  private isOver = false;
  private readonly coming: Promise<void>;

  constructor(
    private readonly load: Load,
    rate: number,
    private readonly random: Random,
  ) {
    this.coming = this.run(1_000 / rate);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.coming;
    for (let tries = 0; this.load.underWay > 0 && tries < 300; tries++) await pause(100);
  }

  private async run(meanMs: number): Promise<void> {
    for (let nextMs = performance.now(); !this.isOver; ) {
      nextMs += -Math.log(1 - this.random.next()) * meanMs;
      await pause(Math.max(0, nextMs - performance.now()));
      if (this.load.underWay >= UNDER_WAY_MAX) this.refused += 1;
      else void this.load.one();
    }
  }
}

/** Operations a second that are done to the end, what the worker does for them included. */
async function measured(stand: Stand, database: pg.Client): Promise<number> {
  const load = new Load(stand, new Random(99));
  const rounds = async (seconds: number) => {
    const untilMs = performance.now() + seconds * 1_000;
    const user = async () => {
      while (performance.now() < untilMs) await load.one();
    };
    await Promise.all(Array.from({ length: USERS_AT_A_TIME }, user));
  };
  await rounds(WARM_SECONDS);
  await drained(database);
  const before = load.operations;
  const beganMs = performance.now();
  await rounds(MEASURED_SECONDS);
  await drained(database);
  return ((load.operations - before) * 1_000) / (performance.now() - beganMs);
}

async function drained(database: pg.Client): Promise<void> {
  for (const untilMs = performance.now() + DRAIN_WITHIN_MS; performance.now() < untilMs; await pause(250))
    if (Object.values(await backlogOf(database)).every((count) => count === 0)) return;
  say('what waits does not end');
}

/** An endpoint that wants everything, and credits for who spends before buying. */
async function prepare(stand: Stand): Promise<void> {
  const ask = async (query: string, input: object) => {
    const response = await fetch(`${stand.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await stand.token('admin_1', 'admin')}`,
      },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const body = (await response.json()) as { errors?: object; data?: Record<string, { errors: unknown[] }> };
    if (body.errors || Object.values(body.data ?? {}).some(({ errors }) => errors.length > 0))
      throw new Error(`Not prepared: ${JSON.stringify(body)}`);
  };
  await ask(
    'mutation E($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) { errors { message } } }',
    { url: stand.receiverUrl, events: ['*'] },
  );
  const adjust =
    'mutation A($input: AdjustCreditsInput!) { adjustCredits(input: $input) { errors { message } } }';
  for (let at = 1; at <= 200; at++)
    await ask(adjust, {
      ...{ userId: `user_${at}`, credits: SEEDED_CREDITS, reason: 'A soak', idempotencyKey: `seed-${at}` },
    });
}

main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`${String(error?.stack ?? error)}\n`);
    process.exit(1);
  },
);
