// What happened to an intent, oldest first. Timelines of a whole page of intents are read in one statement.

import type { DataSource } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import { COUNT_MAX } from '../db/count';
import { cursorAt, type Page, type PageRequest, pageSize, placeIn } from '../db/page';
import { StoredEvent } from '../events/event.entity';

interface TimelineDeps {
  readonly dataSource: DataSource;
}

/** A part of one intent's timeline. */
export interface TimelineRequest {
  readonly intentId: string;
  /** Also what only operators see: calls, webhook events, breaks. */
  readonly detailed: boolean;
  readonly size: number;
  readonly afterSequence: number;
}

/** Which part a page asks for. @throws Problem INVALID_INPUT for a bad size, or a cursor of another timeline. */
export function timelineRequest(intentId: string, detailed: boolean, page: PageRequest): TimelineRequest {
  const { after } = page;
  const [sequence] =
    after === null || after === undefined ? ['0'] : placeIn(after, nameOf(intentId), ['bigint'], 'after');
  return { intentId, detailed, size: pageSize(page), afterSequence: Number(sequence) };
}

// Who is told that a review found a fraud may be the thief: the refund that follows is told.
const OPERATORS_ALONE = ['review_rejected', 'review_expired'];

/** True for what a client below support sees: status changes, checks, refunds and the credits that were granted. */
export const isShownToAll = ({ version, kind }: StoredEvent): boolean =>
  (version !== null && !kind.startsWith('dispute_') && !OPERATORS_ALONE.includes(kind)) ||
  kind === 'credits_granted';

const IS_SHOWN = `(a.detailed or e.kind = 'credits_granted' or (e.version is not null and not starts_with(e.kind, 'dispute_')
  and e.kind not in (${OPERATORS_ALONE.map((kind) => `'${kind}'`).join(', ')})))`;

/** How many entries each timeline has in all; COUNT_MAX stands for that many or more. */
export async function timelineCountsOf(
  { dataSource }: TimelineDeps,
  requests: readonly Pick<TimelineRequest, 'intentId' | 'detailed'>[],
): Promise<number[]> {
  const rows = await dataSource.query<{ count: number }[]>(
    `select c.count::integer as count from unnest($1::text[], $2::boolean[]) with ordinality a(intent_id, detailed, ord)
     cross join lateral (select count(*) from (
       select 1 from events e where e.subject = a.intent_id and ${IS_SHOWN} limit ${COUNT_MAX}) e) c
     order by a.ord`,
    [requests.map(({ intentId }) => intentId), requests.map(({ detailed }) => detailed)],
  );
  return rows.map(({ count }) => count);
}

const TIMELINES = `
  select a.ord::integer as ord, e.*
  from unnest($1::text[], $2::boolean[], $3::integer[], $4::bigint[])
    with ordinality a(intent_id, detailed, size, after, ord)
  cross join lateral (
    select * from events e
    where e.subject = a.intent_id and e.sequence > a.after
      and ${IS_SHOWN}
    order by e.sequence limit a.size + 1
  ) e
  order by a.ord, e.sequence`;

/** A page for each request, in their order, in one statement. */
export async function timelinesOf(
  deps: TimelineDeps,
  requests: readonly TimelineRequest[],
): Promise<Page<StoredEvent>[]> {
  const rows = await deps.dataSource.query<(Row & { ord: number })[]>(TIMELINES, [
    requests.map((request) => request.intentId),
    requests.map((request) => request.detailed),
    requests.map((request) => request.size),
    requests.map((request) => request.afterSequence),
  ]);
  const events: StoredEvent[][] = requests.map(() => []);
  const toEvent = rowMapper(StoredEvent);
  for (const row of rows) events[row.ord - 1]?.push(toEvent(row));
  return requests.map((request, at) => pageOf(request, events[at] ?? []));
}

/** Events of intents by their numbers, null for what is not there. */
export async function intentEventsByIds(
  deps: TimelineDeps,
  ids: readonly string[],
): Promise<(StoredEvent | null)[]> {
  const rows = await deps.dataSource.query<Row[]>(
    "select * from events where id = any($1::bigint[]) and subject not like 'wallet:%'",
    [ids],
  );
  const byId = new Map(rows.map(rowMapper(StoredEvent)).map((event) => [event.id, event]));
  return ids.map((id) => byId.get(id) ?? null);
}

const nameOf = (intentId: string) => `timeline:${intentId}`;

function pageOf(request: TimelineRequest, events: readonly StoredEvent[]): Page<StoredEvent> {
  return {
    items: events.slice(0, request.size).map((node) => ({
      node,
      cursor: cursorAt(nameOf(request.intentId), [String(node.sequence)]),
    })),
    hasNextPage: events.length > request.size,
    hasPreviousPage: request.afterSequence > 0,
  };
}
