import path from 'node:path';
import { type Caller, kindOf, servesEveryone } from '../callers/caller';
import { inTransaction } from '../db/transaction';
import { hashInput } from '../idempotency/input-hash';
import { checkKey } from '../idempotency/key';
import { isSharedWalletId, newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { IdempotencyConflictProblem, invalidInput, notFound } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import { walletById } from './find';
import { isPossibleUserId } from './meant';
import type { MembershipDeps } from './membership';
import type { SharedWallet } from './shared-wallet.entity';

export const MEMBERS_SQL = path.join(__dirname, 'members.sql');

interface Needs extends MembershipDeps {
  readonly log: Logger;
}

export interface CreateWalletInput {
  /** For people, 1 to 100 characters. */
  readonly name: string;
  /** The user who owns it first. */
  readonly ownerId: string;
  readonly idempotencyKey: string;
}

const NAME_MAX = 100; // A company's name and a department's.

/**
 * Makes a wallet that several people share, with its first owner. The same key and input make one.
 * @throws Problem NOT_FOUND for who is no back end, INVALID_INPUT, IDEMPOTENCY_CONFLICT
 */
export async function createWallet(
  deps: Needs,
  caller: Caller,
  input: CreateWalletInput,
): Promise<{ wallet: SharedWallet; replayed: boolean }> {
  const { name, ownerId, idempotencyKey: key } = input;
  if (!servesEveryone(caller)) throw notFound('The owner', ['input', 'ownerId']);
  if (name.length < 1 || name.length > NAME_MAX || !isStorable(name))
    throw invalidInput(`A name has 1 to ${NAME_MAX} characters.`, 'name');
  checkMemberId(ownerId, 'ownerId');
  checkKey(key);
  const { rows } = await inTransaction(deps.pool, (client) =>
    client.query<{ outcome: 'created' | 'replayed' | 'conflict'; wallet_id: string }>(
      'select outcome, wallet_id from create_wallet($1, $2, $3, $4, $5, $6, $7)',
      [newId('wallet'), name, ownerId, key, kindOf(caller), hashInput({ name, ownerId }), caller.id],
    ),
  );
  const [made] = rows;
  if (!made) throw new Fault(`A wallet of ${ownerId} got no answer`);
  if (made.outcome === 'conflict')
    throw new IdempotencyConflictProblem(
      'This idempotency key was used before with another input.',
      made.wallet_id,
    );
  if (made.outcome === 'created')
    deps.log.info('wallet.created', { walletId: made.wallet_id, userId: ownerId, actor: caller.id });
  const wallet = await walletById(deps, made.wallet_id);
  if (!wallet) throw new Fault(`The wallet ${made.wallet_id} is not there`);
  return { wallet, replayed: made.outcome === 'replayed' };
}

/** @throws Problem INVALID_INPUT for what is no id of a user */
export function checkMemberId(userId: string, field: string): void {
  if (!isPossibleUserId(userId) || isSharedWalletId(userId))
    throw invalidInput('The id of a user has 1 to 255 characters, and is none of a wallet.', field);
}
