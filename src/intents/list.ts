// Lists of intents: whose a caller may see, filtered, in pages. Reads only, and through TypeORM, because the filters vary; but
// for the one list that has none (newest.ts).

import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Caller, hasRole, servesEveryone } from '../callers/caller';
import { anyOf } from '../db/any-of';
import type { Property } from '../db/columns';
import { countRows } from '../db/count';
import {
  cursorAt,
  type Ordering,
  type Page,
  type PageRequest,
  pageSize,
  placeIn,
  readPage,
} from '../db/page';
import { CREDITS_MAX } from '../kernel/credits';
import { documentOf, type MetadataPair } from '../kernel/metadata';
import { Problem } from '../kernel/problems';
import { Intent } from '../payments/intent.entity';
import type { IntentStatus } from '../payments/states';
import type { ProviderName } from '../providers/provider';
import { isLate, isUnapplied } from './late-money';
import type { NewestRequest, ReadNewest } from './newest';
import { searchCondition } from './search';

/** All given conditions must hold; a list means any of. */
export interface IntentFilter {
  /** A part of any id, or the last four digits of a card: see searchCondition. */
  readonly search?: string | null;
  /** Of what is looked for, for whom it may be a user's name or e-mail address: marksOf. */
  readonly searchMarks?: readonly string[] | null;
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
  /** Both ends included; what was not judged is in no range. */
  readonly riskScore?: { readonly gte?: number | null; readonly lte?: number | null } | null;
  readonly riskDecision?: readonly NonNullable<Intent['riskDecision']>[] | null;
  /** True: some of the price went back. False: none of it. */
  readonly refunded?: boolean | null;
  /** True: money came after it was closed. */
  readonly late?: boolean | null;
  /** True: money is here that bought nothing. */
  readonly unapplied?: boolean | null;
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
  /** A shared wallet's, whose purchases the caller may see: said by walletMeant; left out: the caller's own. */
  readonly ofWallet?: string | null;
  readonly page: PageRequest;
  /** The properties that are shown; others may be left out of what is answered. Null: all are. */
  readonly only?: readonly Property<Intent>[] | null;
}

const FIELDS = {
  createdAt: { property: 'intent.createdAt', type: 'timestamp' },
  updatedAt: { property: 'intent.updatedAt', type: 'timestamp' },
  amountMinor: { property: 'intent.amountMinor', type: 'bigint' },
  // Of those alone that a rule found something in: see `visible`.
  riskScore: { property: 'intent.riskScore', type: 'bigint' },
} as const;

/**
 * One page of the intents that the caller may see: a user's own, everybody's for support and above.
 * @throws Problem INVALID_INPUT for a service that names no user, for a filter that is not the caller's to use, and for a bad page.
 */
export async function listIntents(
  deps: ListDeps & { readonly readNewest: ReadNewest },
  caller: Caller,
  args: ListArguments,
): Promise<Page<Intent>> {
  const order = orderingOf(args.orderBy ?? NEWEST_FIRST);
  const newest = newestOf(caller, args, order);
  if (newest) return await deps.readNewest(newest, (...place) => cursorAt(order.name, place));
  return await readPage(visible(deps, caller, args), order, args.page);
}

/** What is asked for, when it is the newest of one user and nothing else. @throws Problem as readPage, for a bad page */
function newestOf(caller: Caller, args: ListArguments, order: Ordering): NewestRequest | null {
  const { page, only = null } = args;
  const { userId, ...narrowing } = args.filter ?? {};
  const owner = args.ofWallet ?? (hasRole(caller, 'user') ? caller.id : userId);
  const { name } = orderingOf(NEWEST_FIRST);
  if (!owner || (userId ?? owner) !== owner || order.name !== name) return null;
  // A key that is bound to a shared wallet names no user.
  if (caller.boundTo && !args.ofWallet) return null;
  if ([page.last, page.before, ...Object.values(narrowing)].some(isGiven)) return null;
  const size = pageSize(page);
  const types = order.keys.map(({ type }) => type);
  const after = isGiven(page.after) ? placeIn(page.after, name, types, 'after') : null;
  // An id that cannot be stored belongs to nobody.
  return { userId: storable(owner) as string, size, after: after as NewestRequest['after'], only };
}

const isGiven = <Value>(value: Value | null | undefined): value is Value =>
  value !== null && value !== undefined;

