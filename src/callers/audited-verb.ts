// Set-based verbs that operators use too: what they do for somebody is written down by the statement that does it. What
// users and back ends send goes as it went, so that the hot path pays nothing for it.
import { type SetVerb, type SetVerbOptions, setVerb } from '../db/set-verb';
import { type AuditNote, isAudited } from './audit';
import type { Caller, Role } from './caller';

export interface AuditedRow {
  readonly actor: string;
  /** The role of an operator who does it. Left out: nothing is written down. */
  readonly operator?: Role | null;
}

/** The `operator` of a caller's rows. */
export const operatorRole = (caller: Caller): Role | null => (isAudited(caller) ? caller.role : null);

export interface VerbNote<Row> {
  /** The outcomes that say it was done now: a repeat and a refusal change nothing. */
  readonly doneAs: readonly string[];
  readonly of: (row: Row) => AuditNote;
}

/** A set verb whose answers have an `outcome`, with an audit entry for each row that an operator brought about. */
export function auditedVerb<Row extends AuditedRow, Answer extends { ord: number; outcome: string }>(
  options: SetVerbOptions<Row, Answer>,
  note: VerbNote<Row>,
): SetVerb<Row, Answer> {
  const unwritten = setVerb(options);
  const written = setVerb<Row, Answer>({
    ...options,
    name: `${options.name}_audited`,
    text: writtenDown(options.text),
    values: (rows, wait) => {
      const notes = rows.map(note.of);
      return [
        ...options.values(rows, wait),
        note.doneAs,
        rows.map((row) => row.actor),
        rows.map((row) => row.operator ?? null),
        notes.map(({ action }) => action),
        notes.map(({ targetId }) => targetId ?? null),
        notes.map(({ reason }) => reason ?? null),
        notes.map(({ diff }) => (diff ? JSON.stringify(diff) : null)),
      ];
    },
  });
  return (rows) => (rows.some((row) => row.operator) ? written(rows) : unwritten(rows));
}

/** The verb's statement with the entries beside it; its own parameters come first. */
function writtenDown(text: string): string {
  const own = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  const columns = [2, 3, 4, 5, 6, 7].map((nth) => `$${own + nth}::text[]`).join(', ');
  return `
    with answered as materialized (${text}),
    noted as (
      insert into audit_log (actor, role, action, target_id, reason, diff)
      select n.actor, n.role, n.action, n.target_id, n.reason, n.diff::jsonb
      from answered a
      join unnest(${columns}) with ordinality n(actor, role, action, target_id, reason, diff, ord) on n.ord = a.ord
      where a.outcome = any($${own + 1}::text[]) and n.role is not null
    )
    select * from answered`;
}
