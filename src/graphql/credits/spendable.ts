// How many credits somebody may spend of a balance now: of the wallet what is available, of each limit what it leaves.
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { currentKeys } from '../../callers/api-keys';
import { type Caller, maySpendFor } from '../../callers/caller';
import { binds, growsAt, type SpendLimit, spendableOf } from '../../credits/spend-limits';
import { availableCredits, type Wallet } from '../../credits/wallet.entity';
import { isSharedWalletId } from '../../kernel/ids';
import { notFound } from '../../kernel/problems';
import { isStorable } from '../../kernel/text';
import { roleIn, type Standing, standingOf } from '../../wallets/membership';
import { callerOf } from '../access';
import type { Context } from '../context';
import { Credits, DateTime } from '../scalars';
import { BalanceType } from './types';

@ArgsType()
class SpenderArguments {
  @Field(() => ID, {
    nullable: true,
    description: 'By whom; left out: by the caller as a member of a shared wallet, else by no member.',
  })
  memberId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'With which API key, in the name of the member that it is bound to. For services and operators; left out: with that of the caller, if any.',
  })
  apiKeyId?: string | null;
}

interface Spender {
  readonly memberId: string | null;
  readonly apiKeyId: string | null;
}

@Resolver(() => BalanceType)
export class SpendableFields {
  @FieldResolver(() => Credits, {
    description:
      'What the caller may spend or hold now: `available`, as far as the limits leave it that bind the caller, its API key and the member that it is or names. 0 for a key that is over or reaches another wallet.',
  })
  async spendable(
    @Ctx() context: Context,
    @Root() wallet: Wallet,
    @Args(() => SpenderArguments) named: SpenderArguments,
  ): Promise<bigint> {
    const limits = await limitsFor(context, wallet, named);
    return limits ? spendableOf(availableCredits(wallet), limits) : 0n;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When `spendable` grows by time alone, as a limit counts anew: ask again then, since the live balance tells of every other change. Null when time alone changes nothing.',
  })
  async spendableGrowsAt(
    @Ctx() context: Context,
    @Root() wallet: Wallet,
    @Args(() => SpenderArguments) named: SpenderArguments,
  ): Promise<Date | null> {
    const limits = await limitsFor(context, wallet, named);
    return limits && growsAt(availableCredits(wallet), limits);
  }
}

/** The limits that bind who is named. @returns null: who may spend nothing of it. @throws Problem NOT_FOUND */
async function limitsFor(
  context: Context,
  { userId }: Wallet,
  named: SpenderArguments,
): Promise<readonly SpendLimit[] | null> {
  const caller = callerOf(context);
  const [limits, standing] = await Promise.all([
    context.deps.readSpendLimits(userId),
    standingOf(context.deps, caller, userId),
  ]);
  // Who was removed since the balance was read.
  if (!standing) return null;
  const memberId = await memberNamed(context, userId, standing, named.memberId ?? null);
  const spender = await spenderNamed(context, userId, standing, {
    memberId,
    apiKeyId: named.apiKeyId ?? null,
  });
  return spender && limits.filter((limit) => binds(limit, spender));
}

/** The member that is named. @throws Problem NOT_FOUND for another one than who sees their own alone, and for who is none of a shared wallet */
async function memberNamed(
  { deps }: Context,
  walletId: string,
  { onlyOf }: Standing,
  memberId: string | null,
): Promise<string | null> {
  if (memberId === null || memberId === onlyOf) return memberId;
  const mayName = onlyOf === null && isStorable(memberId);
  const isMember =
    mayName && (!isSharedWalletId(walletId) || (await roleIn(deps, walletId, memberId)) !== null);
  if (!isMember) throw notFound('The member', ['memberId']);
  return memberId;
}

/** Who spends, with the caller's own key or the one that is named. @returns null: nothing can be spent with it */
async function spenderNamed(
  context: Context,
  walletId: string,
  standing: Standing,
  { memberId, apiKeyId }: Spender,
): Promise<Spender | null> {
  const caller = callerOf(context);
  const own = standing.role ? (caller.boundTo?.memberId ?? caller.id) : null;
  if (apiKeyId === null || apiKeyId === caller.apiKeyId)
    return { memberId: memberId ?? own, apiKeyId: caller.apiKeyId ?? null };
  const isAllowed = caller.role !== 'user' && standing.onlyOf === null && isStorable(apiKeyId);
  const key = isAllowed ? await context.loaders.apiKeys.load(apiKeyId) : null;
  if (!key) throw notFound('The API key', ['apiKeyId']);
  const { id, role, walletId: boundTo } = key;
  const bearer: Caller = {
    ...{ id, role },
    ...(boundTo === null ? {} : { boundTo: { walletId: boundTo, memberId: key.memberId } }),
  };
  const isGood = maySpendFor(bearer, walletId) && (await currentKeys(context.deps.pool, [id])).has(id);
  // A key spends in the name of no other member than its own.
  const isOfOther = key.memberId !== null && (memberId ?? key.memberId) !== key.memberId;
  return isGood && !isOfOther ? { memberId: memberId ?? key.memberId, apiKeyId: id } : null;
}
