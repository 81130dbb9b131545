// What runs beside the requests: every loop by its name, who runs it and how often. The engine is jobs/run-loops.ts.
import { followClock } from '../clock/follow';
import { addUpUsage, USAGE_WAITS } from '../credits/add-up-usage';
import { checkDueDays } from '../credits/check-due-days';
import { WALLETS_ARE_DUE, workDueWallets } from '../credits/due';
import { POSTINGS_WAIT, sealPostings } from '../credits/seal';
import { ledgerCheckKind } from '../credits/start-ledger-check';
import { tellExpiring } from '../credits/tell-expiring';
import { BEAT_EVERY_MS, beat, dropUnusedCode, type ThisProcess } from '../db/processes';
import { forgetDeliveries } from '../deliveries/forget-deliveries';
import { deliveryLoops } from '../deliveries/loops';
import { RELAY_LOOP } from '../deliveries/relay';
import { sweepDisputes } from '../disputes/sweep';
import { forgetEvents } from '../events/forget-events';
import { createPoll, POLL_MS } from '../events/poll';
import { CAMPAIGNS_ARE_DUE, REVOKE_LOOP, revokeDueGrants } from '../grants/revoke-campaign';
import { grantsImportKind } from '../grants/run-grants-import';
import type { Deps } from '../graphql/context';
import { INTENTS_ARE_DUE, recoverIntents } from '../intents/recover';
import { forgetJobs } from '../jobs/forget-jobs';
import { createJobLoop } from '../jobs/job-loop';
import type { JobKind } from '../jobs/kind';
import type { Loop } from '../jobs/loop';
import { forgetLeft } from '../jobs/quarantine';
import { inTurn } from '../providers/registry';
import { reconcileDueDays } from '../reconciliation/due-days';
import { reconciliation } from '../reconciliation/run';
import { APPROVALS_ARE_DUE, recoverApprovals } from '../refunds/decide-approval';
import { REFUNDS_ARE_DUE, recoverRefunds } from '../refunds/recover';
import { returnUnapplied, UNAPPLIED_IS_DUE } from '../refunds/return-unapplied';
import { exportKind } from '../reports/export';
import { sweepDueDays } from '../reports/sweep';
import { rejectOverdueReviews } from '../reviews/overdue';
import { sweepWarnings } from '../reviews/sweep-warnings';
import { createForgetCounters } from '../risk/forget-counters';
import { watchAttack } from '../risk/watch-attack';
import { RESEAL_LOOP, resealUsers } from '../users/reseal-users';
import { forgetBodies } from '../webhooks/forget-bodies';
import { forgetWebhookEvents } from '../webhooks/forget-events';
import { WEBHOOK_EVENTS_ARE_DUE, workDueWebhookEvents } from '../webhooks/work';

// What a crash left is taken within 60 s: a lease of 30 s to 60 s at the most, and this.
const RECOVER_EVERY_MS = 2_000;
// The mock's clock: whoever moves it moves both ends, so that this is for one that died in between.
const FOLLOW_EVERY_MS = 10_000;
// Who waits for a day may wait a minute longer.
const REJECT_EVERY_MS = 60_000;
// A word a day before may come a minute late.
const TELL_EXPIRING_EVERY_MS = 60_000;
// After the key was changed; the old one is kept for much longer.
const RESEAL_EVERY_MS = 60_000;
// What is kept for days may go an hour late.
const FORGET_EVERY_MS = 3_600_000;
// What is over is shown as set aside a minute longer.
const FORGET_ASIDE_EVERY_MS = 60_000;
// A day's run may start a minute late.
const DAYS_EVERY_MS = 60_000;
// One call of each provider for a hundred disputes: so long at most can be spent what a bank has asked back.
const SWEEP_EVERY_MS = 600_000;
// A burst makes a hundred tries a minute: so long it goes on unnoticed.
const WATCH_ATTACK_EVERY_MS = 10_000;
const DAY_MS = 86_400_000;
// 03:50 UTC, where few are awake.
const DROP_CODE_AFTER_MS = (3 * 60 + 50) * 60_000;

