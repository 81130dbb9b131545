import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import { StoredEvent } from '../events/event.entity';
import { invalidInput, notFound } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { IntentDeps } from './deps';

// A paragraph or two; what is longer belongs in a ticket that the note names.
const TEXT_MAX = 2_000;

// One statement: the place on the timeline is taken and filled together. No version, because no client sees it.
const ADD = `
  with taken as (
    update intents set timeline_sequence = timeline_sequence + 1 where id = $1 returning id, timeline_sequence
  )
  insert into events (subject, sequence, kind, actor, data, epoch)
  select id, timeline_sequence, 'note', $2, jsonb_build_object('text', $3::text), (select epoch from gateway)
  from taken
  returning *`;

/**
 * Writes an operator's note on a payment's timeline, where only operators read it.
 * @throws Problem NOT_FOUND, INVALID_INPUT
 */
export async function addNote(
  deps: Pick<IntentDeps, 'pool'>,
  caller: Caller,
  input: { readonly subjectId: string; readonly text: string },
): Promise<StoredEvent> {
  const text = input.text.trim();
  if (text.length === 0 || text.length > TEXT_MAX || !isStorable(text))
    throw invalidInput(`A note has 1 to ${TEXT_MAX} characters.`, 'text');
  if (!isStorable(input.subjectId)) throw notFound('The payment', ['input', 'subjectId']);
  const note = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(ADD, [input.subjectId, caller.id, text]);
      return rows[0] ? rowMapper(StoredEvent)(rows[0]) : null;
    },
    (added) => added && { action: 'addNote', targetId: input.subjectId, diff: { sequence: added.sequence } },
  );
  if (!note) throw notFound('The payment', ['input', 'subjectId']);
  return note;
}
