import { type Row, rowMapper } from '../db/columns';
import { newId } from '../kernel/ids';
import { invalidInput } from '../kernel/problems';
import { hashOf, newKey } from './api-key';
import { ApiKey } from './api-key.entity';
import { KEYS_MAX, type KeyDeps } from './api-keys';
import { audited } from './audit';
import type { Caller, Role } from './caller';

export interface CreateApiKeyInput {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: Date | null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;

const CREATE = `
  insert into api_keys (id, name, role, prefix, hash, created_by, expires_at)
  select $1, $2, $3, $4, $5, $6, $7
  where (select count(*) from api_keys where revoked_at is null) < ${KEYS_MAX}
  returning *`;

/**
 * Makes a key for a back end. Two keys of one name are one caller, so that a key can be replaced without a gap.
 * @returns the key, which is in this answer and in no other.
 * @throws Problem INVALID_INPUT
 */
export async function createApiKey(
  deps: KeyDeps,
  caller: Caller,
  { name, role, expiresAt }: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string }> {
  if (!NAME.test(name))
    throw invalidInput('A name has 1 to 64 letters, digits, spaces, dots, dashes or underscores.', 'name');
  if (role === 'user') throw invalidInput('A key is for a back end: users sign in.', 'role');
  if (expiresAt && expiresAt.getTime() <= Date.now())
    throw invalidInput('The end of a key lies in the future.', 'expiresAt');
  const { secret, prefix } = newKey();
  const [pepper = ''] = deps.config.apiKeyPeppers;
  const values = [newId('apiKey'), name, role, prefix, hashOf(secret, pepper), caller.id, expiresAt ?? null];
  const apiKey = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(CREATE, values);
      if (!rows[0]) throw invalidInput(`There are ${KEYS_MAX} keys already: revoke one that is not needed.`);
      return rowMapper(ApiKey)(rows[0]);
    },
    (made) => ({
      action: 'createApiKey',
      targetId: made.id,
      diff: { name, role, expiresAt: expiresAt ?? null },
    }),
  );
  deps.log.info('api_key.created', { apiKeyId: apiKey.id, role, actor: caller.id });
  return { apiKey, secret };
}
