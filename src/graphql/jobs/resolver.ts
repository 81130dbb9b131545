import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { cancelJob } from '../../jobs/cancel';
import type { Job, JobStatus } from '../../jobs/job.entity';
import { resumeJob } from '../../jobs/resume';
import { type JobStanding, watchJob } from '../../jobs/watch';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { freshForEachEvent } from '../fresh';
import {
  CancelJobPayloadType,
  JobInputType,
  JobType,
  ProgressType,
  progressOf,
  ResumeJobPayloadType,
  RunStatusEnum,
} from './types';

@Resolver()
export class JobMutations {
  @Mutation(() => CancelJobPayloadType, {
    description:
      'Stop queued or running long work: a reconciliation, an export, a file of grants. Role: finance.',
  })
  cancelJob(@Ctx() context: Context, @Arg('input', () => JobInputType) { id }: JobInputType) {
    const caller = callerOf(context);
    return answer(context, async () => ({ job: await cancelJob(context.deps, caller, id) }));
  }

  @Mutation(() => ResumeJobPayloadType, {
    description: 'Go on with one that was canceled or failed. Role: finance.',
  })
  resumeJob(@Ctx() context: Context, @Arg('input', () => JobInputType) { id }: JobInputType) {
    const caller = callerOf(context);
    return answer(context, async () => ({ job: await resumeJob(context.deps, caller, id) }));
  }
}

@ObjectType('JobProgressEvent', { description: 'How far a job is.', simpleResolvers: true })
class JobProgressEventType {
  @Field(() => RunStatusEnum, { description: 'After this step.' })
  status!: JobStatus;
}

@Resolver(() => JobProgressEventType)
export class JobSubscription {
  @Subscription(() => JobProgressEventType, {
    description: 'Progress of long work: a snapshot first; completes with it.',
    subscribe: async ({ args, context }: { args: { readonly id: string }; context: Context }) => {
      return freshForEachEvent(context.loaders, await watchJob(context.deps, args.id));
    },
  })
  jobProgress(
    @Root() standing: JobStanding,
    @Arg('id', () => ID, { description: 'Of the job: run_…, exp_…, gim_… or lck_….' }) _id: string,
  ): JobStanding {
    return standing;
  }

  @FieldResolver(() => ProgressType, { description: 'In numbers, for a bar.' })
  progress(@Root() standing: JobStanding): ProgressType {
    return progressOf(standing);
  }

  @FieldResolver(() => ID, { description: 'Whose progress it is. An event has no id of its own.' })
  jobId(@Root() { id }: JobStanding): string {
    return id;
  }

  @FieldResolver(() => JobType, {
    nullable: true,
    description: 'The job as it is now, for caches. Null below finance.',
  })
  job(@Ctx() { loaders }: Context, @Root() { id }: JobStanding): Promise<Job | null> {
    return loaders.jobs.load(id);
  }
}
