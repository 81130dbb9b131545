// Lists of intents: whose a caller may see, filtered, in pages. Reads only, and through TypeORM, because the filters vary.

import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Caller, hasRole } from '../callers/caller';
import { anyOf } from '../db/any-of';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { CREDITS_MAX } from '../kernel/credits';
import { documentOf, type MetadataPair } from '../kernel/metadata';
import { Problem } from '../kernel/problems';
import { Intent } from '../payments/intent.entity';
import type { IntentStatus } from '../payments/states';
import type { ProviderName } from '../providers/provider';

/** All given conditions must hold; a list means any of. */
export interface IntentFilter {
  /** Any id whole: ours, the provider's, the payment's, the user's, or the key. */
  readonly search?: string | null;
  readonly userId?: string | null;
  readonly status?: readonly IntentStatus[] | null;
  readonly provider?: readonly ProviderName[] | null;
  readonly packageId?: readonly string[] | null;
  readonly currency?: string | null;
  /** Minor units, both ends included. */
  readonly amountMinor?: { readonly gte?: number | null; readonly lte?: number | null } | null;
  readonly createdAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
  /** Whole. */
  readonly reference?: string | null;
  /** One of the keys, with this value. */
  readonly metadata?: MetadataPair | null;
  /** True: some of the price went back. False: none of it. */
  readonly refunded?: boolean | null;
}

export interface IntentOrder {
  readonly field: keyof typeof FIELDS;
  readonly direction: 'asc' | 'desc';
}

export interface ListDeps {
  readonly dataSource: DataSource;
}

export interface ListArguments {
  readonly filter?: IntentFilter | null;
  /** Left out: newest first. */
  readonly orderBy?: IntentOrder | null;
  readonly page: PageRequest;
}

// Each has an index, so that one search is five look-ups.
const SEARCHED = ['id', 'providerIntentId', 'providerPaymentId', 'userId', 'idempotencyKey'];

const FIELDS = {
  createdAt: { property: 'intent.createdAt', type: 'timestamp' },
  updatedAt: { property: 'intent.updatedAt', type: 'timestamp' },
  amountMinor: { property: 'intent.amountMinor', type: 'bigint' },
} as const;

/**
 * One page of the intents that the caller may see: a user's own, everybody's for support and above.
 * @throws Problem INVALID_INPUT for a service that names no user, and for a bad page.
 */
export async function listIntents(
  deps: ListDeps,
  caller: Caller,
  args: ListArguments,
): Promise<Page<Intent>> {
  const orderBy = args.orderBy ?? { field: 'createdAt', direction: 'desc' };
  return await readPage(visible(deps, caller, args.filter), ordering(orderBy), args.page);
}

/** How many there are on all pages, as far as countRows counts. @throws Problem as listIntents. */
export async function countIntents(
  deps: ListDeps,
  caller: Caller,
  filter?: IntentFilter | null,
): Promise<number> {
  return await countRows(visible(deps, caller, filter));
}

/** The intents of all users that a filter means, in no order. Who may see them is the caller's to check. */
export const intentsWhere = (deps: ListDeps, filter: IntentFilter): SelectQueryBuilder<Intent> =>
  narrow(deps.dataSource.createQueryBuilder(Intent, 'intent'), filter);

/** Credits that a user's open intents would bring. */
export async function pendingCredits(deps: ListDeps, userId: string): Promise<bigint> {
  const sum = await deps.dataSource
    .createQueryBuilder(Intent, 'intent')
    .select('coalesce(sum(intent.credits), 0)', 'credits')
    .where("intent.userId = :userId and intent.status in ('pending', 'processing')", { userId })
    .getRawOne<{ credits: string }>();
  const credits = BigInt(sum?.credits ?? 0);
  // Of several purchases: a sum that no client can read is shown as the most that it can.
  return credits > CREDITS_MAX ? CREDITS_MAX : credits;
}

const ordering = ({ field, direction }: IntentOrder): Ordering => ({
  name: `intents:${field}:${direction}`,
  keys: [FIELDS[field], { property: 'intent.id', type: 'text' }],
  direction,
});

function visible(deps: ListDeps, caller: Caller, filter?: IntentFilter | null): SelectQueryBuilder<Intent> {
  const query = deps.dataSource.createQueryBuilder(Intent, 'intent');
  if (hasRole(caller, 'service') && !filter?.userId)
    throw new Problem('INVALID_INPUT', 'A service says whose intents it wants.', ['filter', 'userId']);
  // Another user's id beside one's own finds nothing, as if that user had none.
  if (hasRole(caller, 'user')) query.andWhere('intent.userId = :callerId', { callerId: caller.id });
  return narrow(query, filter ?? {});
}

function narrow(query: SelectQueryBuilder<Intent>, filter: IntentFilter): SelectQueryBuilder<Intent> {
  const when = (value: unknown, condition: string, name: string) => {
    if (value !== null && value !== undefined) query.andWhere(`(${condition})`, { [name]: storable(value) });
  };
  when(
    filter.search?.trim(),
    SEARCHED.map((property) => `intent.${property} = :search`).join(' or '),
    'search',
  );
  when(filter.userId, 'intent.userId = :userId', 'userId');
  for (const name of ['status', 'provider', 'packageId'] as const) {
    const values = filter[name];
    if (values) anyOf(query, `intent.${name}`, values.map(storable));
  }
  when(filter.currency, 'intent.currency = :currency', 'currency');
  when(filter.amountMinor?.gte, 'intent.amountMinor >= :amountFrom', 'amountFrom');
  when(filter.amountMinor?.lte, 'intent.amountMinor <= :amountTo', 'amountTo');
  when(filter.createdAt?.gte, 'intent.createdAt >= :createdFrom', 'createdFrom');
  when(filter.createdAt?.lt, 'intent.createdAt < :createdBefore', 'createdBefore');
  when(filter.reference, 'intent.reference = :reference', 'reference');
  when(filter.metadata && documentOf(filter.metadata), 'intent.metadata @> :metadata::jsonb', 'metadata');
  if (typeof filter.refunded === 'boolean') query.andWhere(`${filter.refunded ? '' : 'not '}${REFUNDED}`);
  return query;
}

const REFUNDED = `exists (select 1 from intent_payments paid where paid.intent_id = intent.id
  and paid.booked_as = 'bought' and paid.amount_refunded_minor > 0)`;

// PostgreSQL's text refuses NUL. An id that cannot be stored belongs to nothing, and so does the empty one.
const storable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === 'string' && value.includes('\0') ? '' : value;
};
