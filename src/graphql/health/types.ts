import { Field, Int, ObjectType } from 'type-graphql';
import type { Mode } from '../../kernel/config';
import { GatewayModeEnum } from '../checkout/types';

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
}
