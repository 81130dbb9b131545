import { Field, Int, ObjectType } from 'type-graphql';
import type { Mode } from '../../kernel/config';
import { GatewayModeEnum } from '../checkout/types';
import { DateTime } from '../scalars';

@ObjectType('HealthCheck', { simpleResolvers: true })
export class HealthCheckType {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean)
  ok!: boolean;

  @Field(() => Int, { nullable: true })
  latencyMs!: number | null;

  @Field(() => String, { nullable: true })
  detail!: string | null;
}

@ObjectType('RunningProcess', { simpleResolvers: true })
export class RunningProcessType {
  @Field(() => String)
  id!: string;

  @Field(() => String)
  version!: string;

  @Field(() => String, { description: 'The schema of the functions that it calls.' })
  codeSchema!: string;

  @Field(() => String, { description: 'all, api or worker.' })
  role!: string;

  @Field(() => String)
  host!: string;

  @Field(() => Int)
  pid!: number;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => DateTime)
  beatAt!: Date;
}

@ObjectType('Health', { simpleResolvers: true })
export class HealthType {
  @Field(() => Boolean)
  ok!: boolean;

  @Field(() => String)
  version!: string;

  @Field(() => GatewayModeEnum)
  mode!: Mode;

  @Field(() => Int)
  uptimeSeconds!: number;

  @Field(() => [HealthCheckType])
  checks!: HealthCheckType[];

  @Field(() => [RunningProcessType], { description: 'The processes that run on this database.' })
  processes!: RunningProcessType[];
}
