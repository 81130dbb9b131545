import { Field, Int, ObjectType } from 'type-graphql';
import type { Mode } from '../../kernel/config';
import { GatewayModeEnum } from '../checkout/types';
import { DateTime } from '../scalars';

@ObjectType('HealthCheck', { description: 'One part and whether it works.', simpleResolvers: true })
export class HealthCheckType {
  @Field(() => String, { description: 'Which part, e.g. database.' })
  name!: string;

  @Field(() => Boolean, { description: 'False: somebody should look.' })
  ok!: boolean;

  @Field(() => Int, {
    description: 'How long it took to answer, in milliseconds; null where nothing is asked.',
    nullable: true,
  })
  latencyMs!: number | null;

  @Field(() => String, {
    description: 'What is wrong or what was counted; null when there is nothing to say.',
    nullable: true,
  })
  detail!: string | null;
}

@ObjectType('RunningProcess', {
  description: 'A process of the gateway that was heard of lately.',
  simpleResolvers: true,
})
export class RunningProcessType {
  @Field(() => String, { description: 'A random name that it took when it began.' })
  id!: string;

  @Field(() => String, { description: 'Release that it runs.' })
  version!: string;

  @Field(() => String, { description: 'The schema of the functions that it calls.' })
  codeSchema!: string;

  @Field(() => String, { description: 'all, api or worker.' })
  role!: string;

  @Field(() => String, { description: 'Machine or container that it runs on.' })
  host!: string;

  @Field(() => Int, { description: 'Number that its operating system gave it.' })
  pid!: number;

  @Field(() => DateTime, { description: 'When it began to serve.' })
  startedAt!: Date;

  @Field(() => DateTime, { description: 'When it last said that it lives.' })
  beatAt!: Date;
}

@ObjectType('Health', { description: 'The state of the whole gateway.', simpleResolvers: true })
export class HealthType {
  @Field(() => Boolean, { description: 'True: each check is fine.' })
  ok!: boolean;

  @Field(() => String, { description: 'Release of the process that answered.' })
  version!: string;

  @Field(() => GatewayModeEnum, { description: 'mock, test or live.' })
  mode!: Mode;

  @Field(() => Int, { description: 'For how many seconds the process that answered has run.' })
  uptimeSeconds!: number;

  @Field(() => [HealthCheckType], { description: 'Each part by itself.' })
  checks!: HealthCheckType[];

  @Field(() => [RunningProcessType], { description: 'The processes that run on this database.' })
  processes!: RunningProcessType[];
}
