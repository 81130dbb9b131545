// What a shop has beside its customers: campaigns and codes, a back end that cannot be reached, keys, lists; and at the end what waits
// for a person.

import type { Caller } from '../callers/caller';
import { createApiKey } from '../callers/create-api-key';
import { createWebhookEndpoint } from '../deliveries/create-endpoint';
import { grantCredits } from '../grants/grant';
import { saveCampaign } from '../grants/save-campaign';
import { savePromoCode } from '../grants/save-promo-code';
import type { Deps } from '../graphql/context';
import { listIntents } from '../intents/list';
import { simulatePayment } from '../intents/simulate';
import { newId } from '../kernel/ids';
import { Problem } from '../kernel/problems';
import { startReconciliation } from '../reconciliation/start';
import { adjustWithApproval } from '../refunds/adjust-approval';
import { startExport } from '../reports/export';
import { addToAllowlist } from '../risk/add-to-allowlist';
import { addToBlocklist } from '../risk/add-to-blocklist';
import { upsertUser } from '../users/upsert-user';
import { seedName } from './seed-names';
import type { PlannedPurchase } from './seed-plan';
import { FINANCE, PROMO_CODE } from './seed-purchase';

const ADMIN: Caller = { id: 'admin_ravi', role: 'admin' };
const PRODUCT: Caller = { id: 'shop', role: 'service' };
const SUPPORT: Caller = { id: 'support_mina', role: 'support' };
// Nobody listens at port 9 of this machine: what is sent there fails at once.
const NOBODY = 'http://127.0.0.1:9/credits';
const DAY_MS = 86_400_000;

/** Before the first purchase. */
export async function setTheStage(deps: Deps): Promise<void> {
  await saveCampaign(deps, FINANCE, {
    key: 'welcome',
    name: 'Welcome, ten credits for two weeks',
    budgetCredits: 50_000n,
    expireAfterDays: 14,
  });
  await saveCampaign(deps, FINANCE, { key: 'festival', name: 'Festival code', budgetCredits: 20_000n });
  await savePromoCode(deps, FINANCE, { code: PROMO_CODE, campaign: 'festival', credits: 25n });
  await savePromoCode(deps, FINANCE, {
    code: 'FIRST-HUNDRED',
    campaign: 'festival',
    credits: 40n,
    totalLimit: 100,
  });
  await createWebhookEndpoint(deps, ADMIN, {
    url: NOBODY,
    events: ['refund.*', 'dispute.*'],
    enabled: true,
    description: 'Books of the back office, which are away',
  });
  await createApiKey(deps, ADMIN, { name: 'Image service', role: 'service' });
  await addToBlocklist(deps, SUPPORT, {
    kind: 'user',
    value: 'user_of_stolen_cards',
    reason: 'Three stolen cards',
  });
  await addToAllowlist(deps, SUPPORT, { kind: 'user', value: 'user_1', reason: 'Known for years' });
}

// As many as a set of the database has.
const GRANTS_AT_ONCE = 200;

/** How the product calls them: of each user once. */
export async function nameUsers(deps: Deps, plan: readonly PlannedPurchase[]): Promise<void> {
  for (const id of new Set(plan.map(({ userId }) => userId)))
    await upsertUser(deps, PRODUCT, { id, ...seedName(id) });
}

/** Who begins gets some credits for two weeks, so that some of them run out unused. */
export async function welcome(deps: Deps, plan: readonly PlannedPurchase[]): Promise<void> {
  const users = [...new Set(plan.map(({ userId }) => userId))].slice(0, GRANTS_AT_ONCE);
  const grants = users.map((userId) => ({ userId, credits: 10n, key: userId, reason: 'Welcome' }));
  await grantCredits(deps, FINANCE, { campaign: 'welcome', grants });
}

/**
 * Money at a provider of which nobody here knows: its event waits for a purchase that never comes, and its line in the provider's
 * books is a difference.
 */
export async function payElsewhere(deps: Deps, plan: readonly PlannedPurchase[]): Promise<void> {
  for (const name of new Set(plan.map(({ provider }) => provider))) {
    const purchase = plan.find(({ provider }) => provider === name);
    const provider = deps.providers.get(name);
    if (!purchase || !provider) continue;
    const id = newId('intent');
    const made = await provider.createIntent(
      {
        ourIntentId: id,
        amount: { amountMinor: 10_000n, currency: purchase.currency },
        description: 'Made past the gateway',
        metadata: {},
      },
      { idempotencyKey: id, timeoutMs: deps.providerTimeoutMs },
    );
    if (made.kind !== 'ok') continue;
    await deps.simulator?.play({
      provider: name,
      providerIntentId: made.value.providerIntentId,
      outcome: 'succeed',
      delayMs: 0,
    });
  }
}

// Enough that some of both providers are among them.
const LOOKED_AT = 12;

/** Some of the newest purchases are told of as frauds, and wait for a person. */
export async function warnOfFrauds(deps: Deps): Promise<void> {
  const paid = { filter: { status: ['succeeded'] as const }, page: { first: LOOKED_AT } };
  const { items } = await listIntents(deps, SUPPORT, paid);
  for (const [nth, { node }] of items.entries()) {
    const outcome = nth % 2 === 0 ? 'early_fraud_warning' : 'dispute_fraud';
    // Each provider knows one of both.
    await simulatePayment(deps, SUPPORT, { id: node.id, outcome, delayMs: 0 }).catch(ignoreProblem);
  }
}

const ignoreProblem = (error: unknown) => {
  if (!(error instanceof Problem)) throw error;
};

/** After the last purchase: what waits for a second person, for the provider's books, and for a download. */
export async function leaveToDo(deps: Deps, plan: readonly PlannedPurchase[]): Promise<void> {
  const users = [...new Set(plan.map(({ userId }) => userId))].slice(0, 3);
  for (const userId of users)
    await adjustWithApproval(deps, FINANCE, {
      userId,
      credits: 500n,
      reason: 'The film of last week came out black',
      idempotencyKey: `seed-adjust-${userId}`,
    }).catch(ignoreProblem);
  const lt = new Date();
  const range = { gte: new Date(lt.getTime() - 14 * DAY_MS), lt };
  for (const provider of new Set(plan.map((purchase) => purchase.provider)))
    await startReconciliation(deps, FINANCE, { provider, range, dryRun: false }).catch(ignoreProblem);
  await startExport(deps, FINANCE, { select: { intents: {} }, format: 'csv' });
}
