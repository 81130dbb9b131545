// npm run cli -- seed [--intents 5000] [--seed 42] [--until 2026-11-24]: weeks of lifelike history, made by the code that serves purchases.
import { parseArgs } from 'node:util';
import { type App, startApp } from '../app';
import { spendCredits } from '../credits/spend';
import { startEmbeddedPostgres } from '../db/embedded';
import { cancelIntent } from '../intents/cancel';
import { createIntent } from '../intents/create';
import { simulatePayment } from '../intents/simulate';
import type { Config } from '../kernel/config';
import { Problem } from '../kernel/problems';
import { createLogger } from '../telemetry/logger';
import { createBar } from './progress';
import { type PlannedPurchase, planPurchases } from './seed-plan';
import { spread } from './seed-spread';

export const SEED_HELP = `Usage: npm run cli -- seed [--intents 5000] [--seed 42] [--until 2026-11-24] [--json]
Makes purchases, payments and spends over the six weeks before a day (today, UTC), in mock mode. The same seed finds what
it made before; with the same day it makes the same history in any database.
Stop a gateway that runs on the same embedded database first.\n`;

// As many customers at once as fill the sets of a small machine.
const AT_ONCE = 48;

/** @returns 0 when all was made, 1 when some of it was refused, 2 for a wrong call */
export async function seed(args: readonly string[], given: Config): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      intents: { type: 'string', default: '5000' },
      seed: { type: 'string', default: '42' },
      until: { type: 'string', default: new Date().toISOString().slice(0, 10) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [count, number, until] = [Number(values.intents), Number(values.seed), dayOf(values.until)];
  if (values.help || !Number.isInteger(count) || count < 1 || !Number.isInteger(number) || !until) {
    (values.help ? process.stdout : process.stderr).write(SEED_HELP);
    return values.help ? 0 : 2;
  }
  const config: Config = { ...given, role: 'api', port: 0, host: '127.0.0.1' };
  if (config.mode !== 'mock') {
    process.stderr.write('seed makes simulated payments, and this gateway takes real ones.\n');
    return 2;
  }
  const embedded = config.databaseUrl ? null : await startEmbeddedPostgres({ dataDir: config.dataDir });
  const databaseUrl = embedded?.url ?? config.databaseUrl;
  // Declined payments are errors in a log, and here they are played on purpose.
  const app = await startApp({ ...config, databaseUrl }, createLogger('fatal'));
  const plan = planPurchases(count, number, until);
  const started = performance.now();
  const made = await play(app, plan);
  const ids = plan.map((purchase) => made.ids.get(purchase.key)).filter((id) => id !== undefined);
  const kept = plan.filter((purchase) => made.ids.has(purchase.key));
  await app.close();
  const isSpread =
    ids.length > 0 &&
    (await spread(
      config.databaseDirectUrl || databaseUrl,
      ids,
      kept.map(({ at }) => at),
    ));
  await embedded?.stop();
  const seconds = (performance.now() - started) / 1000;
  const summary = {
    intents: ids.length,
    found: made.found,
    refused: made.refused,
    isSpread,
    seconds: Number(seconds.toFixed(1)),
  };
  process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : told(summary, number));
  return made.refused === 0 ? 0 : 1;
}

/** The start of a day that has begun, in UTC; null for anything else: nobody has bought tomorrow. */
function dayOf(text: string): Date | null {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : null;
  return day && day.getTime() <= Date.now() ? day : null;
}

const told = ({ intents, found, refused, isSpread, seconds }: Record<string, unknown>, seed: number) =>
  `Made ${intents} purchases in ${seconds} s${found ? `, found ${found} of an earlier run with seed ${seed}` : ''}${
    refused ? `; ${refused} were refused` : ''
  }.${isSpread || intents === 0 ? '' : ' They keep their true times, because they are sealed already.'}\n`;

interface Made {
  /** Of what was made now, by key. */
  readonly ids: Map<string, string>;
  found: number;
  refused: number;
}

async function play(app: App, plan: readonly PlannedPurchase[]): Promise<Made> {
  const made: Made = { ids: new Map(), found: 0, refused: 0 };
  const bar = createBar('purchases', plan.length);
  const waiting = [...plan];
  const customer = async () => {
    for (let purchase = waiting.shift(); purchase; purchase = waiting.shift()) {
      await one(app, purchase, made);
      bar.step();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, customer));
  bar.end();
  return made;
}

async function one({ deps }: App, purchase: PlannedPurchase, made: Made): Promise<void> {
  const { key, userId, packageId, provider, outcomes, spends, isCanceled } = purchase;
  const caller = { id: userId, role: 'user' } as const;
  try {
    const { intent, replayed } = await createIntent(deps, caller, {
      packageId,
      provider,
      idempotencyKey: key,
    });
    if (replayed) {
      made.found += 1;
      return;
    }
    made.ids.set(key, intent.id);
    let status: string = intent.status;
    for (const outcome of outcomes)
      status = (await simulatePayment(deps, caller, { id: intent.id, outcome, delayMs: 0 })).intent.status;
    if (status === 'pending' && isCanceled) await cancelIntent(deps, caller, { id: intent.id });
    if (status !== 'succeeded') return;
    for (const [nth, credits] of spends.entries())
      await spendCredits(deps, caller, {
        credits: BigInt(credits),
        reason: 'Usage',
        idempotencyKey: `${key}-spend-${nth}`,
      });
  } catch (error) {
    // A customer who spends more than there is is lifelike, too.
    if (!(error instanceof Problem)) throw error;
    if (error.code !== 'INSUFFICIENT_CREDITS') made.refused += 1;
  }
}
