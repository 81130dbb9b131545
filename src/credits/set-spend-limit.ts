import type pg from 'pg';
import { audited, isAudited } from '../callers/audit';
import { type Caller, hasRole, servesEveryone } from '../callers/caller';
import { walletSubject } from '../events/event.entity';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { isSharedWalletId } from '../kernel/ids';
import { invalidInput, notFound } from '../kernel/problems';
import { type WalletNamed, walletMeant } from '../wallets/meant';
import { roleIn } from '../wallets/membership';
import { WALLET_ROLES } from '../wallets/shared-wallet.entity';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { checkSpenderId } from './input';
import { type LimitSpan, subjectOf } from './spend-limits';
import type { Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'pool' | 'readWallet'>;

export interface SetSpendLimitInput extends WalletNamed {
  /** At most one of the two; neither: everybody who spends of the wallet. */
  readonly memberId?: string | null;
  readonly apiKeyId?: string | null;
  readonly per: LimitSpan;
  /** Whole credits, 0 or more; null: no limit any more. */
  readonly credits?: bigint | null;
  /** Of the IANA database, e.g. Asia/Kolkata; left out: UTC. */
  readonly timeZone?: string | null;
}

// A company's members, each with two. Only those that bind who spends are looked at.
const LIMITS_MAX = 1_000;
// As IANA names zones. An offset (+05:30) is none of them: PostgreSQL would read its sign the other way round.
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/**
 * Limits what may be spent of a wallet in a day, a week from Monday, a month, or in all from now on. What was spent in the
 * running window before counts. Of a shared wallet an owner or a manager limits the members below them.
 * @throws Problem NOT_FOUND below service and finance, INVALID_INPUT
 */
export async function setSpendLimit(deps: Needs, caller: Caller, input: SetSpendLimitInput): Promise<Wallet> {
  const { per } = input;
  const [memberId, apiKeyId] = [input.memberId ?? null, input.apiKeyId ?? null];
  const credits = input.credits ?? null;
  const timeZone = input.timeZone ?? 'UTC';
  const userId = await limitedWallet(deps, caller, input);
  if (memberId !== null && apiKeyId !== null)
    throw invalidInput('A limit is for a member, for an API key, or for everybody.', 'memberId');
  if (memberId !== null) checkSpenderId(memberId, 'memberId');
  if (apiKeyId !== null) checkSpenderId(apiKeyId, 'apiKeyId');
  if (credits !== null && (credits < 0n || credits > CREDITS_MAX))
    throw invalidInput(`A limit is 0 to ${CREDITS_MAX} credits.`, 'credits');
  await audited(
    deps.pool,
    caller,
    async (client) => {
      await checkTimeZone(client, timeZone);
      const { rows } = await client.query<{ outcome: string }>(
        'select set_spend_limit($1, $2, $3, $4, $5, $6, $7) as outcome',
        [userId, subjectOf({ memberId, apiKeyId }), per, credits, timeZone, LIMITS_MAX, caller.id],
      );
      if (rows[0]?.outcome === 'too_many')
        throw invalidInput(`A wallet has at most ${LIMITS_MAX} limits.`, 'userId');
    },
    () =>
      isAudited(caller)
        ? {
            action: 'setSpendLimit',
            targetId: userId,
            diff: {
              ...{ memberId, apiKeyId, per, timeZone },
              credits: credits === null ? null : jsonCredits(credits),
            },
          }
        : null,
  );
  deps.hub.publish([walletSubject(userId)]);
  deps.log.info('spend_limit.set', { userId, memberId, apiKeyId, per, credits, timeZone, actor: caller.id });
  return balanceOf(deps, userId);
}

/** Whose credits are limited. @throws Problem NOT_FOUND for who may not, and for who is no member of a shared wallet */
async function limitedWallet(
  deps: Pick<Needs, 'pool'>,
  caller: Caller,
  input: SetSpendLimitInput,
): Promise<string> {
  const missing = () => notFound('The user', ['input', 'userId']);
  if ((input.userId ?? input.walletId ?? null) === null) throw missing();
  const mayAll = servesEveryone(caller) || hasRole(caller, 'finance');
  if (!mayAll && (caller.role !== 'user' || !input.walletId)) throw missing();
  const walletId = await walletMeant(deps, caller, input, 'manager');
  if (!isSharedWalletId(walletId)) {
    if (!mayAll) throw missing();
    return walletId;
  }
  const memberId = input.memberId ?? null;
  const theirs = memberId === null ? null : await roleIn(deps, walletId, memberId);
  if (memberId !== null && theirs === null) throw notFound('The member', ['input', 'memberId']);
  const own = mayAll ? null : await roleIn(deps, walletId, caller.id);
  // A limit that who it binds could lift would be none.
  const isBelow = own && theirs && WALLET_ROLES.indexOf(theirs) < WALLET_ROLES.indexOf(own);
  if (!mayAll && !isBelow) throw notFound('The member', ['input', 'memberId']);
  return walletId;
}

/** The database decides by it: what it does not know is no zone, whatever this process knows. */
async function checkTimeZone(client: Pick<pg.ClientBase, 'query'>, timeZone: string): Promise<void> {
  const { rowCount } = ZONE.test(timeZone)
    ? await client.query('select from pg_timezone_names where name = $1', [timeZone])
    : { rowCount: 0 };
  if (!rowCount) throw invalidInput('Name a time zone as IANA does, e.g. Asia/Kolkata.', 'timeZone');
}