/** How many there are on all pages, as far as countRows counts. @throws Problem as listIntents. */
export async function countIntents(
  deps: ListDeps,
  caller: Caller,
  args: Pick<ListArguments, 'filter' | 'ofWallet' | 'orderBy'>,
): Promise<number> {
  return await countRows(visible(deps, caller, args));
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

const NEWEST_FIRST: IntentOrder = { field: 'createdAt', direction: 'desc' };

const orderingOf = ({ field, direction }: IntentOrder): Ordering => ({
  name: `intents:${field}:${direction}`,
  keys: [FIELDS[field], { property: 'intent.id', type: 'text' }],
  direction,
});

function visible(
  deps: ListDeps,
  caller: Caller,
  { filter, ofWallet = null, orderBy }: Pick<ListArguments, 'filter' | 'ofWallet' | 'orderBy'>,
): SelectQueryBuilder<Intent> {
  const query = deps.dataSource.createQueryBuilder(Intent, 'intent');
  if (hasRole(caller, 'service') && !ofWallet && !(servesEveryone(caller) && filter?.userId))
    throw new Problem('INVALID_INPUT', 'A service says whose intents it wants.', ['filter', 'userId']);
  const isByRisk = orderBy?.field === 'riskScore';
  // Whoever is not shown it does not learn it by asking for others, or by the order of his own.
  if (!hasRole(caller, 'support') && (filter?.riskScore || filter?.riskDecision || isByRisk))
    throw new Problem('INVALID_INPUT', 'Only support looks for what risk said.', [
      ...(isByRisk ? ['orderBy', 'field'] : ['filter', 'riskScore']),
    ]);
  // In these words there is an index; of most purchases no rule says anything.
  if (isByRisk) query.andWhere('intent.riskScore > 0');
  // Another user's id beside one's own finds nothing, as if that user had none.
  const owner = ofWallet ?? (hasRole(caller, 'user') ? caller.id : null);
  if (owner !== null) query.andWhere('intent.userId = :owner', { owner });
  return narrow(query, filter ?? {});
}

function narrow(query: SelectQueryBuilder<Intent>, filter: IntentFilter): SelectQueryBuilder<Intent> {
  const when = (value: unknown, condition: string, name: string) => {
    if (value !== null && value !== undefined) query.andWhere(`(${condition})`, { [name]: storable(value) });
  };
  const search = filter.search?.trim();
  if (typeof search === 'string') {
    const { sql, parameters } = searchCondition(storable(search) as string, filter.searchMarks ?? []);
    query.andWhere(sql, parameters);
  }
  when(filter.userId, 'intent.userId = :userId', 'userId');
  for (const name of ['status', 'provider', 'packageId', 'riskDecision'] as const) {
    const values = filter[name];
    if (values) anyOf(query, `intent.${name}`, values.map(storable));
  }
  when(filter.currency, 'intent.currency = :currency', 'currency');
  when(filter.amountMinor?.gte, 'intent.amountMinor >= :amountFrom', 'amountFrom');
  when(filter.amountMinor?.lte, 'intent.amountMinor <= :amountTo', 'amountTo');
  when(filter.riskScore?.gte, 'intent.riskScore >= :scoreFrom::integer', 'scoreFrom');
  when(filter.riskScore?.lte, 'intent.riskScore <= :scoreTo::integer', 'scoreTo');
  when(filter.createdAt?.gte, 'intent.createdAt >= :createdFrom', 'createdFrom');
  when(filter.createdAt?.lt, 'intent.createdAt < :createdBefore', 'createdBefore');
  when(filter.reference, 'intent.reference = :reference', 'reference');
  when(filter.metadata && documentOf(filter.metadata), 'intent.metadata @> :metadata::jsonb', 'metadata');
  const either = (value: boolean | null | undefined, condition: string) => {
    if (typeof value === 'boolean') query.andWhere(`${value ? '' : 'not '}${condition}`);
  };
  either(filter.refunded, REFUNDED);
  either(filter.late, isLate('intent'));
  either(filter.unapplied, isUnapplied('intent'));
  return query;
}

const REFUNDED = `exists (select 1 from intent_payments paid where paid.intent_id = intent.id
  and paid.booked_as = 'bought' and paid.amount_refunded_minor > 0)`;

// PostgreSQL's text refuses NUL. An id that cannot be stored belongs to nothing, and so does the empty one.
const storable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === 'string' && value.includes('\0') ? '' : value;
};
