// API keys and what operators did. That both are for admins is said by @auth.
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { ApiKey } from '../../callers/api-key.entity';
import { listApiKeys } from '../../callers/api-keys';
import { countAuditLog, listAuditLog } from '../../callers/audit';
import type { AuditEntry } from '../../callers/audit.entity';
import { createApiKey } from '../../callers/create-api-key';
import { revokeApiKey } from '../../callers/revoke-api-key';
import { numberedId } from '../../kernel/ids';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { type Connection, connectionOf } from '../paging';
import {
  ApiKeyType,
  AuditEntryConnectionType,
  AuditEntryType,
  AuditLogArguments,
  CreateApiKeyInputType,
  CreateApiKeyPayloadType,
  RevokeApiKeyInputType,
  RevokeApiKeyPayloadType,
} from './types';

// As the contract says; an explicit null means the same.
const PAGE_SIZE = 50;

@Resolver(() => AdminType)
export class AdminCallerFields {
  @FieldResolver(() => [ApiKeyType], {
    description: 'Keys of back ends, at most 50, those that were revoked last. Role: admin.',
  })
  apiKeys(@Ctx() { deps }: Context): Promise<ApiKey[]> {
    return listApiKeys(deps);
  }

  @FieldResolver(() => AuditEntryConnectionType, {
    description: 'What operators and keys did, newest first. Role: admin.',
  })
  async auditLog(
    @Ctx() { deps }: Context,
    @Args(() => AuditLogArguments) { first, after, actor, targetId }: AuditLogArguments,
  ): Promise<Connection<AuditEntry>> {
    const filter = { actor, targetId };
    const page = await listAuditLog(deps, filter, { first: first ?? PAGE_SIZE, after });
    return connectionOf(page, () => countAuditLog(deps, filter));
  }
}

@Resolver(() => AuditEntryType)
export class AuditEntryFields {
  @FieldResolver(() => ID)
  id(@Root() entry: AuditEntry): string {
    return numberedId('auditEntry', entry.id);
  }
}

@Resolver()
export class ApiKeyMutations {
  @Mutation(() => CreateApiKeyPayloadType, {
    description: 'A key for a back end; shown once, stored hashed. Role: admin.',
  })
  createApiKey(
    @Ctx() context: Context,
    @Arg('input', () => CreateApiKeyInputType) input: CreateApiKeyInputType,
  ) {
    return answer(context, () => createApiKey(context.deps, callerOf(context), input));
  }

  @Mutation(() => RevokeApiKeyPayloadType, {
    description: 'The key is refused from now on, by every process. Role: admin.',
  })
  revokeApiKey(
    @Ctx() context: Context,
    @Arg('input', () => RevokeApiKeyInputType) { id }: RevokeApiKeyInputType,
  ) {
    return answer(context, async () => ({ apiKey: await revokeApiKey(context.deps, callerOf(context), id) }));
  }
}
