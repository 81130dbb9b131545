import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Role } from '../../callers/caller';
import { RoleEnum } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime, JsonValue } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

@ObjectType('ApiKey', { implements: NodeType, simpleResolvers: true })
export class ApiKeyType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => String)
  prefix!: string;

  @Field(() => DateTime, { nullable: true })
  lastUsedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  revokedAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

@InputType('CreateApiKeyInput')
export class CreateApiKeyInputType {
  @Field(() => String)
  name!: string;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;
}

@InputType('RevokeApiKeyInput')
export class RevokeApiKeyInputType {
  @Field(() => ID)
  id!: string;
}

@ObjectType('ApiKeyPayload', { simpleResolvers: true })
export class ApiKeyPayloadType {
  @Field(() => ApiKeyType, { nullable: true })
  apiKey!: ApiKeyType | null;

  @Field(() => String, { nullable: true, description: 'Only in the answer that created it.' })
  secret!: string | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('AuditEntry', { implements: NodeType, simpleResolvers: true })
export class AuditEntryType {
  @Field(() => DateTime)
  at!: Date;

  @Field(() => ID)
  actor!: string;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => String)
  action!: string;

  @Field(() => ID, { nullable: true })
  targetId!: string | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => JsonValue, { nullable: true })
  diff!: unknown;
}

export const AuditEntryConnectionType = connectionType('AuditEntry', AuditEntryType);

@InputType('AuditFilter')
export class AuditFilterInput {
  @Field(() => ID, { nullable: true })
  actor?: string | null;

  @Field(() => ID, { nullable: true })
  targetId?: string | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  at?: DateTimeRangeInput | null;
}

@ArgsType()
export class AuditLogArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => ID, { nullable: true })
  actor?: string | null;

  @Field(() => ID, { nullable: true })
  targetId?: string | null;
}
