// What finance sees of runs and breaks.
import { Arg, Args, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { readInstant } from '../../db/instant';
import type { Job } from '../../jobs/job.entity';
import { numberedId } from '../../kernel/ids';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import type { ProviderName } from '../../providers/provider';
import type { Break, BreakStatus } from '../../reconciliation/break.entity';
import {
  type BreakFilter,
  countBreaks,
  countRuns,
  listBreaks,
  listRuns,
  runOf,
} from '../../reconciliation/find';
import { type BreakFix, openFixesOf, suggestedFixOf } from '../../reconciliation/fixes';
import { type Findings, NOTHING_FOUND } from '../../reconciliation/record';
import { RECONCILIATION, type RunInput } from '../../reconciliation/run';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { ProviderEnum } from '../enums';
import { PaymentIntentType } from '../intents/types';
import { ProgressType, progressOf } from '../jobs/types';
import { MoneyType } from '../money/types';
import { type Connection, connectionOf } from '../paging';
import { DateTime } from '../scalars';
import { BreaksArguments, RunBreaksArguments, RunsArguments } from './inputs';
import {
  BreakFixEnum,
  BreakStatusEnum,
  ReconciliationBreakConnectionType,
  ReconciliationBreakType,
  ReconciliationRunConnectionType,
  ReconciliationRunType,
} from './types';

// As the contract says; an explicit null means the same.
const RUNS_PAGE_SIZE = 20;
const BREAKS_PAGE_SIZE = 50;

@Resolver(() => AdminType)
export class AdminReconciliationFields {
  @FieldResolver(() => ReconciliationRunConnectionType, {
    description: "Runs over the providers' books, newest first. Role: finance.",
  })
  async reconciliationRuns(
    @Ctx() context: Context,
    @Args(() => RunsArguments) { first, after }: RunsArguments,
  ): Promise<Connection<Job>> {
    const page = await listRuns(context.deps, { first: first ?? RUNS_PAGE_SIZE, after });
    return connectionOf(page, () => countRuns(context.deps));
  }

  @FieldResolver(() => ReconciliationRunType, {
    description: 'One run. Role: finance. Null when there is none.',
    nullable: true,
  })
  async reconciliationRun(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'Of the run, run_…, as in the list.' }) id: string,
  ): Promise<Job | null> {
    return findRun(context, id);
  }

  @FieldResolver(() => ReconciliationBreakConnectionType, { description: 'Breaks of all runs.' })
  async breaks(
    @Ctx() context: Context,
    @Args(() => BreaksArguments) { first, after, filter }: BreaksArguments,
  ): Promise<Connection<Break>> {
    return breaksPage(context, filter ?? {}, first, after);
  }
}

/** A run by its id; null for anything else. */
export async function findRun({ loaders }: Context, id: string): Promise<Job | null> {
  const job = id.includes('\0') ? null : await loaders.jobs.load(id);
  return job?.kind === RECONCILIATION ? job : null;
}

