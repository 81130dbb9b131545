// What a purchase was asked for with, and what a key was answered before, whatever has become of the package, the providers
// or the switch for new payments since.
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import { codeOfText } from '../grants/look-at-code';
import { hashInput } from '../idempotency/input-hash';
import { isSharedWalletId } from '../kernel/ids';
import {
  type CallerData,
  type CallerDataInput,
  callerDataOf,
  canonical,
  hashedCallerData,
} from '../kernel/metadata';
import type { Money } from '../kernel/money';
import { Intent } from '../payments/intent.entity';
import type { ProviderName } from '../providers/provider';
import type { IntentDeps } from './deps';

/** What a purchase was asked for with; what is left out is for the gateway to choose. */
export interface Wished extends CallerDataInput {
  readonly packageId: string;
  readonly provider?: string | null;
  readonly currency?: string | null;
  readonly fingerprintId?: string | null;
  readonly returnUrl?: string | null;
  /** As the payer typed it. */
  readonly promoCode?: string | null;
}

export interface Wish extends CallerData {
  readonly provider: ProviderName;
  readonly fingerprintId: string | null;
  readonly returnUrl: string | null;
  readonly inputHash: string;
}

/** Defaults are filled in before the hash: left out and spelled out are the same input. The price is ours, not input. */
export function wishOf(input: Wished, provider: ProviderName, price: Money): Wish {
  const fingerprintId = input.fingerprintId ?? null;
  const returnUrl = input.returnUrl ?? null;
  const { packageId } = input;
  const { currency } = price;
  const data = callerDataOf(input);
  const hashed = {
    ...{ packageId, provider, currency, fingerprintId, returnUrl, ...hashedCallerData(data) },
    ...hashedCode(input),
  };
  return { provider, fingerprintId, returnUrl, ...data, inputHash: hashInput(hashed) };
}

/** What has none is hashed as before there were any. */
const hashedCode = ({ promoCode }: Wished): Readonly<Record<string, string>> =>
  promoCode ? { promoCode: codeOfText(promoCode) } : {};

/** The intent that this key made for the user, by the user or by a back end, whichever asks; null when it made none. */
export async function intentOfKey(
  { pool }: Pick<IntentDeps, 'pool'>,
  caller: Caller,
  userId: string,
  key: string,
): Promise<Intent | null> {
  const { rows } = await pool.query<Row>(
    `select * from intents
     where user_id = $1 and idempotency_key in ($2, 'erased:' || hashed_key($1, $2)) and (created_by = user_id) = ($3 = user_id)`,
    [userId, key, caller.id],
  );
  return rows[0] ? rowMapper(Intent)(rows[0]) : null;
}

/**
 * True when this is the wish that the intent was made of. What the caller leaves out is not compared: the gateway chose
 * it, and would choose otherwise today. Of a shared wallet it is the wish of who made it alone: who pays twice, pays knowingly.
 */
export function isWishOf(wished: Wished, intent: Intent, caller: Caller): boolean {
  if (isSharedWalletId(intent.userId) && intent.createdBy !== caller.id) return false;
  const isSame = (given: string | null | undefined, kept: string | null) => given == null || given === kept;
  const { packageId, fingerprintId = null, returnUrl = null } = wished;
  const data = callerDataOf(wished);
  const chosen = {
    packageId,
    provider: wished.provider ?? intent.provider,
    currency: wished.currency ?? intent.currency,
  };
  return (
    (packageId === intent.packageId &&
      isSame(wished.provider, intent.provider) &&
      isSame(wished.currency, intent.currency) &&
      isSame(fingerprintId, intent.fingerprintId) &&
      isSame(returnUrl, intent.returnUrl) &&
      isSame(wished.promoCode && codeOfText(wished.promoCode), intent.promoCode) &&
      isSame(data.reference, intent.reference) &&
      isSame(data.metadata && canonical(data.metadata), intent.metadata && canonical(intent.metadata))) ||
    // What was erased since stands in the hash alone.
    hashInput({ ...chosen, fingerprintId, returnUrl, ...hashedCallerData(data), ...hashedCode(wished) }) ===
      intent.inputHash
  );
}
