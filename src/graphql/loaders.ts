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
import { type CreditTransaction, transactionsByJournalIds } from '../credits/transactions';
import type { Wallet } from '../credits/wallet.entity';
import type { Page } from '../db/page';
import type { Delivery, DeliveryAttempt } from '../deliveries/delivery.entity';
import type { WebhookEndpoint } from '../deliveries/endpoint.entity';
import { attemptsByDeliveryIds, deliveriesByIds, endpointsByIds } from '../deliveries/find';
import type { Dispute } from '../disputes/dispute.entity';
import { disputesByIds, disputesOfIntents } from '../disputes/find';
import type { StoredEvent } from '../events/event.entity';
import type { IntentDeps } from '../intents/deps';
import { intentsByIds } from '../intents/find';
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
  readonly moneyBack: DataLoader<string, MoneyBack | null>;
  readonly disputes: DataLoader<string, Dispute | null>;
  /** By the intent's id. */
  readonly disputesOfIntents: DataLoader<string, Dispute[]>;
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
  readonly apiKeys: DataLoader<string, ApiKey | null>;
  /** By the entry's number. */
  readonly auditEntries: DataLoader<string, AuditEntry | null>;
}

export function createLoaders(deps: IntentDeps & CreditDeps & WebhookDeps): Loaders {
  const together = new Map<string, Promise<WalletAndLots>>();
  const walletsAndLots = new DataLoader<string, WalletAndLots>(
    (ids) => Promise.all(ids.map((id) => deps.readWalletAndLots(id))),
    { cacheMap: together },
  );
  const offers = new DataLoader<'all', readonly Offer[]>((keys) =>
    Promise.all(keys.map(() => deps.catalogue.all())),
  );
  return {
    offers,
    walletsAndLots,
    intents: new DataLoader((ids) => intentsByIds(deps, ids)),
    intentEvents: new DataLoader((ids) => intentEventsByIds(deps, ids)),
    timelines: new DataLoader((requests) => timelinesOf(deps, requests), { cacheKeyFn: JSON.stringify }),
    timelineCounts: new DataLoader((requests) => timelineCountsOf(deps, requests), {
      cacheKeyFn: JSON.stringify,
    }),
    packages: new DataLoader(async (ids) => {
      const priced = pricedPackages(await offers.load('all'));
      return ids.map((id) => priced.find((item) => item.id === id) ?? null);
    }),
    transactions: new DataLoader((ids) => transactionsByJournalIds(deps, ids)),
    journals: new DataLoader((ids) => journalsByIds(deps, ids)),
    journalLines: new DataLoader((ids) => linesByJournalIds(deps, ids)),
    chainHashes: new DataLoader((ids) => chainHashesByJournalIds(deps, ids)),
    receipts: new DataLoader((ids) => receiptsByIntentIds(deps, ids)),
    jobs: new DataLoader((ids) => jobsByIds(deps, ids)),
    wallets: new DataLoader((userIds) =>
      Promise.all(userIds.map(async (id) => (await together.get(id))?.wallet ?? balanceOf(deps, id))),
    ),
    openLots: new DataLoader(async (userIds) => {
      const alone = userIds.filter((id) => !together.has(id));
      const lots = alone.length === 0 ? [] : await openLotsOf(deps, alone);
      return Promise.all(
        userIds.map(async (id) => (await together.get(id))?.lots ?? lots[alone.indexOf(id)] ?? []),
      );
    }),
    refunds: new DataLoader((ids) => refundsByIds(deps, ids)),
    refundsOfIntents: new DataLoader((requests) => refundsOfIntents(deps, requests), {
      cacheKeyFn: JSON.stringify,
    }),
    refundCounts: new DataLoader((ids) => refundCountsOf(deps, ids)),
    moneyBack: new DataLoader((ids) => moneyBackOf(deps, ids)),
    disputes: new DataLoader((ids) => disputesByIds(deps, ids)),
    disputesOfIntents: new DataLoader((ids) => disputesOfIntents(deps, ids)),
    approvals: new DataLoader((ids) => approvalsByIds(deps, ids)),
    webhookEvents: new DataLoader((ids) => webhookEventsByIds(deps, ids)),
    webhookAttempts: new DataLoader((ids) => attemptsOf(deps, ids)),
    webhookBodies: new DataLoader((ids) => bodiesOf(deps, ids)),
    webhookEndpoints: new DataLoader((ids) => endpointsByIds(deps, ids)),
    deliveries: new DataLoader((ids) => deliveriesByIds(deps, ids)),
    deliveryAttempts: new DataLoader((ids) => attemptsByDeliveryIds(deps, ids)),
    breaks: new DataLoader((ids) => breaksByIds(deps, ids)),
    breakCounts: new DataLoader((ids) => breakCountsOf(deps, ids)),
    apiKeys: new DataLoader((ids) => apiKeysByIds(deps, ids)),
    auditEntries: new DataLoader((numbers) => auditEntriesByNumbers(deps, numbers)),
  };
}

/** Forgets what was read, so that the next read sees what changed meanwhile. */
export function forget(loaders: Loaders): void {
  for (const loader of Object.values(loaders) as DataLoader<unknown, unknown>[]) loader.clearAll();
}

/**
 * The same stream, whose every event is resolved from fresh reads: a subscription keeps one context for as long as it
 * lasts. Not a generator, because a generator could not be left while it waits for the next event.
 */
export function freshForEachEvent<Item>(
  loaders: Loaders,
  stream: AsyncIterableIterator<Item>,
): AsyncIterableIterator<Item> {
  return {
    next: async () => {
      const result = await stream.next();
      forget(loaders);
      return result;
    },
    return: async () => (await stream.return?.()) ?? { done: true, value: undefined },
    throw: async (error) => {
      if (stream.throw) return stream.throw(error);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
