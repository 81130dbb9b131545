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
import type { JobStatus } from '../../jobs/job.entity';
import { resumeJob } from '../../jobs/resume';
import { type JobStanding, watchJob } from '../../jobs/watch';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { JobInputType, JobPayloadType, ProgressType, progressOf, RunStatusEnum } from './types';

@Resolver()
export class JobMutations {
  @Mutation(() => JobPayloadType, {
    description: 'Stop a queued or running reconciliation or export. Role: finance.',
  })
  cancelJob(@Ctx() context: Context, @Arg('input', () => JobInputType) { id }: JobInputType) {
    const caller = callerOf(context);
    return answer(context, async () => ({ job: await cancelJob(context.deps, caller, id) }));
  }

  @Mutation(() => JobPayloadType, {
    description: 'Go on with one that was canceled or failed. Role: finance.',
  })
  resumeJob(@Ctx() context: Context, @Arg('input', () => JobInputType) { id }: JobInputType) {
    const caller = callerOf(context);
    return answer(context, async () => ({ job: await resumeJob(context.deps, caller, id) }));
  }
}

@ObjectType('JobProgressEvent', { simpleResolvers: true })
class JobProgressEventType {
  @Field(() => ID)
  id!: string;

  @Field(() => RunStatusEnum)
  status!: JobStatus;
}

@Resolver(() => JobProgressEventType)
export class JobSubscription {
  @Subscription(() => JobProgressEventType, {
    description: 'Progress of a reconciliation run or export: a snapshot first; completes with it.',
    subscribe: ({ args, context }: { args: { readonly id: string }; context: Context }) => {
      return watchJob(context.deps, args.id);
    },
  })
  jobProgress(@Root() standing: JobStanding, @Arg('id', () => ID) _id: string): JobStanding {
    return standing;
  }

  @FieldResolver(() => ProgressType)
  progress(@Root() standing: JobStanding): ProgressType {
    return progressOf(standing);
  }
}
