// Every operation that moves money or credits, as the sweep of crash points does it: what it acts on, what is asked, and by whom.
import { randomUUID } from 'node:crypto';
import type { App } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { workDueWallets } from '../../src/credits/due';
import { syncIntent } from '../../src/disputes/sync';
import { runJob } from '../../src/jobs/run';
import { reconciliation } from '../../src/reconciliation/run';
import { startReconciliation } from '../../src/reconciliation/start';
import { returnUnapplied } from '../../src/refunds/return-unapplied';
import { rejectOverdueReviews } from '../../src/reviews/overdue';
import { openReview, passDeadline } from '../reviews/stand';
import { eventually } from '../support/eventually';
import type { Crashing } from './crashing';

export interface Ready {
  readonly userId: string;
  /** Does it, or does it again, in one of the two processes. */
  readonly act: (app: App) => Promise<unknown>;
  /** Where the background does it, and not by what it does at all times. */
  readonly recover?: (app: App) => Promise<unknown>;
}

export interface Operation {
  readonly prepare: (stand: Crashing) => Promise<Ready>;
  /** What a provider tells of it by itself: then that may come first. */
  readonly hasNews: boolean;
}

const finance: Caller = { id: 'fin_1', role: 'finance' };
const second: Caller = { id: 'fin_2', role: 'finance' };
let users = 0;
const newUser = () => `crash_${++users}`;
const payer = (id: string): Caller => ({ id, role: 'user' });

async function opened(stand: Crashing, provider: string) {
  const userId = newUser();
  const { intent } = await stand.ask(
    stand.survivor,
    payer(userId),
    'createIntent',
    'intent { id providerIntentId }',
    {
      ...{ packageId: 'small', provider, idempotencyKey: 'of the purchase' },
    },
  );
  const play = (outcome: string) =>
    stand.simulator.play({
      provider,
      providerIntentId: intent.providerIntentId,
      outcome,
      delayMs: 0,
    } as never);
  return { userId, id: intent.id as string, play };
}

async function bought(stand: Crashing, provider = 'stripe') {
  const purchase = await opened(stand, provider);
  await purchase.play('succeed');
  await syncIntent(stand.survivor.deps, payer(purchase.userId), { id: purchase.id });
  // Told already: what comes next is about what comes next.
  await stand.news(stand.survivor);
  return purchase;
}

/** A mutation with a key, on a purchase that was paid. */
const keyed = (
  name: string,
  selection: string,
  caller: (userId: string) => Caller,
  input: (
    thing: { readonly id: string; readonly userId: string },
    stand: Crashing,
  ) => Promise<object> | object,
  hasNews = false,
): Operation => ({
  hasNews,
  prepare: async (stand) => {
    const thing = await bought(stand);
    const given = { idempotencyKey: randomUUID(), ...(await input(thing, stand)) };
    return {
      userId: thing.userId,
      act: (app) => stand.ask(app, caller(thing.userId), name, selection, given),
    };
  },
});

const held = async (stand: Crashing, userId: string): Promise<string> => {
  const { hold } = await stand.ask(stand.survivor, payer(userId), 'holdCredits', 'hold { id }', {
    ...{ credits: 5, reason: 'work', ttlSeconds: 600, idempotencyKey: randomUUID() },
  });
  return hold.id;
};

const disputed = async ({ id }: { readonly id: string }, stand: Crashing): Promise<string> => {
  const [intent] = await stand.rows('select provider_intent_id as of from intents where id = $1', [id]);
  const played = { provider: 'stripe', providerIntentId: intent?.of, outcome: 'dispute_open', delayMs: 0 };
  await stand.simulator.play(played as never);
  await stand.news(stand.survivor);
  // The provider's event may be under way still.
  const [dispute] = await eventually(
    () => stand.rows('select id from disputes where intent_id = $1', [id]),
    (rows) => rows.length === 1,
  );
  return String(dispute?.id);
};

