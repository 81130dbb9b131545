// What background work does as time passes, done at once and in order: after each day by which mock mode moved its clock.
import { checkDueDays } from '../credits/check-due-days';
import { workDueWallets } from '../credits/due';
import { tellExpiring } from '../credits/tell-expiring';
import type { Deps } from '../graphql/context';
import { recoverIntents } from '../intents/recover';
import { inTurn } from '../providers/registry';
import { reconcileDueDays } from '../reconciliation/due-days';
import { recoverRefunds } from '../refunds/recover';
import { rejectOverdueReviews } from '../reviews/overdue';
import { workDueWebhookEvents } from '../webhooks/work';

// Each round takes so many rows of each kind; what is more than that waits for the loops, as it would without us.
const ROUNDS_MAX = 20;

export async function passTime(deps: Omit<Deps, 'passTime'>): Promise<void> {
  const sweeping = inTurn(deps, 'sweep');
  const works: readonly (() => Promise<number>)[] = [
    () => recoverIntents(sweeping),
    () => rejectOverdueReviews(sweeping),
    () => recoverRefunds(sweeping),
    () => workDueWebhookEvents(deps),
    () => tellExpiring(deps),
    () => workDueWallets(deps),
  ];
  for (const work of works) for (let round = 0; round < ROUNDS_MAX && (await work()) > 0; ) round += 1;
  // Days that have begun are put down; who has the time works them.
  await reconcileDueDays(deps);
  await checkDueDays(deps);
}
