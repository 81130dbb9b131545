// Plays a plan in the order of time: the clock stands where the next purchases begin, and all is done by the code that serves them.
import type { App } from '../app';
import { moveOn } from '../clock/history';
import type { SimulatedOutcome } from '../intents/simulate';
import { Problem } from '../kernel/problems';
import { workDueWebhookEvents } from '../webhooks/work';
import type { Bar } from './progress';
import type { PlannedPurchase } from './seed-plan';
import { cancelPlanned, createPlanned, paid, type Step, sequelOf, useCredits } from './seed-purchase';

export interface Made {
  /** Of what was made now. */
  intents: number;
  /** Of an earlier run with the same number. */
  found: number;
  refused: number;
  /** Why: how many by what they were told, and its code. */
  readonly refusals: Record<string, number>;
  /** Of what comes days later: not every provider knows each, and some payments are gone by then. */
  skipped: number;
}

// What begins within six hours begins together, and as many as fill the sets of a small machine.
const TOGETHER_MS = 6 * 3_600_000;
const AT_ONCE = 48;
const DAY_MS = 86_400_000;

/** What takes the simulated bank a while goes on beside what comes after it, as it does at a bank. */
const isSlow = (outcome: SimulatedOutcome) => outcome.startsWith('processing');

/**
 * @param isDated the clock stands in the past and goes from purchase to purchase; else all happens now
 * @throws what is no refusal of a use case
 */
export async function playInOrder(
  { deps }: App,
  plan: readonly PlannedPurchase[],
  isDated: boolean,
  bar: Bar,
): Promise<Made> {
  const made: Made = { intents: 0, found: 0, refused: 0, refusals: {}, skipped: 0 };
  const agenda: Step[] = [];
  const slow: Promise<void>[] = [];
  let day = 0;
  const tellRefusal = (error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    // A customer who spends more than there is is lifelike, too.
    if (error.code === 'INSUFFICIENT_CREDITS') return;
    const why = `${error.code}: ${error.message}`;
    made.refused += 1;
    made.refusals[why] = (made.refusals[why] ?? 0) + 1;
  };
  const one = async (purchase: PlannedPurchase) => {
    try {
      const begun = await createPlanned(deps, purchase);
      made[begun.replayed ? 'found' : 'intents'] += 1;
      const status = begun.replayed ? 'found' : await paid(deps, begun, purchase);
      if (status === 'pending') await cancelPlanned(deps, begun, purchase);
      if (status !== 'succeeded') return;
      agenda.push(...sequelOf(deps, begun.id, purchase));
      agenda.push(...(await useCredits(deps, purchase)));
    } catch (error) {
      tellRefusal(error);
    } finally {
      bar.step();
    }
  };
  const followUp = async (untilMs: number) => {
    const due = agenda.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
    for (const step of due) {
      agenda.splice(agenda.indexOf(step), 1);
      await step.act().catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        made.skipped += 1;
      });
    }
  };
  for (const together of groups(plan)) {
    const atMs = together[0]?.at.getTime() ?? 0;
    await followUp(atMs);
    if (isDated) {
      await moveOn(deps, atMs - Date.now());
      await workDueWebhookEvents(deps);
      if (Math.floor(atMs / DAY_MS) > day) await deps.passTime();
      day = Math.floor(atMs / DAY_MS);
    }
    const playing = together.map((purchase) => ({ purchase, done: one(purchase) }));
    slow.push(...playing.filter(({ purchase }) => purchase.outcomes.some(isSlow)).map(({ done }) => done));
    await Promise.all(
      playing.filter(({ purchase }) => !purchase.outcomes.some(isSlow)).map(({ done }) => done),
    );
  }
  await Promise.all(slow);
  // At the end all that was planned for later days has come, or the clock has arrived.
  await followUp(isDated ? Date.now() : Number.POSITIVE_INFINITY);
  if (isDated) {
    await moveOn(deps, 0);
    await deps.passTime();
  }
  return made;
}

/** In the order of time, each group within six hours. */
function groups(plan: readonly PlannedPurchase[]): PlannedPurchase[][] {
  const all: PlannedPurchase[][] = [];
  for (const purchase of plan) {
    const last = all.at(-1);
    const first = last?.[0];
    const isNear = first && purchase.at.getTime() - first.at.getTime() < TOGETHER_MS;
    if (last && isNear && last.length < AT_ONCE) last.push(purchase);
    else all.push([purchase]);
  }
  return all;
}