const backEnd: Caller = { id: 'shop', role: 'service' };
const GRANTED = 'results { grant { id } }';
const given = (campaign: string, userId: string) => ({
  campaign,
  grants: [{ userId, credits: 11, key: randomUUID(), reason: 'welcome' }],
});

/** Of a budget that no second person has to allow. */
async function campaignOf(stand: Crashing): Promise<string> {
  const key = `welcome-${++users}`;
  const input = { key, name: 'Welcome', budgetCredits: 50 };
  const { errors } = await stand.ask(stand.survivor, { ...finance, id: key }, 'saveCampaign', '', input);
  expect(errors).toEqual([]);
  return key;
}

/** What the provider tells, heard by the one that fails. */
const told = (prepare: (stand: Crashing) => Promise<{ readonly userId: string }>): Operation => ({
  hasNews: true,
  prepare: async (stand) => {
    const { userId } = await prepare(stand);
    return { userId, act: (app) => stand.news(app) };
  },
});

const approvalOf = async (stand: Crashing, name: string, input: object): Promise<string> => {
  const { errors } = await stand.ask(stand.survivor, finance, name, '', {
    idempotencyKey: randomUUID(),
    ...input,
  });
  expect(errors).toMatchObject([{ code: 'APPROVAL_REQUIRED' }]);
  const [approval] = await stand.rows(
    `select id from approvals where status = 'open' order by created_at desc limit 1`,
  );
  return approval?.id;
};

const decided = (
  name: string,
  input: (thing: { id: string; userId: string }) => object,
  hasNews: boolean,
): Operation => ({
  hasNews,
  prepare: async (stand) => {
    const thing = await bought(stand);
    const id = await approvalOf(stand, name, { reason: 'asked', ...input(thing) });
    return {
      userId: thing.userId,
      act: (app) =>
        stand.ask(app, second, 'decideApproval', 'approval { status }', { id, approve: true, note: 'seen' }),
    };
  },
});

const reviewed = (approve: boolean): Operation => ({
  hasNews: !approve,
  prepare: async (stand) => {
    const thing = await bought(stand);
    const id = await openReview({ app: stand.survivor } as never, thing);
    const input = { id, approve, note: 'Looked at it.' };
    return {
      userId: thing.userId,
      act: (app) => stand.ask(app, finance, 'decideRiskReview', 'review { status }', input),
    };
  },
});

const created = (provider: string): Operation => ({
  hasNews: false,
  prepare: async (stand) => {
    const userId = newUser();
    const input = { packageId: 'small', provider, idempotencyKey: 'once' };
    return { userId, act: (app) => stand.ask(app, payer(userId), 'createIntent', 'intent { id }', input) };
  },
});

const synced = (provider: string): Operation => ({
  hasNews: true,
  prepare: async (stand) => {
    const { userId, id, play } = await opened(stand, provider);
    await play('succeed');
    return { userId, act: (app) => stand.ask(app, payer(userId), 'syncIntent', 'intent { status }', { id }) };
  },
});

