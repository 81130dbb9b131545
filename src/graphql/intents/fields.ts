// What a payment intent shows that is not a column of the same name.

import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { CreditTransaction } from '../../credits/transactions';
import type { StoredEvent } from '../../events/event.entity';
import { timelineRequest } from '../../intents/timeline';
import { numberedId } from '../../kernel/ids';
import { invariant } from '../../kernel/invariant';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import { isTerminal } from '../../payments/states';
import { receiptPath } from '../../receipts/link';
import { isOperator } from '../access';
import type { Context } from '../context';
import { CreditTransactionType } from '../credits/types';
import { CENTS_ARE_MINOR } from '../money/minor';
import { MoneyType } from '../money/types';
import type { PricedPackage } from '../packages/prices';
import { PackageType } from '../packages/types';
import { type Connection, connectionOf } from '../paging';
import { BigIntString, Credits } from '../scalars';
import { IntentEventConnectionType } from './event-types';
import { madeIt, type NextAction, nextActionOf } from './next-action';
import { NextActionUnion } from './next-action-types';
import { IntentPromoType, PaymentIntentType } from './types';

// As the contract says; an explicit null means the same.
const TIMELINE_PAGE = 50;

@Resolver(() => PaymentIntentType)
export class PaymentIntentFields {
  @FieldResolver(() => PackageType, {
    description: 'The package as it is now; what was bought is packageName, creditsAmount and amount.',
  })
  async package(@Ctx() { loaders }: Context, @Root() intent: Intent): Promise<PricedPackage> {
    const found = await loaders.packages.load(intent.packageId);
    invariant(found, `Package ${intent.packageId} of ${intent.id} is gone`);
    return found;
  }

  @FieldResolver(() => BigIntString, {
    description: 'The price in minor units: the same number as amount.amountMinor.',
  })
  amountMinor(@Root() intent: Intent): bigint {
    return intent.amountMinor;
  }

  @FieldResolver(() => Int, {
    description: 'The price in minor units.',
    deprecationReason: CENTS_ARE_MINOR('amountMinor'),
  })
  amountCents(@Root() intent: Intent): number {
    return Number(intent.amountMinor);
  }

  @FieldResolver(() => MoneyType, { description: 'The price, as it was when the intent was made.' })
  amount(@Root() intent: Intent): Money {
    return { amountMinor: intent.amountMinor, currency: intent.currency };
  }

  @FieldResolver(() => Credits, { description: 'Whole credits that the package brings.' })
  creditsAmount(@Root() intent: Intent): bigint {
    return intent.credits;
  }

  @FieldResolver(() => IntentPromoType, {
    nullable: true,
    description: 'The code that was typed for it; null: none was.',
  })
  promo(@Root() { promoCode, promoCredits, promoOutcome }: Intent): IntentPromoType | null {
    if (promoCode === null || promoCredits === null) return null;
    return { code: promoCode, credits: promoCredits, outcome: promoOutcome };
  }

  @FieldResolver(() => Boolean, { description: 'True when no real money can move.' })
  mock(@Root() intent: Intent): boolean {
    return intent.mode === 'mock';
  }

  @FieldResolver(() => Boolean, {
    description:
      "succeeded, canceled, or failed once the provider's late window is over (refunds do not change it).",
  })
  isTerminal(@Ctx() { deps }: Context, @Root() intent: Intent): boolean {
    const provider = deps.providers.get(intent.provider);
    // Of a provider that is switched off nobody can say that its money will not come any more.
    const windowSeconds = provider?.capabilities.lateSuccessWindowSeconds ?? Number.POSITIVE_INFINITY;
    return isTerminal(intent, windowSeconds, deps.clock.nowMs());
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Device fingerprint sent at creation. Masked to null (no error) for other users' intents below support.",
  })
  fingerprintId(@Ctx() context: Context, @Root() intent: Intent): string | null {
    const { caller } = context;
    const isTheirs = caller !== null && (caller.id === intent.userId || madeIt(caller, intent));
    return isTheirs || isOperator(context) ? intent.fingerprintId : null;
  }

  @FieldResolver(() => Credits, {
    nullable: true,
    description: 'Credits granted so far; null until succeeded.',
  })
  creditsAdded(@Root() intent: Intent): bigint | null {
    return intent.grantJournalId === null ? null : intent.credits;
  }

  @FieldResolver(() => ID, { description: 'Of the grant, ctx_…; null until succeeded.', nullable: true })
  creditsTransactionId(@Root() { grantJournalId }: Intent): string | null {
    return grantJournalId === null ? null : numberedId('creditTransaction', grantJournalId);
  }

  @FieldResolver(() => CreditTransactionType, {
    description: 'The grant; null until succeeded.',
    nullable: true,
  })
  async creditsTransaction(
    @Ctx() { loaders }: Context,
    @Root() { grantJournalId }: Intent,
  ): Promise<CreditTransaction | null> {
    return grantJournalId === null ? null : loaders.transactions.load(grantJournalId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The receipt, a page to print: a path at the gateway's address, signed. Whoever has it may read it; it has no end. Null until succeeded.",
  })
  receiptPath(@Ctx() { deps }: Context, @Root() { id, grantJournalId }: Intent): string | null {
    return grantJournalId === null ? null : receiptPath(deps.secrets, id);
  }

  @FieldResolver(() => NextActionUnion, {
    nullable: true,
    description:
      'What the browser must do next; null when nothing is left to do, while the provider has not answered yet, and for everyone but the owner and the service that created it.',
  })
  nextAction(@Ctx() { caller, deps }: Context, @Root() intent: Intent): NextAction | null {
    return nextActionOf(intent, caller, deps);
  }

  @FieldResolver(() => IntentEventConnectionType, {
    description:
      'Everything that happened, oldest first: states, provider calls, webhooks, operator actions.',
  })
  async timeline(
    @Ctx() context: Context,
    @Root() intent: Intent,
    @Arg('first', () => Int, { nullable: true, defaultValue: TIMELINE_PAGE }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<Connection<StoredEvent>> {
    const request = timelineRequest(intent.id, isOperator(context), { first: first ?? TIMELINE_PAGE, after });
    const { timelines, timelineCounts } = context.loaders;
    return connectionOf(await timelines.load(request), () => timelineCounts.load(request));
  }
}
