// The card of a charge. Nothing here is needed to believe the money, so that nothing of it throws: what is missing, odd or new
// is null.
import { z } from 'zod';
import { cardOrNull, countryCode, fingerprintText, NO_CARD, oneOf, type ProviderCard } from '../card';

const CHECKS = ['pass', 'fail'] as const;
// `unavailable` and `unchecked` say nothing about the card.
const checksSchema = z.object({ cvc_check: oneOf(CHECKS), address_postal_code_check: oneOf(CHECKS) });

/** Bank accounts and wallets have some of these as well, under the name of their type. */
const detailsSchema = z.object({
  fingerprint: fingerprintText,
  country: countryCode,
  funding: oneOf(['credit', 'debit', 'prepaid']),
  checks: checksSchema.nullable().catch(null),
  // Null: nobody asked the bank, which is known. Absent: not said.
  three_d_secure: z
    .object({ result: z.string().nullable().catch(null) })
    .nullish()
    .catch(undefined),
});

export interface ChargeWords {
  readonly details: (Readonly<Record<string, unknown>> & { readonly type: string }) | null | undefined;
  /** Of its outcome. `not_assessed` and `unknown` say nothing. */
  readonly riskLevel: unknown;
}

/** Null when nothing is said, as of most payments that are by no card. */
export function toCard({ details, riskLevel }: ChargeWords): ProviderCard | null {
  const said = details ? detailsSchema.safeParse(details[details.type]).data : undefined;
  return cardOrNull({
    ...NO_CARD,
    fingerprint: said?.fingerprint ?? null,
    country: said?.country ?? null,
    funding: said?.funding ?? null,
    cvcCheck: said?.checks?.cvc_check ?? null,
    postalCheck: said?.checks?.address_postal_code_check ?? null,
    riskLevel: riskOf.parse(riskLevel),
    isThreeDSecurePassed: details?.type === 'card' ? passedIn(said?.three_d_secure) : null,
  });
}

const riskOf = oneOf(['normal', 'elevated', 'highest']);

/** Only `authenticated` is the holder's own: `attempt_acknowledged` and `exempted` say that nobody was asked. */
function passedIn(secure: { readonly result: string | null } | null | undefined): boolean | null {
  if (secure === null) return false;
  return secure?.result ? secure.result === 'authenticated' : null;
}
