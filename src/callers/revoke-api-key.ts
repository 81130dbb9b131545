import { type Row, rowMapper } from '../db/columns';
import { notFound } from '../kernel/problems';
import { ApiKey } from './api-key.entity';
import type { KeyDeps } from './api-keys';
import { audited } from './audit';
import type { Caller } from './caller';

/** Ends a key, at once. A second time it answers like the first. @throws Problem NOT_FOUND */
export async function revokeApiKey(deps: KeyDeps, caller: Caller, id: string): Promise<ApiKey> {
  const apiKey = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(
        'update api_keys set revoked_at = coalesce(revoked_at, instant()) where id = $1 returning *',
        [id.replaceAll('\0', '')],
      );
      if (!rows[0]) throw notFound('The key', ['input', 'id']);
      return rowMapper(ApiKey)(rows[0]);
    },
    () => ({ action: 'revokeApiKey', targetId: id }),
  );
  deps.log.info('api_key.revoked', { apiKeyId: id, actor: caller.id });
  return apiKey;
}
