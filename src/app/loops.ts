// What runs beside the requests: every loop by its name, who runs it and how often. The engine is jobs/run-loops.ts.
import { followClock } from '../clock/follow';
import { checkDueDays } from '../credits/check-due-days';
import { workDueWallets } from '../credits/due';
import { sealPostings } from '../credits/seal';
import { ledgerCheckKind } from '../credits/start-ledger-check';
import { BEAT_EVERY_MS, beat, dropUnusedCode, type ThisProcess } from '../db/processes';
import { deliveryLoops } from '../deliveries/loops';
import { RELAY_LOOP } from '../deliveries/relay';
import { sweepDisputes } from '../disputes/sweep';
import { createPoll, POLL_MS } from '../events/poll';
import type { Deps } from '../graphql/context';
import { recoverIntents } from '../intents/recover';
import { createJobLoop } from '../jobs/job-loop';
import type { JobKind } from '../jobs/kind';
import type { Loop } from '../jobs/loop';
import { forgetLeft } from '../jobs/quarantine';
import { inTurn } from '../providers/registry';
import { reconcileDueDays } from '../reconciliation/due-days';
import { reconciliation } from '../reconciliation/run';
import { recoverApprovals } from '../refunds/decide-approval';
import { recoverRefunds } from '../refunds/recover';
import { returnUnapplied } from '../refunds/return-unapplied';
import { exportKind } from '../reports/export';
import { sweepDueDays } from '../reports/sweep';
import { forgetBodies } from '../webhooks/forget-bodies';
import { workDueWebhookEvents } from '../webhooks/work';

// What a crash left is taken within 60 s: a lease of 30 s to 60 s at the most, and this.
const RECOVER_EVERY_MS = 2_000;
// What is kept for days may go an hour late.
const FORGET_EVERY_MS = 3_600_000;
// What is over is shown as set aside a minute longer.
const FORGET_ASIDE_EVERY_MS = 60_000;
// A day's run may start a minute late.
const DAYS_EVERY_MS = 60_000;
// One call of each provider for a hundred disputes: so long at most can be spent what a bank has asked back.
const SWEEP_EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
// 03:50 UTC, where few are awake.
const DROP_CODE_AFTER_MS = (3 * 60 + 50) * 60_000;

const inEach = (name: string, everyMs: number, work: Loop['work']): Loop => ({
  name,
  runs: 'in each process',
  everyMs,
  work,
});

/** Long work by kind. */
const jobKinds = (deps: Deps): readonly JobKind[] => [
  ledgerCheckKind(deps),
  exportKind(deps),
  reconciliation(inTurn(deps, 'books')),
];

/** What runs in a process of every role: the poll for live streams, and the word that it lives. */
function everywhere(deps: Deps, self: ThisProcess): Loop[] {
  const poll = createPoll(deps);
  return [
    inEach('poll', deps.config.redisUrl ? POLL_MS.withRedis : POLL_MS.alone, () => poll().then(() => 0)),
    inEach('beat', BEAT_EVERY_MS, () => beat(deps.pool, self).then(() => 0)),
  ];
}

/** The loops of this process. */
export function loopsOf(deps: Deps, self: ThisProcess): readonly Loop[] {
  const { config } = deps;
  if (config.role === 'api') return everywhere(deps, self);
  const sweeping = inTurn(deps, 'sweep');
  return [
    ...everywhere(deps, self),
    inEach('recover-intents', RECOVER_EVERY_MS, () => recoverIntents(sweeping)),
    inEach('recover-refunds', RECOVER_EVERY_MS, () => recoverRefunds(sweeping)),
    inEach('recover-approvals', RECOVER_EVERY_MS, () => recoverApprovals(sweeping)),
    inEach('work-webhook-events', RECOVER_EVERY_MS, () => workDueWebhookEvents(deps)),
    inEach('work-due-credits', RECOVER_EVERY_MS, () => workDueWallets(deps)),
    inEach('seal-postings', RECOVER_EVERY_MS, () => sealPostings(deps)),
    inEach('reconcile-days', DAYS_EVERY_MS, () => reconcileDueDays(deps)),
    inEach('check-ledger-days', DAYS_EVERY_MS, () => checkDueDays(deps)),
    inEach('sweep-export-days', DAYS_EVERY_MS, () => sweepDueDays(deps)),
    ...(deps.simulator
      ? [inEach('follow-clock', RECOVER_EVERY_MS, () => followClock(deps).then(() => 0))]
      : []),
    inEach('forget-bodies', FORGET_EVERY_MS, () => forgetBodies(deps)),
    inEach('forget-aside', FORGET_ASIDE_EVERY_MS, () => forgetLeft(deps, RELAY_LOOP)),
    ...(config.unappliedRefund === 'auto'
      ? [inEach('return-unapplied', RECOVER_EVERY_MS, () => returnUnapplied(sweeping))]
      : []),
    ...deliveryLoops(deps),
    createJobLoop(deps, jobKinds(deps)),
    {
      name: 'sweep-disputes',
      runs: 'once for all',
      everyMs: SWEEP_EVERY_MS,
      work: () => sweepDisputes(sweeping).then(() => 0),
    },
    {
      name: 'drop-unused-code',
      runs: 'once for all',
      everyMs: DAY_MS,
      afterMs: DROP_CODE_AFTER_MS,
      work: () => dropUnusedCode(deps.pool),
    },
  ];
}