/** A run over the provider's books of this moment, which has a purchase to book the fee of, or a payout. */
const reconciled = (isPaidOut: boolean): Operation => ({
  hasNews: false,
  prepare: async (stand) => {
    const { deps } = stand.survivor;
    const never = new AbortController().signal;
    const work = (app: App, id: string) => runJob(app.deps, [reconciliation(app.deps)], id, never);
    // Days that were due, which others' recoveries put down.
    for (const { id } of await stand.rows(`select id from jobs where status = 'queued'`))
      await work(stand.survivor, id);
    const gte = new Date(Date.now() - 1_000);
    const { userId } = await bought(stand);
    if (isPaidOut) expect(await stand.simulator.payOut('stripe')).toHaveLength(1);
    const { id } = await startReconciliation(deps, finance, {
      ...{ provider: 'stripe', range: { gte, lt: new Date(Date.now() + 60_000) }, dryRun: false },
    });
    const act = (app: App) => work(app, id);
    return { userId, act, recover: act };
  },
});

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'createIntent, stripe': created('stripe'),
  'createIntent, razorpay': created('razorpay'),
  'syncIntent, stripe': synced('stripe'),
  'syncIntent, razorpay': synced('razorpay'),
  'webhook event of a payment, stripe': told(async (stand) => {
    const purchase = await opened(stand, 'stripe');
    await purchase.play('succeed');
    return purchase;
  }),
  'webhook event of a payment, razorpay': told(async (stand) => {
    const purchase = await opened(stand, 'razorpay');
    await purchase.play('succeed');
    return purchase;
  }),
  'webhook event of a wrong amount': told(async (stand) => {
    const purchase = await opened(stand, 'stripe');
    await purchase.play('amount_mismatch');
    return purchase;
  }),
  'webhook event of a dispute': told(async (stand) => {
    const purchase = await bought(stand);
    await purchase.play('dispute_open');
    return purchase;
  }),
  'webhook event of a lost dispute': told(async (stand) => {
    const purchase = await bought(stand);
    await purchase.play('dispute_open');
    await stand.news(stand.survivor);
    await purchase.play('dispute_lost');
    return purchase;
  }),
  'webhook event of a dispute that is won': told(async (stand) => {
    const purchase = await bought(stand);
    await purchase.play('dispute_open');
    await stand.news(stand.survivor);
    await purchase.play('dispute_won');
    return purchase;
  }),
  cancelIntent: {
    hasNews: true,
    prepare: async (stand) => {
      const { userId, id } = await opened(stand, 'stripe');
      return {
        userId,
        act: (app) => stand.ask(app, payer(userId), 'cancelIntent', 'intent { status }', { id }),
      };
    },
  },
  refundIntent: keyed(
    'refundIntent',
    'refund { id }',
    () => finance,
    ({ id }) => ({ intentId: id, amountMinor: '1000', reason: 'asked' }),
    true,
  ),
  submitDisputeEvidence: keyed(
    'submitDisputeEvidence',
    'dispute { id }',
    () => finance,
    async (thing, stand) => ({ disputeId: await disputed(thing, stand), text: 'It was used.' }),
    true,
  ),
  acceptDispute: keyed(
    'acceptDispute',
    'dispute { id }',
    () => finance,
    async (thing, stand) => ({ disputeId: await disputed(thing, stand), reason: 'They are right' }),
    true,
  ),
  spendCredits: keyed('spendCredits', 'transaction { id }', payer, () => ({ credits: 7, reason: 'work' })),
  reverseSpend: keyed(
    'reverseSpend',
    'transaction { id }',
    () => backEnd,
    async ({ userId }, stand) => {
      const { transaction } = await stand.ask(stand.survivor, backEnd, 'spendCredits', 'transaction { id }', {
        ...{ userId, credits: 8, reason: 'work', idempotencyKey: randomUUID() },
      });
      return { transactionId: transaction.id, credits: 3, reason: 'It failed' };
    },
  ),
  moveCredits: keyed(
    'moveCredits',
    'transaction { id }',
    () => backEnd,
    ({ userId }) => ({ userId, toUserId: `${userId}_team`, credits: 7, reason: 'For the team' }),
  ),
  holdCredits: keyed('holdCredits', 'hold { id }', payer, () => ({
    credits: 7,
    reason: 'work',
    ttlSeconds: 600,
  })),
  settleHold: keyed('settleHold', 'transaction { id }', payer, async ({ userId }, stand) => ({
    ...{ id: await held(stand, userId), credits: 3 },
  })),
  releaseHold: {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const id = await held(stand, userId);
      return {
        userId,
        act: (app) => stand.ask(app, payer(userId), 'releaseHold', 'hold { status }', { id }),
      };
    },
  },
  'adjustCredits, up': keyed(
    'adjustCredits',
    'transaction { id }',
    () => finance,
    ({ userId }) => ({
      ...{ userId, credits: 9, reason: 'sorry' },
    }),
  ),
  'adjustCredits, down': keyed(
    'adjustCredits',
    'transaction { id }',
    () => finance,
    ({ userId }) => ({
      ...{ userId, credits: -9, reason: 'by mistake' },
    }),
  ),
  grantCredits: {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const input = given(await campaignOf(stand), userId);
      return { userId, act: (app) => stand.ask(app, backEnd, 'grantCredits', GRANTED, input) };
    },
  },
  spendMany: {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const items = [3, 4].map((credits) => ({ userId, credits, key: randomUUID(), reason: 'work' }));
      return {
        userId,
        act: (app) => stand.ask(app, backEnd, 'spendMany', 'results { __typename }', { items }),
      };
    },
  },
  redeemPromoCode: {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const code = `WELCOME-BACK-${++users}`;
      const input = { campaign: await campaignOf(stand), code, credits: 5 };
      expect((await stand.ask(stand.survivor, finance, 'savePromoCode', '', input)).errors).toEqual([]);
      return {
        userId,
        act: (app) => stand.ask(app, payer(userId), 'redeemPromoCode', 'grant { id }', { code }),
      };
    },
  },
  revokeCampaign: {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const key = await campaignOf(stand);
      await stand.ask(stand.survivor, backEnd, 'grantCredits', GRANTED, given(key, userId));
      const input = { key, reason: 'by mistake' };
      return { userId, act: (app) => stand.ask(app, finance, 'revokeCampaign', '', input) };
    },
  },
  revokeGrant: {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const input = given(await campaignOf(stand), userId);
      const { results } = await stand.ask(stand.survivor, backEnd, 'grantCredits', GRANTED, input);
      const revoked = { id: results[0].grant.id, reason: 'by mistake' };
      return { userId, act: (app) => stand.ask(app, finance, 'revokeGrant', 'grant { id }', revoked) };
    },
  },
  'decideApproval of a refund': decided(
    'refundIntent',
    ({ id }) => ({ intentId: id, amountMinor: '4000' }),
    true,
  ),
  'decideApproval of an adjustment': decided(
    'adjustCredits',
    ({ userId }) => ({ userId, credits: 200 }),
    false,
  ),
  'decideRiskReview, approve': reviewed(true),
  'decideRiskReview, reject': reviewed(false),
  'a review that nobody decides in time': {
    hasNews: true,
    prepare: async (stand) => {
      const thing = await bought(stand);
      await openReview({ app: stand.survivor } as never, thing);
      await passDeadline(stand as never, thing.id);
      return { userId: thing.userId, act: (app) => rejectOverdueReviews(app.deps) };
    },
  },
  'a hold whose time is over': {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      const id = await held(stand, userId);
      await stand.rows(
        `update holds set expires_at = clock_timestamp() - interval '1 second' where id = $1`,
        [id],
      );
      return { userId, act: (app) => workDueWallets(app.deps) };
    },
  },
  'credits whose time is over': {
    hasNews: false,
    prepare: async (stand) => {
      const { userId } = await bought(stand);
      await stand.rows(
        `update lots set expires_at = clock_timestamp() - interval '1 second' where user_id = $1`,
        [userId],
      );
      return { userId, act: (app) => workDueWallets(app.deps) };
    },
  },
  'money that bought nothing goes back': {
    hasNews: true,
    prepare: async (stand) => {
      const { userId, play } = await opened(stand, 'stripe');
      await play('amount_mismatch');
      await stand.news(stand.survivor);
      return { userId, act: (app) => returnUnapplied(app.deps) };
    },
  },
  "a provider's fee": reconciled(false),
  "a provider's payout": reconciled(true),
  'resolveBreak, money back': {
    hasNews: true,
    prepare: async (stand) => {
      const { userId, id, play } = await opened(stand, 'stripe');
      await play('amount_mismatch');
      await stand.news(stand.survivor);
      const [found] = await stand.rows('select id from breaks where intent_id = $1', [id]);
      const input = { id: `brk_${found?.id}`, fix: 'refund_at_provider', note: 'Looked at it.' };
      return { userId, act: (app) => stand.ask(app, finance, 'resolveBreak', 'break { status }', input) };
    },
  },
};
