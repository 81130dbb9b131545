import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { advanceClock } from '../../clock/advance';
import { findClock } from '../../clock/find';
import { followClock } from '../../clock/follow';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { AdvanceClockInputType, AdvanceClockPayloadType, ClockType } from './types';

@Resolver()
export class ClockResolver {
  @Query(() => ClockType, { description: 'What time the gateway goes by. Public.' })
  async clock(@Ctx() { deps }: Context) {
    await followClock(deps);
    return findClock(deps);
  }

  @Mutation(() => AdvanceClockPayloadType, {
    description:
      'Mock mode only, else MOCK_ONLY. Moves the clock of the gateway and of the simulated providers forward, day by day: what has come due by the end of each day is worked before the next one.',
  })
  advanceClock(
    @Ctx() context: Context,
    @Arg('input', () => AdvanceClockInputType) input: AdvanceClockInputType,
  ) {
    return answer(context, async () => ({
      clock: await advanceClock(context.deps, callerOf(context), input),
    }));
  }
}
