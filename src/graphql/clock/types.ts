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
  @Field(() => DateTime)
  now!: Date;

  @Field(() => SafeInt, {
    description: 'By how many milliseconds it is ahead of the real clock; 0 outside mock mode.',
  })
  offsetMs!: number;

  @Field(() => GatewayModeEnum)
  mode!: Mode;
}

@InputType('AdvanceClockInput', { description: 'One of both.' })
export class AdvanceClockInputType {
  @Field(() => Int, { nullable: true, description: 'Seconds from now, up to 400 days.' })
  bySeconds?: number | null;

  @Field(() => DateTime, { nullable: true })
  to?: Date | null;
}

@ObjectType('AdvanceClockPayload', { simpleResolvers: true })
export class AdvanceClockPayloadType {
  @Field(() => ClockType, { nullable: true })
  clock!: ClockType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
