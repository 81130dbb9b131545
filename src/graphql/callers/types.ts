import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Role } from '../../callers/caller';
import { RoleEnum } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime, JsonValue } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

@ObjectType('ApiKey', {
  description: 'How a back end says who it is. The secret itself is kept nowhere.',
  implements: NodeType,
  simpleResolvers: true,
})
export class ApiKeyType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, {
    description: 'What whoever made it called it; two keys of one name are one caller.',
  })
  name!: string;

  @Field(() => RoleEnum, { description: 'What its bearer may do.' })
  role!: Role;

  @Field(() => String, {
    description: 'The first characters of the secret, by which a person finds the key again.',
  })
  prefix!: string;

  @Field(() => DateTime, { description: 'To the minute; null when it never was.', nullable: true })
  lastUsedAt!: Date | null;

  @Field(() => DateTime, { description: 'From then on it is refused; null: never.', nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTime, { description: 'Since when it is refused; null while it is good.', nullable: true })
  revokedAt!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The one shared wallet that it reaches; null: what its role may.',
  })
  walletId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The member of that wallet in whose name it spends; null: of no member.',
  })
  memberId!: string | null;

  @Field(() => DateTime, { description: 'When createApiKey made it.' })
  createdAt!: Date;
}

@InputType('CreateApiKeyInput', { description: 'What the new key is called and may do.' })
export class CreateApiKeyInputType {
  @Field(() => String, {
    description:
      '1 to 64 letters, digits, spaces, dots, dashes or underscores. Two keys of one name are one caller.',
  })
  name!: string;

  @Field(() => RoleEnum, { description: 'service for a back end that sells and spends; never user.' })
  role!: Role;

  @Field(() => DateTime, { description: 'Left out: it stays good until it is revoked.', nullable: true })
  expiresAt?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The one shared wallet that it reaches, wal_…; only with the role service. Left out: what its role may.',
  })
  walletId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Beside walletId: the member in whose name it spends, and with whose membership it ends.',
  })
  memberId?: string | null;
}

@InputType('RevokeApiKeyInput', { description: 'Which key is no good any more.' })
export class RevokeApiKeyInputType {
  @Field(() => ID, { description: 'key_…, of `admin.apiKeys`.' })
  id!: string;
}

/** What the payloads of several mutations have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class ApiKeyPayloadFields {
  @Field(() => ApiKeyType, { description: 'As it is now; null when nothing was done.', nullable: true })
  apiKey!: ApiKeyType | null;

  @Field(() => String, { nullable: true, description: 'Only in the answer that created it.' })
  secret!: string | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('CreateApiKeyPayload', {
  description: 'The new key, and its secret this once.',
  simpleResolvers: true,
})
export class CreateApiKeyPayloadType extends ApiKeyPayloadFields {}

@ObjectType('RevokeApiKeyPayload', {
  description: 'The key that is no good any more.',
  simpleResolvers: true,
})
export class RevokeApiKeyPayloadType extends ApiKeyPayloadFields {}

@ObjectType('AuditEntry', {
  description: 'One action of an operator or of a key, never changed and never deleted.',
  implements: NodeType,
  simpleResolvers: true,
})
export class AuditEntryType {
  @Field(() => DateTime, { description: 'When it was done.' })
  at!: Date;

  @Field(() => ID, { description: 'Who did it: the `sub` of the token, or key: and the name of the key.' })
  actor!: string;

  @Field(() => RoleEnum, { description: 'What the actor was allowed as at that time.' })
  role!: Role;

  @Field(() => String, { description: 'The mutation, e.g. adjustCredits.' })
  action!: string;

  @Field(() => ID, {
    description: 'What it was done to; null when it was to nothing in particular.',
    nullable: true,
  })
  targetId!: string | null;

  @Field(() => String, {
    description: "Why, in the actor's words; null where none are asked for.",
    nullable: true,
  })
  reason!: string | null;

  @Field(() => JsonValue, {
    description: 'The values that changed, as JSON; null when there are none.',
    nullable: true,
  })
  diff!: unknown;
}

export const AuditEntryConnectionType = connectionType('AuditEntry', AuditEntryType);

@InputType('AuditFilter', { description: 'Which entries to export; all given conditions must hold.' })
export class AuditFilterInput {
  @Field(() => ID, { description: 'Id of who did it, in full.', nullable: true })
  actor?: string | null;

  @Field(() => ID, { description: 'Id of what it was done to.', nullable: true })
  targetId?: string | null;

  @Field(() => DateTimeRangeInput, { description: 'Span of time in which it was done.', nullable: true })
  at?: DateTimeRangeInput | null;
}

@ArgsType()
export class AuditLogArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => ID, { description: 'Only what this person or key did.', nullable: true })
  actor?: string | null;

  @Field(() => ID, { description: 'Only what was done to this.', nullable: true })
  targetId?: string | null;
}
