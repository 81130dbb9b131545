// Reads of one request, gathered: a relation of a whole page costs one statement, and the same row is read once. What was
// read is forgotten with the request; a live stream forgets it with every event.
import DataLoader from 'dataloader';
import type { ApiKey } from '../callers/api-key.entity';
import { apiKeysByIds } from '../callers/api-keys';
import { auditEntriesByNumbers } from '../callers/audit';
import type { AuditEntry } from '../callers/audit.entity';
import { balanceOf } from '../credits/balance';
import type { CreditDeps } from '../credits/deps';
import type { Entry, Journal } from '../credits/journal.entity';
import {
  chainHashesByJournalIds,
  journalsByIds,
  linesByJournalIds,
  receiptsByIntentIds,
} from '../credits/ledger';
import { type OpenLot, openLotsOf, type WalletAndLots } from '../credits/lots';
import type { CreditTransaction } from '../credits/transactions';
import type { Wallet } from '../credits/wallet.entity';
import type { Page } from '../db/page';
import type { Delivery, DeliveryAttempt } from '../deliveries/delivery.entity';
import type { WebhookEndpoint } from '../deliveries/endpoint.entity';
import { attemptsByDeliveryIds, deliveriesByIds, endpointsByIds } from '../deliveries/find';
import type { Dispute } from '../disputes/dispute.entity';
import { type Answering, answeringOf } from '../disputes/evidence';
import { disputesByIds, disputesOfIntents } from '../disputes/find';
import type { StoredEvent } from '../events/event.entity';
import { grantsByIds } from '../grants/find';
import type { CreditGrant } from '../grants/grant.entity';
import type { IntentDeps } from '../intents/deps';
import { intentsByIds } from '../intents/find';
import { type LateMoney, lateMoneyOf } from '../intents/late-money';
import { intentEventsByIds, type TimelineRequest, timelineCountsOf, timelinesOf } from '../intents/timeline';
import { jobsByIds } from '../jobs/find';
import type { Job } from '../jobs/job.entity';
import type { Offer } from '../packages/find';
import type { Intent } from '../payments/intent.entity';
import type { Break, BreakStatus } from '../reconciliation/break.entity';
import { breakCountsOf, breaksByIds } from '../reconciliation/find';
import type { Approval } from '../refunds/approval.entity';
import { type RefundsRequest, refundCountsOf, refundsByIds, refundsOfIntents } from '../refunds/find';
import { approvalsByIds } from '../refunds/find-approvals';
import { type MoneyBack, moneyBackOf } from '../refunds/preview';
import type { Refund } from '../refunds/refund.entity';
import { frozenByReviews, reviewsByIds } from '../reviews/find';
import { type RelatedPurchase, type RelatedRequest, relatedPurchases } from '../reviews/related';
import type { RiskDecision } from '../risk/decision.entity';
import { decisionsByIds, idsOfDecisions } from '../risk/find-decisions';
import { listEntriesByIds } from '../risk/find-lists';
import { riskRulesByVersions } from '../risk/find-risk-rules';
import { type FiredRule, firedRulesOf } from '../risk/find-signals';
import type { RiskListEntry } from '../risk/list-entry.entity';
import type { RiskReview } from '../risk/review.entity';
import type { RiskRuleSet } from '../risk/rule-set';
import { profilesByIds, type UserProfile } from '../users/find-profiles';
import { walletsByIds } from '../wallets/find';
import type { SharedWallet } from '../wallets/shared-wallet.entity';
import type { WebhookDeps } from '../webhooks/deps';
import type { WebhookEvent } from '../webhooks/event.entity';
import { attemptsOf, bodiesOf, type WebhookAttempt, webhookEventsByIds } from '../webhooks/find';
import { type PricedPackage, pricedPackages } from './packages/prices';

