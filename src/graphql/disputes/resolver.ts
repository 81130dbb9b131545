// Disputes: of one intent, and the operators' list.
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Dispute, DisputeStatus } from '../../disputes/dispute.entity';
import { countDisputes, listDisputes } from '../../disputes/find';
import { invariant } from '../../kernel/invariant';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { PaymentIntentType } from '../intents/types';
import { MoneyType } from '../money/types';
import { type Connection, connectionOf } from '../paging';
import { DisputeConnectionType, DisputeStatusEnum, DisputeType } from './types';

@Resolver(() => DisputeType)
export class DisputeFields {
  @FieldResolver(() => PaymentIntentType, { description: 'The purchase whose payer complained.' })
  async intent(@Ctx() { loaders }: Context, @Root() { id, intentId }: Dispute): Promise<Intent> {
    const intent = await loaders.intents.load(intentId);
    invariant(intent, `Intent ${intentId} of ${id} is gone`);
    return intent;
  }

  @FieldResolver(() => MoneyType, { description: 'What the bank asks back.' })
  amount(@Root() { amountMinor, currency }: Dispute): Money {
    return { amountMinor, currency };
  }

  @FieldResolver(() => MoneyType, {
    description: 'What the provider has taken for it and not given back, without its fee.',
  })
  amountWithdrawn(@Root() { withdrawnMinor, currency }: Dispute): Money {
    return { amountMinor: withdrawnMinor, currency };
  }

  @FieldResolver(() => Boolean, {
    description: 'True while the bank waits for evidence or for it to be accepted.',
  })
  needsAnswer(@Root() { status, needsAnswer }: Dispute): boolean {
    return (status === 'inquiry' || status === 'open') && needsAnswer !== false;
  }
}

@Resolver(() => PaymentIntentType)
export class IntentDisputeFields {
  @FieldResolver(() => [DisputeType], {
    description: "Complaints at the payer's bank, oldest first, at most 50; empty for nearly all.",
  })
  disputes(@Ctx() { loaders }: Context, @Root() intent: Intent): Promise<Dispute[]> {
    return loaders.disputesOfIntents.load(intent.id);
  }
}

@ArgsType()
class DisputesArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [DisputeStatusEnum], { description: 'Any of these; left out: all.', nullable: true })
  status?: DisputeStatus[] | null;

  @Field(() => Boolean, {
    description: 'Only those that wait for an answer, or that do not; left out: all.',
    nullable: true,
  })
  needsAnswer?: boolean | null;
}

@Resolver(() => AdminType)
export class AdminDisputeFields {
  @FieldResolver(() => DisputeConnectionType, {
    description: 'Complaints of payers at their banks, newest first.',
  })
  async disputes(
    @Ctx() { deps, loaders }: Context,
    @Args(() => DisputesArguments) args: DisputesArguments,
  ): Promise<Connection<Dispute>> {
    const filter = { status: args.status, needsAnswer: args.needsAnswer };
    const page = await listDisputes(deps, filter, args);
    for (const { node } of page.items) loaders.disputes.prime(node.id, node);
    return connectionOf(page, () => countDisputes(deps, filter));
  }
}
