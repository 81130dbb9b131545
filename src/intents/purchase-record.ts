// What an object at the provider says was bought, and by whom: the other way round of provider-metadata.ts. Pure.
import { CREDITS_MAX } from '../kernel/credits';
import { kindOf } from '../kernel/ids';
import { type CallerData, callerDataOf } from '../kernel/metadata';
import type { Money } from '../kernel/money';
import { Problem } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { IntentRecord } from '../providers/intent-record';
import { SCHEMA, type Sold, versionOf } from './provider-metadata';

/** A purchase as the provider's object tells of it. */
export interface PurchaseRecord extends CallerData, Sold {
  readonly intentId: string;
  readonly providerIntentId: string;
  readonly userId: string;
  readonly packageId: string;
  readonly price: Money;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

export type PurchaseReading =
  | { readonly kind: 'purchase'; readonly purchase: PurchaseRecord }
  /** It was not made by a gateway: nothing of it is ours. */
  | { readonly kind: 'foreign' }
  /** It names an intent of ours, and does not say what was bought. */
  | { readonly kind: 'unreadable'; readonly reason: string };

// A hundred years: nobody sells what lasts longer by the day.
const DAYS_MAX = 36_500;
const PREFIX = 'meta_';

/**
 * Reads what was bought. The number of days in which the credits run out is not kept at the provider; the version of the package is,
 * which is made from it, the credits and the price, so that only those that were sold together lead to it.
 * @param today the package as it is sold by now, which is tried first; null: there is none of this id
 */
export function purchaseIn(record: IntentRecord, today: (packageId: string) => Sold | null): PurchaseReading {
  const { ourIntentId: intentId, metadata, amount: price } = record;
  if (intentId === null) return { kind: 'foreign' };
  // A stranger may call his own number as we call ours.
  if (kindOf(intentId) !== 'intent') return { kind: 'foreign' };
  const unreadable = (reason: string) => ({ kind: 'unreadable', reason }) as const;
  const { schema, user_id: userId, package_id: packageId, package_version: version, credits } = metadata;
  if (schema === undefined && userId === undefined && version === undefined)
    return unreadable('it says nothing of a purchase');
  if (schema !== SCHEMA) return unreadable(`schema ${schema ?? 'none'} is not known`);
  if (!userId || userId.length > 255 || !isStorable(userId)) return unreadable('it names no user');
  if (!packageId || packageId.length > 64 || !isStorable(packageId)) return unreadable('it names no package');
  if (!price || price.amountMinor < 1n) return unreadable('its amount cannot be read');
  if (!/^[1-9]\d{0,15}$/.test(credits ?? '') || BigInt(credits as string) > CREDITS_MAX)
    return unreadable('it names no credits');
  const sold = soldAs(version ?? '', BigInt(credits as string), price, today(packageId));
  if (!sold) return unreadable('its credits, price and version were never sold together');
  const data = callerDataIn(metadata);
  const { providerIntentId, createdAt } = record;
  return {
    kind: 'purchase',
    purchase: { intentId, providerIntentId, userId, packageId, price, createdAt, ...sold, ...data },
  };
}

/** Null when no number of days makes this version of these credits at this price. */
function soldAs(version: string, credits: bigint, price: Money, today: Sold | null): Sold | null {
  const isIt = (creditsExpireAfterDays: number | null) =>
    versionOf({ credits, creditsExpireAfterDays }, price) === version;
  const likely = [today?.creditsExpireAfterDays ?? null, null];
  for (const days of likely) if (isIt(days)) return { credits, creditsExpireAfterDays: days };
  for (let days = 1; days <= DAYS_MAX; days++)
    if (isIt(days)) return { credits, creditsExpireAfterDays: days };
  return null;
}

/** What the caller wrote, as far as the provider had room for it; what cannot be kept here is left out whole. */
function callerDataIn(kept: IntentRecord['metadata']): CallerData {
  const pairs = Object.entries(kept).filter(([key]) => key.startsWith(PREFIX));
  const metadata = Object.fromEntries(pairs.map(([key, value]) => [key.slice(PREFIX.length), value]));
  try {
    return callerDataOf({ reference: kept['reference'] ?? null, metadata });
  } catch (error) {
    if (error instanceof Problem) return { reference: null, metadata: null };
    throw error;
  }
}
