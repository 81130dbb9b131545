// What the provider's object says of a purchase beside our intent's id, so that what was bought, and by whom, can be read
// from the provider's books alone.
import { createHash } from 'node:crypto';
import type { CallerData } from '../kernel/metadata';
import type { Money } from '../kernel/money';
import type { Offer } from '../packages/find';
import type { MetadataRoom } from '../providers/capabilities';

// Grows when a key here changes its meaning.
export const SCHEMA = '1';

/**
 * Few keys and short values: Razorpay keeps 15 notes of 256 characters, Stripe 50 of 500. The user by the id that the
 * product gave, never by name or address: everybody with a login at the provider reads it.
 */
export function metadataOf(
  gatewayId: string,
  userId: string,
  offer: Offer,
  price: Money,
  data: CallerData,
  room: MetadataRoom,
): Record<string, string> {
  const { id, credits } = offer.package;
  const ours = {
    gateway_id: gatewayId,
    user_id: userId,
    package_id: id,
    package_version: versionOf(offer.package, price),
    credits: credits.toString(),
    schema: SCHEMA,
  };
  return { ...theirs(data, room, Object.keys(ours).length + 1), ...ours };
}

/**
 * What the caller wrote, as far as the provider has room for it beside ours (`taken` keys, intent_id with them). What is
 * too long is left out whole: half a value would be another one.
 */
function theirs(
  { reference, metadata }: CallerData,
  room: MetadataRoom,
  taken: number,
): Record<string, string> {
  // Behind a prefix, so that no key passes for one of ours.
  const keys = Object.entries(metadata ?? {}).map(([key, value]) => [`meta_${key}`, value] as const);
  const pairs = reference === null ? keys : [['reference', reference] as const, ...keys];
  // Stripe takes an empty value for none.
  const fitting = pairs.filter(
    ([key, value]) => key.length <= room.keyLength && value.length <= room.valueLength && value !== '',
  );
  return Object.fromEntries(fitting.slice(0, Math.max(0, room.keys - taken)));
}

/** What a version of a package is made of beside its price. */
export interface Sold {
  readonly credits: bigint;
  readonly creditsExpireAfterDays: number | null;
}

/** The same for the same credits, time and price, whatever the package is called. */
export function versionOf({ credits, creditsExpireAfterDays }: Sold, price: Money): string {
  const sold = [credits.toString(), creditsExpireAfterDays, price.amountMinor.toString(), price.currency];
  // 12 digits of hexadecimal tell the few versions of one package apart.
  return createHash('sha256').update(JSON.stringify(sold)).digest('hex').slice(0, 12);
}
