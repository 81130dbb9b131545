// npm run cli -- seed [--intents 5000] [--seed 42] [--until 2026-11-24]: weeks of lifelike history, made by the code that serves purchases.
import { type App, startApp } from '../app';
import { behindMs, turnBack } from '../clock/history';
import { startEmbeddedPostgres, urlAt } from '../db/embedded';
import { runningSocketDirectory } from '../db/embedded/running';
import type { Config } from '../kernel/config';
import { beginsWithDay } from '../kernel/instants';
import { createLogger } from '../telemetry/logger';
import { commandLine } from './by';
import { UsageError } from './command';
import { given, misused } from './given';
import { createBar } from './progress';
import { DAYS, type Market, type PlannedPurchase, planPurchases } from './seed-plan';
import { type Made, playInOrder } from './seed-play';
import { leaveToDo, nameUsers, payElsewhere, setTheStage, warnOfFrauds, welcome } from './seed-stage';
import { shareWallet, spendTogether } from './seed-wallet';

export const SEED_HELP = `Usage: npm run cli -- seed [--intents 5000] [--seed 42] [--until 2026-11-24] [--json]
Makes purchases, payments, spends, refunds, disputes and what else a shop sees, in mock mode, also while a gateway runs. In an
empty ledger they lie in the six weeks before a day (today, UTC), in the order of time; into one that has entries they come now.
The same seed finds what it made before.\n`;

const DAY_MS = 86_400_000;

/** @returns 0 when all was made, 1 when some of it was refused */
export async function seed(args: readonly string[], config: Config): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  const asked = given(args, ['intents', 'seed', 'until'], ['json'], SEED_HELP);
  const { intents = '5000', seed: seedText = '42', until: untilText = today, json = false } = asked;
  const [count, number, until] = [Number(intents), Number(seedText), dayOf(untilText)];
  if (!Number.isInteger(count) || count < 1)
    throw misused(`--intents ${intents}: give a number above 0.`, SEED_HELP);
  if (!Number.isInteger(number)) throw misused(`--seed ${seedText}: give a whole number.`, SEED_HELP);
  if (!until) throw misused(`--until ${untilText}: give a day that has begun.`, SEED_HELP);
  if (config.mode !== 'mock') {
    throw new UsageError('seed makes simulated payments, and this gateway takes real ones.');
  }
  const { databaseUrl, stop } = await databaseOf(config);
  // Declined payments are errors in a log, and here they are played on purpose.
  const start = (more: Partial<Config>) =>
    startApp({ ...asShop(config), databaseUrl, ...more }, createLogger('fatal'));
  const started = performance.now();
  let app = await start({});
  try {
    const plan = planPurchases(count, number, until, await marketOf(app));
    const { made, isDated } = await tell(app, plan, until);
    if (made.intents > 0) {
      await app.close();
      // Customers who buy this much in six seconds would be stopped; what is said of frauds is acted upon.
      app = await start({ risk: { ...config.risk, mode: 'act' } });
      await warnOfFrauds(app.deps);
      await leaveToDo(app.deps, plan);
      await spendTogether(app.deps, plan);
    }
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    const summary = { ...made, isDated, seconds };
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : told(summary, number));
    return made.refused === 0 ? 0 : 1;
  } finally {
    await app.close();
    await stop();
  }
}

async function tell(
  app: App,
  plan: readonly PlannedPurchase[],
  until: Date,
): Promise<{ made: Made; isDated: boolean }> {
  const { deps } = app;
  const beginsMs = Math.min(until.getTime() - DAYS * DAY_MS, plan[0]?.at.getTime() ?? 0);
  const isEmpty = await turnBack(deps, commandLine(), beginsMs - Date.now());
  // One that was cut off is gone on with.
  const isDated = isEmpty || (await behindMs(deps)) > 0;
  if (isEmpty) {
    await setTheStage(deps);
    await nameUsers(deps, plan);
    await welcome(deps, plan);
    await payElsewhere(deps, plan);
    await shareWallet(deps, plan);
  }
  const bar = createBar('purchases', plan.length);
  const made = await playInOrder(app, plan, isDated, bar);
  bar.end();
  return { made, isDated };
}

/** Of the gateway that it seeds, with what makes work for people: a second person is asked, and money that bought nothing waits. */
const asShop = (given: Config): Config => ({
  ...given,
  role: 'api',
  port: 0,
  host: '127.0.0.1',
  rateLimits: false,
  unappliedRefund: 'manual',
  approvalLimits: { ...given.approvalLimits, adjustAbove: 400n, adjustTotalAbove: 400n },
});

/** A running gateway's own, the one that is configured, or the embedded one for as long as this lasts. */
async function databaseOf({
  databaseUrl,
  dataDir,
}: Config): Promise<{ databaseUrl: string; stop(): Promise<void> }> {
  const running = databaseUrl ? null : runningSocketDirectory(dataDir);
  if (databaseUrl || running)
    return { databaseUrl: running ? urlAt(running) : databaseUrl, stop: async () => {} };
  const embedded = await startEmbeddedPostgres({ dataDir });
  return { databaseUrl: embedded.url, stop: () => embedded.stop() };
}

async function marketOf({ deps }: App): Promise<Market> {
  const offers = (await deps.catalogue.all()).filter((offer) => offer.package.active);
  return {
    packages: offers.map(({ package: { id }, prices }) => ({
      id,
      currencies: prices.map(({ currency }) => currency),
    })),
    providers: [...deps.providers.keys()],
  };
}

/** The start of a day that has begun, in UTC; null for anything else: nobody has bought tomorrow. */
function dayOf(text: string): Date | null {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) && beginsWithDay(text) ? new Date(text) : null;
  return day && day.getTime() <= Date.now() ? day : null;
}

interface Summary extends Made {
  readonly isDated: boolean;
  readonly seconds: number;
}

function told({ intents, found, refused, refusals, isDated, seconds }: Summary, seed: number): string {
  const earlier = found ? `, found ${found} of an earlier run with seed ${seed}` : '';
  const now = isDated || intents === 0 ? '' : ' They are of now: the ledger had entries already.';
  const why = Object.entries(refusals)
    .map(([reason, count]) => `  ${count} × ${reason}\n`)
    .join('');
  return `Made ${intents} purchases in ${seconds} s${earlier}${refused ? `; ${refused} were refused` : ''}.${now}\n${why}`;
}
