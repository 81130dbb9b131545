import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Mode } from '../../kernel/config';
import { GatewayModeEnum } from '../checkout/types';
import { UserErrorType } from '../problems/types';
import { DateTime, SafeInt } from '../scalars';

@ObjectType('Clock', {
  description: 'What the gateway goes by; in mock mode it can be ahead.',
  simpleResolvers: true,
})
export class ClockType {
  @Field(() => DateTime, { description: 'The instant that due dates are compared with.' })
  now!: Date;

  @Field(() => SafeInt, {
    description: 'By how many milliseconds it is ahead of the real clock; 0 outside mock mode.',
  })
  offsetMs!: number;

  @Field(() => GatewayModeEnum, { description: 'Only mock can be ahead.' })
  mode!: Mode;
}

@InputType('AdvanceClockInput', { description: 'One of both.' })
export class AdvanceClockInputType {
  @Field(() => Int, { nullable: true, description: 'Seconds from now, up to 400 days.' })
  bySeconds?: number | null;

  @Field(() => DateTime, {
    description: 'An instant ahead of `clock.now`, at most 400 days.',
    nullable: true,
  })
  to?: Date | null;
}

@ObjectType('AdvanceClockPayload', { description: 'Where the clock stands now.', simpleResolvers: true })
export class AdvanceClockPayloadType {
  @Field(() => ClockType, { description: 'After the move; null when it was refused.', nullable: true })
  clock!: ClockType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
