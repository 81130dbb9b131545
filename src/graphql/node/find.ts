// Anything by its public id, where the prefix says what it is; a package alone has none. What the caller may not see is null, like what is not there.

import type { ApiKey } from '../../callers/api-key.entity';
import type { AuditEntry } from '../../callers/audit.entity';
import { type Caller, hasRole, seesEveryone } from '../../callers/caller';
import type { Hold } from '../../credits/hold.entity';
import { findHold } from '../../credits/holds';
import type { Journal } from '../../credits/journal.entity';
import type { CreditTransaction } from '../../credits/transactions';
import type { Wallet } from '../../credits/wallet.entity';
import type { Delivery } from '../../deliveries/delivery.entity';
import type { WebhookEndpoint } from '../../deliveries/endpoint.entity';
import type { Dispute } from '../../disputes/dispute.entity';
import type { StoredEvent } from '../../events/event.entity';
import type { Campaign } from '../../grants/campaign.entity';
import { campaignsByKeys } from '../../grants/find';
import type { CreditGrant } from '../../grants/grant.entity';
import { isShownToAll } from '../../intents/timeline';
import type { Job } from '../../jobs/job.entity';
import { kindOf, numberIn, ownerIn } from '../../kernel/ids';
import type { Intent } from '../../payments/intent.entity';
import type { Break } from '../../reconciliation/break.entity';
import type { Approval } from '../../refunds/approval.entity';
import type { Refund } from '../../refunds/refund.entity';
import type { RiskDecision } from '../../risk/decision.entity';
import type { RiskListEntry } from '../../risk/list-entry.entity';
import type { RiskReview } from '../../risk/review.entity';
import type { RiskRuleSet } from '../../risk/rule-set';
import { findWallet } from '../../wallets/find';
import { reaches, standingOf } from '../../wallets/membership';
import type { SharedWallet } from '../../wallets/shared-wallet.entity';
import type { WebhookEvent } from '../../webhooks/event.entity';
import { callerOf, isOperator, seesTransaction } from '../access';
import type { Context } from '../context';
import type { PricedPackage } from '../packages/prices';
import { findRun } from '../reconciliation/fields';

export type NodeFound =
  | Intent
  | StoredEvent
  | CreditTransaction
  | WebhookEvent
  | WebhookEndpoint
  | Delivery
  | Journal
  | Job
  | Break
  | Hold
  | Refund
  | ApiKey
  | AuditEntry
  | Dispute
  | Approval
  | RiskReview
  | RiskDecision
  | RiskListEntry
  | RiskRuleSet
  | Wallet
  | SharedWallet
  | Campaign
  | CreditGrant
  | PricedPackage;

// That of a balance: a prefix, and a user's own id of up to 255 characters.
const ID_LENGTH_MAX = 259;

/** @throws GraphQLError UNAUTHENTICATED, unless it is a package */
export async function findNode(context: Context, id: string): Promise<NodeFound | null> {
  // Longer than any id of ours, or with a character that PostgreSQL's text refuses: it names nothing.
  if (id.length > ID_LENGTH_MAX || id.includes('\0')) return null;
  const kind = kindOf(id);
  // As `package` they are for everybody.
  const priced = kind === null ? await context.loaders.packages.load(id) : null;
  if (priced) return priced;
  const caller = callerOf(context);
  switch (kind) {
    case 'balance':
      return findBalance(context, caller, ownerIn('balance', id));
    case 'wallet':
      return findWallet(context.deps, caller, id);
    case 'intent':
      return findIntent(context, caller, id);
    case 'intentEvent':
      return findIntentEvent(context, caller, numberIn('intentEvent', id));
    case 'creditTransaction':
      return findTransaction(context, numberIn('creditTransaction', id));
    case 'hold':
      return findHold(context.deps, caller, id);
    case 'webhookEvent':
      return isOperator(context) ? context.loaders.webhookEvents.load(id) : null;
    case 'webhookEndpoint':
      return isOperator(context) ? findEndpoint(context, id) : null;
    case 'delivery':
      return isOperator(context) ? context.loaders.deliveries.load(id) : null;
    case 'reconciliationRun':
      return hasRole(caller, 'finance') ? findRun(context, id) : null;
    case 'break':
      return hasRole(caller, 'finance') ? findBreak(context, numberIn('break', id)) : null;
    case 'journal':
      return hasRole(caller, 'finance') ? findJournal(context, numberIn('journal', id)) : null;
    case 'ledgerCheck':
    case 'export':
    case 'grantsImport':
      return hasRole(caller, 'finance') ? context.loaders.jobs.load(id) : null;
    case 'refund':
      return findRefund(context, caller, id);
    case 'apiKey':
      return hasRole(caller, 'admin') ? context.loaders.apiKeys.load(id) : null;
    case 'auditEntry':
      return hasRole(caller, 'admin') ? findAuditEntry(context, numberIn('auditEntry', id)) : null;
    case 'dispute':
      return findDispute(context, caller, id);
    case 'riskRules':
      return isOperator(context) ? findRiskRules(context, numberIn('riskRules', id)) : null;
    case 'blocklistEntry':
    case 'allowlistEntry':
      return isOperator(context) ? context.loaders.listEntries.load(id) : null;
    case 'riskReview':
      return isOperator(context) ? context.loaders.riskReviews.load(id) : null;
    case 'riskDecision':
      return isOperator(context) ? context.loaders.riskDecisions.load(id) : null;
    case 'campaign':
      return isOperator(context) ? findCampaign(context, ownerIn('campaign', id)) : null;
    case 'creditGrant':
      return findGrant(context, caller, id);
    case 'approval':
      return hasRole(caller, 'finance') ? context.loaders.approvals.load(id) : null;
    default:
      return null;
  }
}