const inEach = (name: string, everyMs: number, work: Loop['work'], due?: string): Loop => ({
  name,
  runs: 'in each process',
  everyMs,
  work,
  ...(due === undefined ? {} : { due }),
});

/** Long work by kind. */
const jobKinds = (deps: Deps): readonly JobKind[] => [
  ledgerCheckKind({ ...deps, pool: deps.reads }, deps.config.ledgerCheckDays),
  exportKind(deps, deps.reads),
  grantsImportKind(deps),
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
    inEach('recover-intents', RECOVER_EVERY_MS, () => recoverIntents(sweeping), INTENTS_ARE_DUE),
    inEach('recover-refunds', RECOVER_EVERY_MS, () => recoverRefunds(sweeping), REFUNDS_ARE_DUE),
    inEach('recover-approvals', RECOVER_EVERY_MS, () => recoverApprovals(sweeping), APPROVALS_ARE_DUE),
    inEach('reject-overdue-reviews', REJECT_EVERY_MS, () => rejectOverdueReviews(sweeping)),
    inEach('work-webhook-events', RECOVER_EVERY_MS, () => workDueWebhookEvents(deps), WEBHOOK_EVENTS_ARE_DUE),
    inEach('work-due-credits', RECOVER_EVERY_MS, () => workDueWallets(deps), WALLETS_ARE_DUE),
    inEach('tell-expiring', TELL_EXPIRING_EVERY_MS, () => tellExpiring(deps)),
    inEach(REVOKE_LOOP, RECOVER_EVERY_MS, () => revokeDueGrants(deps), CAMPAIGNS_ARE_DUE),
    inEach('seal-postings', RECOVER_EVERY_MS, () => sealPostings(deps), POSTINGS_WAIT),
    inEach('add-up-usage', RECOVER_EVERY_MS, () => addUpUsage(deps), USAGE_WAITS),
    inEach('watch-attack', WATCH_ATTACK_EVERY_MS, () => watchAttack(deps)),
    inEach('reconcile-days', DAYS_EVERY_MS, () => reconcileDueDays(deps)),
    inEach('check-ledger-days', DAYS_EVERY_MS, () => checkDueDays(deps)),
    inEach('sweep-export-days', DAYS_EVERY_MS, () => sweepDueDays(deps)),
    ...(deps.simulator
      ? [inEach('follow-clock', FOLLOW_EVERY_MS, () => followClock(deps).then(() => 0))]
      : []),
    inEach(RESEAL_LOOP, RESEAL_EVERY_MS, () => resealUsers(deps)),
    inEach('forget-bodies', FORGET_EVERY_MS, () => forgetBodies(deps)),
    inEach('forget-webhook-events', FORGET_EVERY_MS, () =>
      forgetWebhookEvents(deps, config.webhookEventsKeptDays),
    ),
    inEach('forget-timeline', FORGET_EVERY_MS, () => forgetEvents(deps, 'timeline', config.timelineKeptDays)),
    inEach('forget-jobs', FORGET_EVERY_MS, () => forgetJobs(deps, config.jobsKeptDays)),
    inEach('forget-deliveries', FORGET_EVERY_MS, () => forgetDeliveries(deps, config.deliveriesKeptDays)),
    inEach('forget-risk', FORGET_EVERY_MS, createForgetCounters(deps)),
    inEach('forget-aside', FORGET_ASIDE_EVERY_MS, () => forgetLeft(deps, RELAY_LOOP)),
    ...(config.unappliedRefund === 'auto'
      ? [inEach('return-unapplied', RECOVER_EVERY_MS, () => returnUnapplied(sweeping), UNAPPLIED_IS_DUE)]
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
      name: 'sweep-warnings',
      runs: 'once for all',
      everyMs: SWEEP_EVERY_MS,
      work: () => sweepWarnings(sweeping).then(() => 0),
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
