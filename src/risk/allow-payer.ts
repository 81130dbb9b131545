import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import { rowMapper } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { InvalidStateProblem, invalidInput, notFound } from '../kernel/problems';
import { RiskListEntry } from './list-entry.entity';
import { checkReason, type ListDeps, put } from './put-on-list';

export interface AllowPayerInput {
  /** Of the decision that held the payer up, rsk_…: the number that a payer tells. */
  readonly decisionId: string;
  readonly hours: number;
  readonly reason: string;
}

// Who is to be let through for longer is put on the list by hand, where an end may be left out.
const HOURS_MAX = 30 * 24;

/**
 * Lets the user of a decision buy for a time, whatever the rules say. The device stays as it is: whoever else has it would be let
 * through as well, and a user is the narrower of the two. An entry that lasts longer stays.
 * @throws Problem INVALID_INPUT, NOT_FOUND; INVALID_STATE when the user is on the blocklist, which decides over it
 */
export async function allowPayer(
  deps: ListDeps,
  caller: Caller,
  { decisionId, hours, reason }: AllowPayerInput,
): Promise<RiskListEntry> {
  checkReason(reason);
  if (!Number.isInteger(hours) || hours < 1 || hours > HOURS_MAX)
    throw invalidInput(`A payer is let through for 1 to ${HOURS_MAX} hours.`, 'hours');
  const { entry, isChanged } = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { userId, until } = await payerOf(client, decisionId, hours);
      await checkBlocklist(client, userId);
      const { rows } = await client.query<Row>(
        `select * from risk_lists where list = 'allow' and kind = 'user' and value = $1 and removed_at is null
           and (expires_at is null or expires_at >= $2)`,
        [userId, until],
      );
      if (rows[0]) return { entry: rowMapper(RiskListEntry)(rows[0]), isChanged: false };
      return put(client, caller, 'allow', { kind: 'user', value: userId, reason, expiresAt: until });
    },
    (done) =>
      done.isChanged
        ? {
            ...{ action: 'allowPayer', targetId: done.entry.id, reason },
            diff: { decisionId, expiresAt: done.entry.expiresAt },
          }
        : null,
  );
  if (isChanged) deps.log.info('risk.payer_allowed', { entryId: entry.id, decisionId, actor: caller.id });
  return entry;
}

async function payerOf(client: Queryable, decisionId: string, hours: number) {
  const { rows } = await client.query<{ userId: string; until: Date }>(
    `select user_id as "userId", instant() + make_interval(hours => $2) as until from risk_decisions where id = decision_number($1)`,
    [decisionId.replaceAll('\0', ''), hours],
  );
  if (!rows[0]) throw notFound('The decision', ['input', 'decisionId']);
  return rows[0];
}

async function checkBlocklist(client: Queryable, userId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select id from risk_lists where list = 'block' and kind = 'user' and value = $1 and removed_at is null
       and (expires_at is null or expires_at > instant())`,
    [userId],
  );
  if (rows[0])
    throw new InvalidStateProblem(
      `Somebody put the user on the blocklist, which decides: remove ${rows[0].id} first.`,
      'blocked',
      [],
    );
}
