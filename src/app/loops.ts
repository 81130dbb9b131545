// What runs beside the requests: the poll for live streams in every process, the rest where background work is done.

import { checkDueDays } from '../credits/check-due-days';
import { workDueWallets } from '../credits/due';
import { sealPostings } from '../credits/seal';
import { BEAT_EVERY_MS, beat, type ThisProcess } from '../db/processes';
import { RELAY_LOOP } from '../deliveries/relay';
import { runDeliveries } from '../deliveries/run';
import { POLL_MS, pollForChanges } from '../events/poll';
import type { Deps } from '../graphql/context';
import { recoverIntents } from '../intents/recover';
import { every } from '../jobs/every';
import { keepRunning } from '../jobs/keep-running';
import { forgetLeft, watched } from '../jobs/quarantine';
import { runQueue } from '../jobs/queue';
import { inTurn } from '../providers/registry';
import { reconcileDueDays } from '../reconciliation/due-days';
import { recoverApprovals } from '../refunds/decide-approval';
import { recoverRefunds } from '../refunds/recover';
import { returnUnapplied } from '../refunds/return-unapplied';
import { sweepDueDays } from '../reports/sweep';
import { forgetBodies } from '../webhooks/forget-bodies';
import { workDueWebhookEvents } from '../webhooks/work';
import { CODE } from './database';
import { jobKinds, schedules } from './jobs';

// What a crash left is taken within 60 s: a lease of 30 s to 60 s at the most, and this.
const RECOVER_EVERY_MS = 2_000;
// What is kept for days may go an hour late.
const FORGET_EVERY_MS = 3_600_000;

// What is over is shown as set aside a minute longer.
const FORGET_ASIDE_EVERY_MS = 60_000;

// A day's run may start a minute late.
const DAYS_EVERY_MS = 60_000;

/** Starts them; each ends when `signal` aborts. */
export function startLoops(
  deps: Deps,
  { url: databaseUrl, self }: { readonly url: string; readonly self: ThisProcess },
  signal: AbortSignal,
): Promise<void>[] {
  const { config, log } = deps;
  const everyMs = config.redisUrl ? POLL_MS.withRedis : POLL_MS.alone;
  const keep = (name: string, run: () => Promise<void>) => keepRunning({ name, run, log, signal });
  const poll = keep('poll', () => pollForChanges({ pool: deps.pool, hub: deps.hub, log, everyMs, signal }));
  const beating = keep('beat', () =>
    every({
      name: 'beat',
      everyMs: BEAT_EVERY_MS,
      work: () => beat(deps.pool, self).then(() => 0),
      log,
      signal,
    }),
  );
  if (config.role === 'api') return [poll, beating];
  const sweeping = inTurn(deps, 'sweep');
  const rounds = (name: string, everyMs: number, work: () => Promise<number>) =>
    keep(name, () => every({ name, everyMs, work: watched(deps, name, work), log, signal }));
  const loop = (name: string, work: () => Promise<number>) => rounds(name, RECOVER_EVERY_MS, work);
  return [
    poll,
    beating,
    loop('recover-intents', () => recoverIntents(sweeping)),
    loop('recover-refunds', () => recoverRefunds(sweeping)),
    loop('recover-approvals', () => recoverApprovals(sweeping)),
    loop('work-webhook-events', () => workDueWebhookEvents(deps)),
    loop('work-due-credits', () => workDueWallets(deps)),
    loop('seal-postings', () => sealPostings(deps)),
    rounds('reconcile-days', DAYS_EVERY_MS, () => reconcileDueDays(deps)),
    rounds('check-ledger-days', DAYS_EVERY_MS, () => checkDueDays(deps)),
    rounds('sweep-export-days', DAYS_EVERY_MS, () => sweepDueDays(deps)),
    rounds('forget-bodies', FORGET_EVERY_MS, () => forgetBodies(deps)),
    rounds('forget-aside', FORGET_ASIDE_EVERY_MS, () => forgetLeft(deps, RELAY_LOOP)),
    keep('deliveries', () => runDeliveries(deps, signal)),
    keep('queue', () =>
      runQueue(deps, {
        databaseUrl,
        codeSchema: CODE.schema,
        kinds: jobKinds(deps),
        schedules: schedules(deps),
        signal,
      }),
    ),
    ...(config.unappliedRefund === 'auto' ? [loop('return-unapplied', () => returnUnapplied(sweeping))] : []),
  ];
}
