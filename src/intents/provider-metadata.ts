// What the provider's object says of a purchase beside our intent's id, so that what was bought, and by whom, can be read
// from the provider's books alone.
import { createHash } from 'node:crypto';
import type { Money } from '../kernel/money';
import type { Offer } from '../packages/find';

// Grows when a key here changes its meaning.
const SCHEMA = '1';

/**
 * Few keys and short values: Razorpay keeps 15 notes of 256 characters, Stripe 50 of 500. The user by the id that the
 * product gave, never by name or address: everybody with a login at the provider reads it.
 */
export function metadataOf(userId: string, offer: Offer, price: Money): Record<string, string> {
  const { id, credits } = offer.package;
  return {
    user_id: userId,
    package_id: id,
    package_version: versionOf(offer, price),
    credits: credits.toString(),
    schema: SCHEMA,
  };
}

/** The same for the same credits, time and price, whatever the package is called. */
function versionOf({ package: { credits, creditsExpireAfterDays } }: Offer, price: Money): string {
  const sold = [credits.toString(), creditsExpireAfterDays, price.amountMinor.toString(), price.currency];
  // 12 digits of hexadecimal tell the few versions of one package apart.
  return createHash('sha256').update(JSON.stringify(sold)).digest('hex').slice(0, 12);
}