/** As `balance` lets, also for a user who never had any credits. */
const findBalance = async ({ deps, loaders }: Context, caller: Caller, userId: string | null) =>
  userId !== null && (await standingOf(deps, caller, userId)) ? loaders.wallets.load(userId) : null;

async function findIntent({ deps, loaders }: Context, caller: Caller, id: string): Promise<Intent | null> {
  const intent = await loaders.intents.load(id);
  return intent && (await reaches(deps, caller, intent.userId)) ? intent : null;
}

const findCampaign = async ({ deps }: Context, key: string | null): Promise<Campaign | null> =>
  key === null ? null : ((await campaignsByKeys(deps, [key]))[0] ?? null);

/** As those who may give and revoke them, and who looks after them. */
async function findGrant(context: Context, caller: Caller, id: string): Promise<CreditGrant | null> {
  return seesEveryone(caller) ? context.loaders.creditGrants.load(id) : null;
}

async function findIntentEvent(
  context: Context,
  caller: Caller,
  number: string | null,
): Promise<StoredEvent | null> {
  const event = number === null ? null : await context.loaders.intentEvents.load(number);
  if (!event || !(isShownToAll(event) || isOperator(context))) return null;
  return (await findIntent(context, caller, event.subject)) && event;
}

async function findBreak({ loaders }: Context, number: string | null): Promise<Break | null> {
  return number === null ? null : loaders.breaks.load(number);
}

async function findRefund(context: Context, caller: Caller, id: string): Promise<Refund | null> {
  const refund = await context.loaders.refunds.load(id);
  return refund && (await findIntent(context, caller, refund.intentId)) && refund;
}

async function findDispute(context: Context, caller: Caller, id: string): Promise<Dispute | null> {
  const dispute = await context.loaders.disputes.load(id);
  return dispute && (await reaches(context.deps, caller, dispute.userId)) ? dispute : null;
}

async function findEndpoint({ loaders }: Context, id: string): Promise<WebhookEndpoint | null> {
  const endpoint = await loaders.webhookEndpoints.load(id);
  return endpoint?.deletedAt ? null : endpoint;
}

async function findJournal({ loaders }: Context, number: string | null): Promise<Journal | null> {
  return number === null ? null : loaders.journals.load(number);
}
const findAuditEntry = async ({ loaders }: Context, number: string | null): Promise<AuditEntry | null> =>
  number === null ? null : loaders.auditEntries.load(number);

const findRiskRules = async ({ loaders }: Context, version: string | null): Promise<RiskRuleSet | null> =>
  version === null ? null : loaders.riskRules.load(version);

async function findTransaction(context: Context, number: string | null): Promise<CreditTransaction | null> {
  const transaction = number === null ? null : await context.loaders.transactions.load(number);
  return transaction && (await seesTransaction(context, transaction)) ? transaction : null;
}
