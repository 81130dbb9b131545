import { type Row, rowMapper } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { newId } from '../kernel/ids';
import { invalidInput, notFound } from '../kernel/problems';
import { hashOf, newKey } from './api-key';
import { ApiKey } from './api-key.entity';
import { KEYS_MAX, type KeyDeps } from './api-keys';
import { audited } from './audit';
import type { Caller, Role } from './caller';

export interface CreateApiKeyInput {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: Date | null;
  /** The one shared wallet that it reaches; left out: what its role may. */
  readonly walletId?: string | null;
  /** Beside walletId: the member in whose name it spends, and with whose membership it ends. */
  readonly memberId?: string | null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;

const CREATE = `
  insert into api_keys (id, name, role, prefix, hash, created_by, expires_at, wallet_id, member_id)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9
  where (select count(*) from api_keys where revoked_at is null) < ${KEYS_MAX}
  returning *`;

/**
 * Makes a key for a back end. Two keys of one name are one caller, so that a key can be replaced without a gap.
 * @returns the key, which is in this answer and in no other.
 * @throws Problem INVALID_INPUT; NOT_FOUND for a wallet that is not there and for who is no member of it
 */
export async function createApiKey(
  deps: KeyDeps,
  caller: Caller,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const { name, role, expiresAt } = input;
  const [walletId, memberId] = [input.walletId ?? null, input.memberId ?? null];
  if (!NAME.test(name))
    throw invalidInput('A name has 1 to 64 letters, digits, spaces, dots, dashes or underscores.', 'name');
  if (role === 'user') throw invalidInput('A key is for a back end: users sign in.', 'role');
  if (expiresAt && expiresAt.getTime() <= Date.now())
    throw invalidInput('The end of a key lies in the future.', 'expiresAt');
  if (walletId !== null && role !== 'service')
    throw invalidInput('A key of one wallet has the role service.', 'role');
  if (memberId !== null && walletId === null)
    throw invalidInput('A member belongs to a wallet: name it too.', 'memberId');
  const { secret, prefix } = newKey();
  const [pepper = ''] = deps.config.apiKeyPeppers;
  const values = [
    ...[newId('apiKey'), name, role, prefix, hashOf(secret, pepper), caller.id, expiresAt ?? null],
    ...[walletId, memberId],
  ];
  const apiKey = await audited(
    deps.pool,
    caller,
    async (client) => {
      if (walletId !== null) await checkBound(client, walletId, memberId);
      const { rows } = await client.query<Row>(CREATE, values);
      if (!rows[0]) throw invalidInput(`There are ${KEYS_MAX} keys already: revoke one that is not needed.`);
      return rowMapper(ApiKey)(rows[0]);
    },
    (made) => ({
      action: 'createApiKey',
      targetId: made.id,
      diff: { name, role, expiresAt: expiresAt ?? null, ...(walletId && { walletId, memberId }) },
    }),
  );
  deps.log.info('api_key.created', { apiKeyId: apiKey.id, role, actor: caller.id });
  return { apiKey, secret };
}

/** @throws Problem NOT_FOUND */
async function checkBound(client: Queryable, walletId: string, memberId: string | null): Promise<void> {
  const { rows } = await client.query<{ is_there: boolean; belongs: boolean }>(
    `select exists (select from shared_wallets where id = $1) as is_there,
       $2::text is null or exists (select from wallet_members
         where wallet_id = $1 and user_id = $2 and until is null) as belongs`,
    [walletId.replaceAll('\0', ''), memberId?.replaceAll('\0', '')],
  );
  if (!rows[0]?.is_there) throw notFound('The wallet', ['input', 'walletId']);
  if (!rows[0].belongs) throw notFound('The member', ['input', 'memberId']);
}
