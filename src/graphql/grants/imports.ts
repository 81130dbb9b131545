// Files of grants: start one or see what it would come to, list them, and what each shows.
import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { countGrantsImports, listGrantsImports } from '../../grants/find-imports';
import type { ImportOutcome } from '../../grants/import-outcome';
import { outcomeOf } from '../../grants/run-grants-import';
import { type ImportRequest, startGrantsImport } from '../../grants/start-grants-import';
import type { Job } from '../../jobs/job.entity';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { ProgressType, progressOf, RunStatusEnum } from '../jobs/types';
import { type Connection, connectionOf } from '../paging';
import {
  GrantsImportConnectionType,
  GrantsImportOutcomeType,
  GrantsImportType,
  StartGrantsImportInputType,
  StartGrantsImportPayloadType,
} from './import-types';

// As the contract says; an explicit null means the same.
const PAGE_SIZE = 20;

@Resolver(() => AdminType)
export class AdminGrantsImportFields {
  @FieldResolver(() => GrantsImportConnectionType, {
    description: 'Files of grants that were started, newest first. Role: finance.',
  })
  async grantsImports(
    @Ctx() { deps }: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: PAGE_SIZE }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<Connection<Job>> {
    const page = await listGrantsImports(deps, { first: first ?? PAGE_SIZE, after });
    return connectionOf(page, () => countGrantsImports(deps));
  }
}

@Resolver()
export class GrantsImportMutations {
  @Mutation(() => StartGrantsImportPayloadType, {
    description:
      'Give what a file says out of a campaign, in the background: each key once, however often its file comes. Role: finance.',
  })
  startGrantsImport(
    @Ctx() context: Context,
    @Arg('input', () => StartGrantsImportInputType) input: StartGrantsImportInputType,
  ) {
    return answer(context, async () => {
      const started = await startGrantsImport(context.deps, callerOf(context), input);
      return { import: started.import, outcome: started.outcome && inCredits(started.outcome) };
    });
  }
}

const inCredits = (outcome: ImportOutcome) => ({ ...outcome, credits: BigInt(outcome.credits) });

@Resolver(() => GrantsImportType)
export class GrantsImportFields {
  @FieldResolver(() => String, { description: 'The key of the campaign that gives.' })
  campaign(@Root() { input }: Job): string {
    return (input as ImportRequest).campaign;
  }

  @FieldResolver(() => RunStatusEnum)
  status(@Root() { status }: Job): Job['status'] {
    return status;
  }

  @FieldResolver(() => ProgressType)
  progress(@Root() job: Job): ProgressType {
    return progressOf(job);
  }

  @FieldResolver(() => GrantsImportOutcomeType, { description: 'What became of the lines so far.' })
  outcome(@Root() job: Job): GrantsImportOutcomeType {
    return inCredits(outcomeOf(job));
  }
}
