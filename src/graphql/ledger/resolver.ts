// The ledger for finance: the list, balances, statements, and checks.
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Int, Mutation, Resolver } from 'type-graphql';
import type { Journal } from '../../credits/journal.entity';
import { countJournal, listJournal } from '../../credits/ledger';
import { lastLedgerCheck, startLedgerCheck } from '../../credits/start-ledger-check';
import { accountsAsOf, type CreditStatement, creditStatement } from '../../credits/statement';
import type { Job } from '../../jobs/job.entity';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { StartLedgerCheckPayloadType } from '../jobs/types';
import { type Connection, connectionOf } from '../paging';
import { DateTime } from '../scalars';
import { DateTimeRangeInput } from '../types';
import { accountIn } from './fields';
import {
  AccountBalanceType,
  CreditStatementType,
  JournalEntryConnectionType,
  LedgerCheckType,
  LedgerFilterInput,
} from './types';

// As the contract says; an explicit null means the same.
const PAGE_SIZE = 50;

@ArgsType()
class LedgerArguments {
  @Field(() => Int, { nullable: true, defaultValue: PAGE_SIZE })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => LedgerFilterInput, { nullable: true })
  filter?: LedgerFilterInput | null;
}

@Resolver(() => AdminType)
export class AdminLedgerFields {
  @FieldResolver(() => JournalEntryConnectionType, {
    description: 'Postings in double entry, newest first. Role: finance.',
  })
  async ledger(
    @Ctx() context: Context,
    @Args(() => LedgerArguments) { first, after, filter }: LedgerArguments,
  ): Promise<Connection<Journal>> {
    const { deps, loaders } = context;
    const page = await listJournal(deps, filter ?? {}, { first: first ?? PAGE_SIZE, after });
    for (const { node } of page.items) loaders.journals.prime(node.id, node);
    return connectionOf(page, () => countJournal(deps, filter ?? {}));
  }

  @FieldResolver(() => [AccountBalanceType], {
    description: 'Each account in each of its units. Role: finance.',
  })
  async accounts(
    @Ctx() context: Context,
    @Arg('asOf', () => DateTime, { description: 'At this instant; left out: now.', nullable: true })
    asOf?: Date | null,
  ): Promise<AccountBalanceType[]> {
    const balances = await accountsAsOf(context.deps, asOf ?? null);
    return balances.map(({ account, unit, ...rest }) => ({ ...rest, account: accountIn(account, unit) }));
  }

  @FieldResolver(() => CreditStatementType, {
    description: 'Credits owed to users at both ends of a period, and what moved them. Role: finance.',
  })
  creditStatement(
    @Ctx() context: Context,
    @Arg('range', () => DateTimeRangeInput, {
      description: 'From the first posting where it is open, up to the last sealed one.',
    })
    range: DateTimeRangeInput,
  ): Promise<CreditStatement> {
    return creditStatement(context.deps, range);
  }

  @FieldResolver(() => LedgerCheckType, { nullable: true, description: 'The last finished check.' })
  ledgerCheck(@Ctx() context: Context): Promise<Job | null> {
    return lastLedgerCheck(context.deps);
  }
}

@Resolver()
export class LedgerMutations {
  @Mutation(() => StartLedgerCheckPayloadType, {
    description: 'Recompute the ledger and its chain as a job. Role: finance.',
  })
  startLedgerCheck(@Ctx() context: Context) {
    const caller = callerOf(context);
    return answer(context, async () => ({ job: await startLedgerCheck(context.deps, caller) }));
  }
}