async function breaksPage(
  { deps }: Context,
  filter: BreakFilter,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Connection<Break>> {
  const page = await listBreaks(deps, filter, { first: first ?? BREAKS_PAGE_SIZE, after });
  return connectionOf(page, () => countBreaks(deps, filter));
}

// The run that stands for what is seen as it happens has no end.
const inputOf = (run: Job) => run.input as Omit<RunInput, 'to'> & { readonly to: number | null };
/** What it has found at its end, or so far. */
const findingsOf = (run: Job) => (run.result ?? run.checkpoint ?? NOTHING_FOUND) as Findings;
const dateOf = (seconds: number) => new Date(seconds * 1000);

@Resolver(() => ReconciliationRunType)
export class ReconciliationRunFields {
  @FieldResolver(() => ProviderEnum, { description: 'Whose books.' })
  provider(@Root() run: Job): ProviderName {
    return inputOf(run).provider;
  }

  @FieldResolver(() => DateTime, { description: 'Beginning of the span, inclusive.' })
  from(@Root() run: Job): Date {
    return dateOf(inputOf(run).from);
  }

  @FieldResolver(() => DateTime, { description: 'End of the span, exclusive.' })
  async to(@Ctx() { deps }: Context, @Root() run: Job): Promise<Date> {
    const { to } = inputOf(run);
    return to === null ? readInstant(deps.pool) : dateOf(to);
  }

  @FieldResolver(() => ProgressType)
  progress(@Root() run: Job): ProgressType {
    return progressOf(run);
  }

  @FieldResolver(() => Int, { description: "Lines of the provider's books that agree with ours." })
  matched(@Root() run: Job): number {
    return findingsOf(run).matched;
  }

  @FieldResolver(() => Int, {
    description: 'How many differences it opened; of a dry run: how many there are.',
  })
  async breakCount(
    @Ctx() { loaders }: Context,
    @Root() run: Job,
    @Arg('status', () => BreakStatusEnum, { description: 'Only those that stand so by now.', nullable: true })
    status: BreakStatus | null,
  ): Promise<number> {
    // A dry run opens none: it only says how many there would be.
    if (inputOf(run).dryRun) return status === null || status === 'open' ? findingsOf(run).broken : 0;
    const counts = await loaders.breakCounts.load(run.id);
    if (status) return counts.get(status) ?? 0;
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  @FieldResolver(() => ReconciliationBreakConnectionType, {
    description: 'The differences that it opened, newest first.',
  })
  async breaks(
    @Ctx() context: Context,
    @Root() run: Job,
    @Args(() => RunBreaksArguments) { first, after, kind, status }: RunBreaksArguments,
  ): Promise<Connection<Break>> {
    return breaksPage(context, { runId: run.id, kind, status }, first, after);
  }

  @FieldResolver(() => [MoneyType], { description: 'One per currency.' })
  differences(@Root() run: Job): Money[] {
    const { differences } = findingsOf(run);
    return Object.keys(differences)
      .sort()
      .map((currency) => ({ amountMinor: BigInt(differences[currency] ?? 0), currency }));
  }
}

@Resolver(() => ReconciliationBreakType)
export class ReconciliationBreakFields {
  @FieldResolver(() => ID)
  id(@Root() { id }: Break): string {
    return numberedId('break', id);
  }

  @FieldResolver(() => ID, {
    description: 'The run that opened it, or run_seen_… for what was seen as it happened.',
  })
  runId(@Root() item: Break): string {
    return runOf(item);
  }

  @FieldResolver(() => PaymentIntentType, {
    description: 'The purchase that it is about; null when none is known.',
    nullable: true,
  })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: Break): Promise<Intent | null> {
    return intentId === null ? null : loaders.intents.load(intentId);
  }

  @FieldResolver(() => MoneyType, { description: 'What our books say; null: nothing.', nullable: true })
  ours(@Root() { oursMinor, oursCurrency }: Break): Money | null {
    return moneyOf(oursMinor, oursCurrency);
  }

  @FieldResolver(() => MoneyType, {
    description: "What the provider's books say; null: nothing.",
    nullable: true,
  })
  theirs(@Root() { theirsMinor, theirsCurrency }: Break): Money | null {
    return moneyOf(theirsMinor, theirsCurrency);
  }

  @FieldResolver(() => [BreakFixEnum], {
    description:
      "What may be done about it, the suggestion first; nothing once it is settled. After each our books are the provider's.",
  })
  fixes(@Root() item: Break): readonly BreakFix[] {
    return openFixesOf(item);
  }

  @FieldResolver(() => BreakFixEnum, {
    description: 'The first of `fixes`; null once it is settled.',
    nullable: true,
  })
  suggestedFix(@Root() item: Break): BreakFix | null {
    return suggestedFixOf(item);
  }
}

const moneyOf = (amountMinor: bigint | null, currency: string | null): Money | null =>
  amountMinor === null || currency === null ? null : { amountMinor, currency };
