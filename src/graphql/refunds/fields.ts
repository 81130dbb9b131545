// What a refund shows that is not a column of the same name, and what an intent shows of its refunds.

import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { invariant } from '../../kernel/invariant';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import { refundsRequest } from '../../refunds/find';
import { previewOf, type RefundPreview } from '../../refunds/preview';
import type { Refund } from '../../refunds/refund.entity';
import { isOperator } from '../access';
import type { Context } from '../context';
import { PaymentIntentType } from '../intents/types';
import { CENTS_ARE_MINOR, minorUnits } from '../money/minor';
import { MoneyType } from '../money/types';
import { type Connection, connectionOf } from '../paging';
import { BigIntString } from '../scalars';
import { RefundConnectionType, RefundPreviewType, RefundType } from './types';

// As the contract says; an explicit null means the same.
const REFUNDS_PAGE = 20;

/** Nobody wrote the reason of a refund by policy but we. */
const publicReasonOf = ({ requestedBy, reason, publicReason }: Refund): string | null =>
  requestedBy === 'policy' ? reason : publicReason;

@Resolver(() => RefundType)
export class RefundFields {
  @FieldResolver(() => PaymentIntentType, { description: 'The purchase whose money goes back.' })
  async intent(@Ctx() { loaders }: Context, @Root() { id, intentId }: Refund): Promise<Intent> {
    const intent = await loaders.intents.load(intentId);
    invariant(intent, `Intent ${intentId} of ${id} is gone`);
    return intent;
  }

  @FieldResolver(() => MoneyType, { description: 'What goes back to the payer.' })
  amount(@Root() { amountMinor, currency }: Refund): Money {
    return { amountMinor, currency };
  }

  @FieldResolver(() => ID, { nullable: true, description: 'Null below support.' })
  requestedBy(@Ctx() context: Context, @Root() { requestedBy }: Refund): string | null {
    return isOperator(context) ? requestedBy : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What was written for operators, to support and above; to others publicReason.',
  })
  reason(@Ctx() context: Context, @Root() refund: Refund): string | null {
    return isOperator(context) ? refund.reason : publicReasonOf(refund);
  }

  @FieldResolver(() => String, { nullable: true, description: 'What the user is told.' })
  publicReason(@Root() refund: Refund): string | null {
    return publicReasonOf(refund);
  }
}

@Resolver(() => RefundPreviewType)
export class RefundPreviewFields {
  @FieldResolver(() => MoneyType, { description: 'The least that the provider sends back.' })
  minimum(@Root() { minimumMinor, currency }: RefundPreview): Money {
    return { amountMinor: minimumMinor, currency };
  }

  @FieldResolver(() => MoneyType, { description: 'What would go back: as asked for, else all that is left.' })
  amount(@Root() { amountMinor, currency }: RefundPreview): Money {
    return { amountMinor, currency };
  }

  @FieldResolver(() => MoneyType, { description: 'All that can be refunded now.' })
  left(@Root() { leftMinor, currency }: RefundPreview): Money {
    return { amountMinor: leftMinor, currency };
  }
}

@Resolver(() => PaymentIntentType)
export class IntentRefundFields {
  @FieldResolver(() => RefundConnectionType, {
    description: 'Money that went back or is on its way, oldest first.',
  })
  async refunds(
    @Ctx() { loaders }: Context,
    @Root() intent: Intent,
    @Arg('first', () => Int, { nullable: true, defaultValue: REFUNDS_PAGE }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<Connection<Refund>> {
    const request = refundsRequest(intent.id, { first: first ?? REFUNDS_PAGE, after });
    const page = await loaders.refundsOfIntents.load(request);
    return connectionOf(page, () => loaders.refundCounts.load(intent.id));
  }

  @FieldResolver(() => MoneyType, { description: 'All that has gone back so far.' })
  async refundedAmount(@Ctx() { loaders }: Context, @Root() intent: Intent): Promise<Money> {
    const back = await loaders.moneyBack.load(intent.id);
    return { amountMinor: back?.refundedMinor ?? 0n, currency: intent.currency };
  }

  @FieldResolver(() => RefundPreviewType, {
    description:
      'What a refund would do, before it is done. Null below support and where nothing can go back.',
    nullable: true,
  })
  async refundPreview(
    @Ctx() context: Context,
    @Root() intent: Intent,
    @Arg('amountMinor', () => BigIntString, {
      nullable: true,
      description: 'In minor units of the payment. Left out: all that is left.',
    })
    amountMinor?: bigint | null,
    @Arg('amountCents', () => Int, {
      nullable: true,
      description: 'In minor units of the payment.',
      deprecationReason: CENTS_ARE_MINOR('amountMinor'),
    })
    amountCents?: number | null,
  ): Promise<RefundPreview | null> {
    if (!isOperator(context)) return null;
    const back = await context.loaders.moneyBack.load(intent.id);
    const amount = minorUnits(amountMinor, amountCents, 'amountMinor');
    return back && previewOf(back, amount);
  }
}
