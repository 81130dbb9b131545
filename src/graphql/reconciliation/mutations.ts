import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { resolveBreak } from '../../reconciliation/resolve';
import { startReconciliation } from '../../reconciliation/start';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { ResolveBreakInputType, StartReconciliationInputType } from './inputs';
import { ResolveBreakPayloadType, StartReconciliationPayloadType } from './types';

@Resolver()
export class ReconciliationMutations {
  @Mutation(() => StartReconciliationPayloadType, { description: 'Role: finance.' })
  startReconciliation(
    @Ctx() context: Context,
    @Arg('input', () => StartReconciliationInputType) input: StartReconciliationInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({ run: await startReconciliation(context.deps, caller, input) }));
  }

  @Mutation(() => ResolveBreakPayloadType, { description: 'Role: finance.' })
  resolveBreak(
    @Ctx() context: Context,
    @Arg('input', () => ResolveBreakInputType) input: ResolveBreakInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({ break: await resolveBreak(context.deps, caller, input) }));
  }
}