export interface Loaders {
  readonly intents: DataLoader<string, Intent | null>;
  /** By the event's number. */
  readonly intentEvents: DataLoader<string, StoredEvent | null>;
  readonly timelines: DataLoader<TimelineRequest, Page<StoredEvent>, string>;
  readonly timelineCounts: DataLoader<TimelineRequest, number, string>;
  /** Everything that is or was sold, read once. */
  readonly offers: DataLoader<'all', readonly Offer[]>;
  /** In the package's own currency. */
  readonly packages: DataLoader<string, PricedPackage | null>;
  /** By the number of the posting. */
  readonly transactions: DataLoader<string, CreditTransaction | null>;
  /** By the number of the posting, as the two below. */
  readonly journals: DataLoader<string, Journal | null>;
  readonly journalLines: DataLoader<string, Entry[]>;
  readonly chainHashes: DataLoader<string, string | null>;
  /** By the intent's id. */
  readonly receipts: DataLoader<string, string | null>;
  readonly jobs: DataLoader<string, Job | null>;
  /** By the user's id. */
  readonly openLots: DataLoader<string, readonly OpenLot[]>;
  /** The same, with the wallet that they add up to: whoever shows both asks for it before the two. */
  readonly walletsAndLots: DataLoader<string, WalletAndLots>;
  readonly refunds: DataLoader<string, Refund | null>;
  readonly refundsOfIntents: DataLoader<RefundsRequest, Page<Refund>, string>;
  /** By the intent's id. */
  readonly refundCounts: DataLoader<string, number>;
  /**
   * By user, as they are when a document first asks: what is due is worked once, and all that is shown of the user beside
   * it is of that moment.
   */
  readonly wallets: DataLoader<string, Wallet>;
  /** By the intent's id. */
  readonly lateMoney: DataLoader<string, LateMoney>;
  readonly moneyBack: DataLoader<string, MoneyBack | null>;
  readonly disputes: DataLoader<string, Dispute | null>;
  readonly disputesAnswered: DataLoader<string, Answering>;
  /** By the intent's id. */
  readonly disputesOfIntents: DataLoader<string, Dispute[]>;
  readonly riskReviews: DataLoader<string, RiskReview | null>;
  readonly riskDecisions: DataLoader<string, RiskDecision | null>;
  /** By the decision's number: the id by which clients know it. */
  readonly riskDecisionIds: DataLoader<string, string>;
  /** By the review's id: the credits that it keeps from being spent. */
  readonly frozenByReviews: DataLoader<string, bigint>;
  readonly relatedPurchases: DataLoader<RelatedRequest, RelatedPurchase[], string>;
  readonly approvals: DataLoader<string, Approval | null>;
  readonly webhookEvents: DataLoader<string, WebhookEvent | null>;
  /** By the event's id. */
  readonly webhookAttempts: DataLoader<string, WebhookAttempt[]>;
  readonly webhookBodies: DataLoader<string, Buffer | null>;
  readonly webhookEndpoints: DataLoader<string, WebhookEndpoint | null>;
  readonly deliveries: DataLoader<string, Delivery | null>;
  readonly deliveryAttempts: DataLoader<string, DeliveryAttempt[]>;
  /** By the break's number. */
  readonly breaks: DataLoader<string, Break | null>;
  /** By the run's id. */
  readonly breakCounts: DataLoader<string, ReadonlyMap<BreakStatus, number>>;
  /** By the decision's number. */
  readonly firedRules: DataLoader<string, FiredRule[]>;
  readonly apiKeys: DataLoader<string, ApiKey | null>;
  /** By the entry's number. */
  readonly auditEntries: DataLoader<string, AuditEntry | null>;
  /** By the version. */
  readonly riskRules: DataLoader<string, RiskRuleSet | null>;
  readonly creditGrants: DataLoader<string, CreditGrant | null>;
  /** How users are called, by the user's id. */
  readonly profiles: DataLoader<string, UserProfile | null>;
  /** By the id, wal_…. */
  readonly sharedWallets: DataLoader<string, SharedWallet | null>;
  /** Of both lists. */
  readonly listEntries: DataLoader<string, RiskListEntry | null>;
}

type LoaderDeps = IntentDeps & CreditDeps & WebhookDeps;

/** Each is made when it is first asked for: a request asks for a few of them, and a stream keeps its own while it is open. */
class Made {
  readonly made = new Map<string, DataLoader<unknown, unknown, unknown>>();
  /** Wallets that were read with their lots. */
  readonly together = new Map<string, Promise<WalletAndLots>>();

  constructor(readonly deps: LoaderDeps) {}

  get loaders(): Loaders {
    return this as unknown as Loaders;
  }
}

