import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';

export interface DismissWebhookEvents {
  readonly ids: readonly string[];
  readonly reason: string;
}

// As a replay takes them by id.
const IDS_MAX = 50;
const REASON_MAX = 500;

// One that is being worked at this moment ends by itself.
const DISMISS = `
  update webhook_events set status = 'ignored', lease_until = null, last_error = 'Dismissed: ' || $2
  where id = any($1) and status in ('parked', 'failed', 'quarantined', 'dead') returning id`;

/**
 * Ends webhook events that wait, gave up or were set apart, because a person has seen that nothing follows from them. They may be
 * replayed later all the same.
 * @returns the ids of those that were dismissed: what is worked, or being worked, is left as it is
 * @throws Problem INVALID_INPUT
 */
export async function dismissWebhookEvents(
  { pool, log }: { readonly pool: pg.Pool; readonly log: Logger },
  caller: Caller,
  { ids, reason }: DismissWebhookEvents,
): Promise<string[]> {
  const why = reason.trim();
  if (ids.length === 0 || ids.length > IDS_MAX)
    throw invalidInput(`Name 1 to ${IDS_MAX} webhook events.`, 'ids');
  if (why === '' || why.length > REASON_MAX || !isStorable(why))
    throw invalidInput(`Say why, in at most ${REASON_MAX} characters.`, 'reason');
  const dismissed = await audited(
    pool,
    caller,
    async (client) => (await client.query<{ id: string }>(DISMISS, [ids, why])).rows.map(({ id }) => id),
    (done) =>
      done.length === 0
        ? null
        : {
            action: 'dismissWebhookEvents',
            targetId: done.length === 1 ? done[0] : null,
            reason: why,
            diff: { ids: done },
          },
  );
  log.info('webhook.dismissed', { by: caller.id, asked: ids.length, dismissed: dismissed.length });
  return dismissed;
}
