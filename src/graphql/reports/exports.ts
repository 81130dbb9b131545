// Exports: start one, list them, and what each shows.

import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { hasRole, type Role } from '../../callers/caller';
import { KINDS_OF } from '../../credits/transaction-types';
import type { TransactionFilter } from '../../credits/transactions';
import type { Job } from '../../jobs/job.entity';
import { downloadUrl } from '../../reports/download';
import { type ExportResult, requestIn, startExport } from '../../reports/export';
import { countExports, listExports } from '../../reports/find';
import type { ExportFilters, ExportName } from '../../reports/lists';
import type { Format } from '../../reports/rows';
import { usersCalled } from '../../users/find-profiles';
import { marksOf } from '../../users/marks';
import { callerOf, callerWith } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { CreditTransactionFilterInput } from '../credits/types';
import { answer } from '../errors';
import { ProgressType, progressOf, RunStatusEnum } from '../jobs/types';
import { minorRange } from '../money/minor';
import { type Connection, connectionOf } from '../paging';
import {
  ExportFormatEnum,
  ExportJobConnectionType,
  ExportJobType,
  type ExportSelectionInput,
  StartExportInputType,
  StartExportPayloadType,
} from './types';

// As the contract says; an explicit null means the same.
const PAGE_SIZE = 20;

/** Who may have the rows of a list: finance, where the list itself does not ask for more. */
const roleFor = (name: ExportName): Role => (name === 'auditLog' ? 'admin' : 'finance');

@Resolver(() => AdminType)
export class AdminExportFields {
  @FieldResolver(() => ExportJobConnectionType, {
    description: 'Files that were asked for, newest first. Role: finance.',
  })
  async exports(
    @Ctx() context: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: PAGE_SIZE }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<Connection<Job>> {
    const page = await listExports(context.deps, { first: first ?? PAGE_SIZE, after });
    return connectionOf(page, () => countExports(context.deps));
  }
}

@Resolver()
export class ExportMutations {
  @Mutation(() => StartExportPayloadType, { description: 'Role: finance.' })
  startExport(
    @Ctx() context: Context,
    @Arg('input', () => StartExportInputType) { select, format }: StartExportInputType,
  ) {
    const caller = callerWith(select.auditLog ? roleFor('auditLog') : 'finance', context);
    return answer(context, async () => {
      const filters = await filtersOf(context, select);
      return { export: await startExport(context.deps, caller, { select: filters, format }) };
    });
  }
}

/** The filters as the lists take them, where the schema says something in another way. */
async function filtersOf(context: Context, select: ExportSelectionInput): Promise<Partial<ExportFilters>> {
  const { intents, creditTransactions, ...others } = select;
  return {
    ...(others as Partial<ExportFilters>),
    ...(intents
      ? {
          intents: {
            ...intents,
            amountMinor: minorRange(intents.amountMinor, intents.amountCents),
            ...(await searchOf(context, intents.search)),
          },
        }
      : {}),
    ...(creditTransactions ? { creditTransactions: transactionsOf(creditTransactions) } : {}),
  };
}

/** What somebody is called is kept as its marks: the text would stand in the job for good. */
async function searchOf({ deps }: Context, search: string | null | undefined) {
  if (!search || (await usersCalled(deps, search)).length === 0) return { search };
  return { search: '', searchMarks: marksOf(deps.secrets, search) };
}

const transactionsOf = ({ type, ...filter }: CreditTransactionFilterInput): TransactionFilter => ({
  ...filter,
  kinds: type?.flatMap((name) => KINDS_OF[name]),
});

@Resolver(() => ExportJobType)
export class ExportJobFields {
  @FieldResolver(() => String, { description: 'Which list, as in ExportSelection, e.g. intents.' })
  kind(@Root() job: Job): string {
    return requestIn(job).name;
  }

  @FieldResolver(() => ExportFormatEnum, { description: 'As which the rows are written.' })
  format(@Root() job: Job): Format {
    return requestIn(job).format;
  }

  @FieldResolver(() => RunStatusEnum)
  status(@Root() { status }: Job): Job['status'] {
    return status;
  }

  @FieldResolver(() => ProgressType)
  progress(@Root() job: Job): ProgressType {
    return progressOf(job);
  }

  @FieldResolver(() => Int, {
    description: 'How many rows the file has; null until it is finished.',
    nullable: true,
  })
  rows(@Root() { result }: Job): number | null {
    return (result as ExportResult | null)?.rows ?? null;
  }

  @FieldResolver(() => String, {
    description: 'Of the whole file, in hexadecimal digits; null until it is finished.',
    nullable: true,
  })
  sha256(@Root() { result }: Job): string | null {
    return (result as ExportResult | null)?.sha256 ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Signed link, valid one hour.' })
  downloadUrl(@Ctx() context: Context, @Root() job: Job): string | null {
    // A job is shown to finance whoever started it; its rows only to those who may export them.
    if (!hasRole(callerOf(context), roleFor(requestIn(job).name))) return null;
    return downloadUrl(job, context.deps.clock.nowMs());
  }
}