const MAKERS: { readonly [Name in keyof Loaders]: (request: Made) => Loaders[Name] } = {
  offers: ({ deps }) =>
    new DataLoader<'all', readonly Offer[]>((keys) => Promise.all(keys.map(() => deps.catalogue.all()))),
  walletsAndLots: ({ deps, together }) =>
    new DataLoader<string, WalletAndLots>((ids) => Promise.all(ids.map((id) => deps.readWalletAndLots(id))), {
      cacheMap: together,
    }),
  intents: ({ deps }) => new DataLoader((ids) => intentsByIds(deps, ids)),
  intentEvents: ({ deps }) => new DataLoader((ids) => intentEventsByIds(deps, ids)),
  timelines: ({ deps }) =>
    new DataLoader((requests) => timelinesOf(deps, requests), { cacheKeyFn: JSON.stringify }),
  timelineCounts: ({ deps }) =>
    new DataLoader((requests) => timelineCountsOf(deps, requests), { cacheKeyFn: JSON.stringify }),
  packages: ({ loaders }) =>
    new DataLoader(async (ids) => {
      const priced = pricedPackages(await loaders.offers.load('all'));
      return ids.map((id) => priced.find((item) => item.id === id) ?? null);
    }),
  transactions: ({ deps }) => new DataLoader((ids) => Promise.all(ids.map((id) => deps.readTransaction(id)))),
  journals: ({ deps }) => new DataLoader((ids) => journalsByIds(deps, ids)),
  journalLines: ({ deps }) => new DataLoader((ids) => linesByJournalIds(deps, ids)),
  chainHashes: ({ deps }) => new DataLoader((ids) => chainHashesByJournalIds(deps, ids)),
  receipts: ({ deps }) => new DataLoader((ids) => receiptsByIntentIds(deps, ids)),
  jobs: ({ deps }) => new DataLoader((ids) => jobsByIds(deps, ids)),
  wallets: ({ deps, together }) =>
    new DataLoader((userIds) =>
      Promise.all(userIds.map(async (id) => (await together.get(id))?.wallet ?? balanceOf(deps, id))),
    ),
  openLots: ({ deps, together }) =>
    new DataLoader(async (userIds) => {
      const alone = userIds.filter((id) => !together.has(id));
      const lots = alone.length === 0 ? [] : await openLotsOf(deps, alone);
      return Promise.all(
        userIds.map(async (id) => (await together.get(id))?.lots ?? lots[alone.indexOf(id)] ?? []),
      );
    }),
  refunds: ({ deps }) => new DataLoader((ids) => refundsByIds(deps, ids)),
  refundsOfIntents: ({ deps }) =>
    new DataLoader((requests) => refundsOfIntents(deps, requests), { cacheKeyFn: JSON.stringify }),
  refundCounts: ({ deps }) => new DataLoader((ids) => refundCountsOf(deps, ids)),
  lateMoney: ({ deps }) => new DataLoader((ids) => lateMoneyOf(deps, ids)),
  moneyBack: ({ deps }) => new DataLoader((ids) => moneyBackOf(deps, ids)),
  disputes: ({ deps }) => new DataLoader((ids) => disputesByIds(deps, ids)),
  disputesAnswered: ({ deps }) => new DataLoader((ids) => answeringOf(deps, ids)),
  disputesOfIntents: ({ deps }) => new DataLoader((ids) => disputesOfIntents(deps, ids)),
  riskDecisions: ({ deps }) => new DataLoader((ids) => decisionsByIds(deps, ids)),
  riskDecisionIds: ({ deps }) => new DataLoader((numbers) => idsOfDecisions(deps, numbers)),
  riskReviews: ({ deps }) => new DataLoader((ids) => reviewsByIds(deps, ids)),
  frozenByReviews: ({ deps }) => new DataLoader((ids) => frozenByReviews(deps, ids)),
  relatedPurchases: ({ deps }) =>
    new DataLoader((requests) => relatedPurchases(deps, requests), {
      cacheKeyFn: JSON.stringify,
    }),
  approvals: ({ deps }) => new DataLoader((ids) => approvalsByIds(deps, ids)),
  webhookEvents: ({ deps }) => new DataLoader((ids) => webhookEventsByIds(deps, ids)),
  webhookAttempts: ({ deps }) => new DataLoader((ids) => attemptsOf(deps, ids)),
  webhookBodies: ({ deps }) => new DataLoader((ids) => bodiesOf(deps, ids)),
  webhookEndpoints: ({ deps }) => new DataLoader((ids) => endpointsByIds(deps, ids)),
  deliveries: ({ deps }) => new DataLoader((ids) => deliveriesByIds(deps, ids)),
  deliveryAttempts: ({ deps }) => new DataLoader((ids) => attemptsByDeliveryIds(deps, ids)),
  breaks: ({ deps }) => new DataLoader((ids) => breaksByIds(deps, ids)),
  breakCounts: ({ deps }) => new DataLoader((ids) => breakCountsOf(deps, ids)),
  firedRules: ({ deps }) => new DataLoader((ids) => firedRulesOf(deps, ids)),
  apiKeys: ({ deps }) => new DataLoader((ids) => apiKeysByIds(deps, ids)),
  auditEntries: ({ deps }) => new DataLoader((numbers) => auditEntriesByNumbers(deps, numbers)),
  riskRules: ({ deps }) => new DataLoader((versions) => riskRulesByVersions(deps, versions)),
  creditGrants: ({ deps }) => new DataLoader((ids) => grantsByIds(deps, ids)),
  profiles: ({ deps }) => new DataLoader((ids) => profilesByIds(deps, ids)),
  sharedWallets: ({ deps }) => new DataLoader((ids) => walletsByIds(deps, ids)),
  listEntries: ({ deps }) => new DataLoader((ids) => listEntriesByIds(deps, ids)),
};

for (const [name, make] of Object.entries(MAKERS))
  Object.defineProperty(Made.prototype, name, {
    get(this: Made) {
      const made = this.made.get(name) ?? (make(this) as DataLoader<unknown, unknown, unknown>);
      this.made.set(name, made);
      return made;
    },
  });

export const createLoaders = (deps: LoaderDeps): Loaders => new Made(deps).loaders;

/** Forgets what was read, so that the next read sees what changed meanwhile. */
export function forget(loaders: Loaders): void {
  for (const loader of (loaders as unknown as Made).made.values()) loader.clearAll();
}
