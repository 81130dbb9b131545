// What waits for a second person, and the decision about it.
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import type { Money } from '../../kernel/money';
import type { Approval, ApprovalStatus } from '../../refunds/approval.entity';
import { decideApproval } from '../../refunds/decide-approval';
import { countApprovals, listApprovals } from '../../refunds/find-approvals';
import { needsSecondPerson } from '../../refunds/needs-second-person';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { MoneyType } from '../money/types';
import { type Connection, connectionOf } from '../paging';
import { BigIntString } from '../scalars';
import {
  ApprovalConnectionType,
  ApprovalStatusEnum,
  ApprovalType,
  DecideApprovalInputType,
  DecideApprovalPayloadType,
} from './types';

@ArgsType()
class ApprovalsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [ApprovalStatusEnum], {
    description: 'Any of these; null: whatever became of them.',
    nullable: true,
    defaultValue: ['open'],
  })
  status?: ApprovalStatus[] | null;
}

@Resolver(() => ApprovalType)
export class ApprovalFields {
  @FieldResolver(() => MoneyType, {
    description: 'Money that would move; null when only credits would.',
    nullable: true,
  })
  amount(@Root() { amountMinor, currency }: Approval): Money | null {
    return amountMinor === null || currency === null ? null : { amountMinor, currency };
  }
}

@Resolver(() => AdminType)
export class AdminApprovalFields {
  @FieldResolver(() => ApprovalConnectionType, {
    description: 'What waits for a second person, and what was decided, newest first. Role: finance.',
  })
  async approvals(
    @Ctx() context: Context,
    @Args(() => ApprovalsArguments) args: ApprovalsArguments,
  ): Promise<Connection<Approval>> {
    const { deps } = context;
    return connectionOf(await listApprovals(deps, args.status, args), () =>
      countApprovals(deps, args.status),
    );
  }
}

@ArgsType()
class NeedsSecondPersonArguments {
  @Field(() => ID, { description: 'The user whose money or credits move.' })
  userId!: string;

  @Field(() => String, { description: 'A currency for a refund, CREDIT for an adjustment.' })
  unit!: string;

  @Field(() => BigIntString, { description: 'Minor units or credits, positive.' })
  amount!: bigint;
}

@Resolver(() => AdminType)
export class AdminSecondPersonFields {
  @FieldResolver(() => Boolean, {
    description:
      'Whether so much more by the caller would wait for a second person, as far as it stands now. Role: finance.',
  })
  needsSecondPerson(
    @Ctx() context: Context,
    @Args(() => NeedsSecondPersonArguments) { userId, unit, amount }: NeedsSecondPersonArguments,
  ): Promise<boolean> {
    return needsSecondPerson(context.deps, callerOf(context), { userId, unit, amount });
  }
}

@Resolver()
export class ApprovalMutations {
  @Mutation(() => DecideApprovalPayloadType, {
    description: "Second person: what the first one asked for is done now. Never one's own. Role: finance.",
  })
  decideApproval(
    @Ctx() context: Context,
    @Arg('input', () => DecideApprovalInputType) input: DecideApprovalInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({ approval: await decideApproval(context.deps, caller, input) }));
  }
}
