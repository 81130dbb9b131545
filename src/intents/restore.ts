// Makes an intent again that the database has lost, from the provider's object, and settles what the provider says of its money.
import path from 'node:path';
import { type Row, rowMapper, selectList } from '../db/columns';
import { isSharedWalletId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import { factsOf } from '../payments/facts';
import { Intent } from '../payments/intent.entity';
import type { IntentRecord } from '../providers/intent-record';
import type { Failure, Outcome, Provider, ProviderIntent } from '../providers/provider';
import { walletById } from '../wallets/find';
import type { IntentDeps } from './deps';
import { leaseSecondsFor } from './lease';
import { type PurchaseRecord, purchaseIn } from './purchase-record';
import { readAndSettle } from './read';
import { isOurs } from './whose';

export const RESTORE_SQL = path.join(__dirname, 'restore.sql');

export type RestoreNeeds = Pick<
  IntentDeps,
  | 'catalogue'
  | 'gatewayIds'
  | 'hub'
  | 'leases'
  | 'log'
  | 'mode'
  | 'pool'
  | 'providerTimeoutMs'
  | 'providers'
  | 'readIntent'
  | 'settle'
>;

export type Restored =
  /** It was lost, and is here now as the provider has it. */
  | { readonly kind: 'restored'; readonly intent: Intent; readonly object: ProviderIntent }
  /** It was never lost; what the provider says of it is settled. */
  | { readonly kind: 'known'; readonly intent: Intent; readonly object: ProviderIntent }
  /** It was canceled, and nobody had paid: nothing is missing. */
  | { readonly kind: 'over' }
  | { readonly kind: 'foreign' }
  /** It cannot be made again, or read: why, for a person. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | Failure;

/** What an object of the provider is to us. */
export type Standing =
  | { readonly kind: 'lost'; readonly purchase: PurchaseRecord }
  | { readonly kind: 'known'; readonly intent: Intent }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads what an object is to us, and asks nobody else. */
export async function standingOf(
  deps: RestoreNeeds,
  provider: Provider,
  record: IntentRecord,
): Promise<Standing> {
  const offers = await deps.catalogue.all();
  const reading = purchaseIn(record, (id) => {
    const sold = offers.find((offer) => offer.package.id === id)?.package;
    return sold ? { ...sold, creditsExpireAfterDays: sold.creditsExpireAfterDays ?? null } : null;
  });
  if (reading.kind === 'foreign') return reading;
  const intent = await knownOf(deps, provider, record);
  if (intent) return knownAs(intent, provider, record);
  // Another gateway on the account made it, as any of its purchases that this one never had.
  if (!isOurs(deps.gatewayIds, record)) return { kind: 'foreign' };
  return reading.kind === 'unreadable' ? reading : { kind: 'lost', purchase: reading.purchase };
}

/** One intent has one object, at one provider. */
function knownAs(
  known: Intent,
  provider: Provider,
  { ourIntentId, providerIntentId }: IntentRecord,
): Standing {
  if (known.id !== ourIntentId)
    return { kind: 'unreadable', reason: `it names ${ourIntentId}, and is the object of ${known.id}` };
  if (known.provider !== provider.name)
    return { kind: 'unreadable', reason: `${known.id} is a purchase at ${known.provider}` };
  if (known.providerIntentId !== null && known.providerIntentId !== providerIntentId)
    return { kind: 'unreadable', reason: `${known.id} has another object, ${known.providerIntentId}` };
  return { kind: 'known', intent: known };
}

/** Reads the object of a lost purchase, and whether it can be made again. */
export async function readLost(
  deps: RestoreNeeds,
  provider: Provider,
  { providerIntentId, userId, credits }: PurchaseRecord,
): Promise<Outcome<ProviderIntent> | Extract<Restored, { kind: 'over' | 'unreadable' }>> {
  const options = { timeoutMs: deps.providerTimeoutMs, isTried: true };
  const outcome = await provider.getIntent(providerIntentId, options);
  if (outcome.kind !== 'ok') return outcome;
  if (outcome.value.status === 'canceled') return { kind: 'over' };
  // Who belonged to it is not at the provider: nobody would own what is made again.
  if (isSharedWalletId(userId) && !(await walletById(deps, userId)))
    return {
      kind: 'unreadable',
      reason: `it is of the shared wallet ${userId}, which is not here: when it is paid, give its ${credits} credits to another wallet by adjustCredits, or send the money back at the provider`,
    };
  return outcome;
}

/**
 * Brings what an object of the provider says of a purchase to us: once, however often and by however many it is done.
 * @param by who does it, for the timeline
 */
export async function restoreIntent(
  deps: RestoreNeeds,
  by: string,
  provider: Provider,
  record: IntentRecord,
): Promise<Restored> {
  const standing = await standingOf(deps, provider, record);
  if (standing.kind === 'known') return settleKnown(deps, by, standing.intent, record);
  if (standing.kind !== 'lost') return standing;
  const outcome = await readLost(deps, provider, standing.purchase);
  return outcome.kind === 'ok'
    ? restoreNow(deps, by, provider, record, standing.purchase, outcome.value)
    : outcome;
}

/** By the object, or by the intent that it names, whose answer we may have lost. */
async function knownOf(
  { pool, readIntent }: RestoreNeeds,
  provider: Provider,
  record: IntentRecord,
): Promise<Intent | null> {
  const { rows } = await pool.query<Row>(
    `select ${selectList(Intent, 'i')} from intents i where i.provider_intent_id = $1 and i.provider = $2`,
    [record.providerIntentId, provider.name],
  );
  if (rows[0]) return rowMapper(Intent)(rows[0]);
  return record.ourIntentId === null ? null : readIntent(record.ourIntentId);
}

async function settleKnown(
  deps: RestoreNeeds,
  by: string,
  known: Intent,
  record: IntentRecord,
): Promise<Restored> {
  const { providerIntentId } = record;
  const read = await readAndSettle(deps, Object.assign(known, { providerIntentId }), {
    actor: 'provider',
    note: noteOf(by),
  });
  return read.kind === 'settled' ? { kind: 'known', intent: read.intent, object: read.object } : read;
}

async function restoreNow(
  deps: RestoreNeeds,
  by: string,
  provider: Provider,
  record: IntentRecord,
  purchase: PurchaseRecord,
  object: ProviderIntent,
): Promise<Restored> {
  const { rows } = await deps.pool.query<Row>(
    `select ${selectList(Intent, 'i')} from restore_intent($1, $2, $3) i`,
    [JSON.stringify(rowOf(provider, purchase)), deps.mode, leaseSecondsFor(deps.providerTimeoutMs)],
  );
  if (!rows[0]) {
    // Somebody else was quicker.
    const standing = await standingOf(deps, provider, record);
    if (standing.kind === 'known') return settleKnown(deps, by, standing.intent, record);
    invariant(standing.kind !== 'lost', `${purchase.intentId} can neither be made nor is it here`);
    return standing;
  }
  const intent = rowMapper(Intent)(rows[0]);
  const { providerIntentId, userId } = purchase;
  deps.log.warn('intent.restored', {
    intentId: intent.id,
    userId,
    provider: provider.name,
    providerIntentId,
  });
  const settled = await deps.settle({
    intentId: intent.id,
    // The number that the intent was made with: whoever has read since knows more.
    readNumber: 1,
    object,
    facts: factsOf(object),
    actor: 'provider',
    note: noteOf(by),
  });
  const latest = settled.outcomes.includes('stale')
    ? await readAndSettle(deps, settled.intent, { actor: 'provider', note: null })
    : null;
  if (latest && latest.kind !== 'settled') return latest;
  return { kind: 'restored', intent: latest?.intent ?? settled.intent, object };
}

const noteOf = (by: string) => ({ kind: 'provider_called' as const, data: { call: 'restore', by } });

const rowOf = ({ name }: Provider, purchase: PurchaseRecord) => ({
  ...{ intentId: purchase.intentId, providerIntentId: purchase.providerIntentId, provider: name },
  ...{ userId: purchase.userId, packageId: purchase.packageId, credits: purchase.credits.toString() },
  days: purchase.creditsExpireAfterDays,
  amountMinor: purchase.price.amountMinor.toString(),
  currency: purchase.price.currency,
  reference: purchase.reference,
  metadata: purchase.metadata,
  createdAt: purchase.createdAt,
  // As it was sent, as far as it can be known: it is not sent again, because the object is there.
  request: {
    ourIntentId: purchase.intentId,
    amountMinor: purchase.price.amountMinor.toString(),
    currency: purchase.price.currency,
    description: `${purchase.credits} credits`,
    metadata: {},
  },
});
