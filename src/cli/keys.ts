// npm run cli -- keys list|create|revoke: the keys of back ends.
import { listApiKeys } from '../callers/api-keys';
import { ROLES, type Role } from '../callers/caller';
import { createApiKey } from '../callers/create-api-key';
import { revokeApiKey } from '../callers/revoke-api-key';
import { table } from './backtest-text';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withGateway } from './gateway';
import { given, instantOf } from './given';

const KEY_ROLES = ROLES.filter((role) => role !== 'user');

export const LIST_HELP = `Usage: npm run cli -- keys list [--json]`;
export const CREATE_HELP = `Usage: npm run cli -- keys create --name shop --role ${KEY_ROLES.join('|')} [--expires 2027-01-01] [--json]
The key is printed here and nowhere else.`;
export const REVOKE_HELP = `Usage: npm run cli -- keys revoke --id key_… [--json]
Ends a key within a second, at every gateway.`;

export const keysList: Command = async (args, config) => {
  const { json } = given(args, [], ['json'], LIST_HELP);
  const keys = await withGateway(config, listApiKeys);
  const shown = keys.map(
    ({ id, name, role, prefix, createdBy, createdAt, lastUsedAt, expiresAt, revokedAt }) => ({
      ...{ id, name, role, prefix, createdBy, createdAt, lastUsedAt, expiresAt, revokedAt },
    }),
  );
  if (json) return JSON.stringify(shown);
  const at = (instant: Date | null) => instant?.toISOString() ?? '–';
  return table(
    ['Key', 'name', 'role', 'begins', 'made by', 'used', 'ends', 'revoked'],
    shown.map((key) => [
      ...[key.id, key.name, key.role, key.prefix, key.createdBy],
      ...[at(key.lastUsedAt), at(key.expiresAt), at(key.revokedAt)],
    ]),
  ).join('\n');
};

export const keysCreate: Command = async (args, config) => {
  const { name, role, expires, json } = given(args, ['name', 'role', 'expires'], ['json'], CREATE_HELP);
  if (name === undefined || !KEY_ROLES.includes(role as (typeof KEY_ROLES)[number]))
    throw new UsageError(CREATE_HELP);
  const expiresAt = expires === undefined ? null : instantOf(expires, CREATE_HELP);
  const input = { name, role: role as Role, expiresAt };
  const { apiKey, secret } = await withGateway(config, (deps) => createApiKey(deps, commandLine(), input));
  return json ? JSON.stringify({ id: apiKey.id, name, role, expiresAt, key: secret }) : secret;
};

export const keysRevoke: Command = async (args, config) => {
  const { id, json } = given(args, ['id'], ['json'], REVOKE_HELP);
  if (id === undefined) throw new UsageError(REVOKE_HELP);
  const { revokedAt } = await withGateway(config, (deps) => revokeApiKey(deps, commandLine(), id));
  return json ? JSON.stringify({ id, revokedAt }) : `${id} is revoked since ${revokedAt?.toISOString()}.`;
};
