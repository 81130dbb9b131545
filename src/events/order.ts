// Events of all subjects in the order in which they became visible. Ids are given out before the commit, so what is older
// may appear later: a reader goes by transaction and stops below the horizon, the oldest one that still runs.
import path from 'node:path';
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { invalidInput } from '../kernel/problems';
import { StoredEvent } from './event.entity';

export const HORIZON_SQL = path.join(__dirname, 'horizon.sql');

/** Where a reader across subjects stands: behind this event, in (epoch, transaction, id). */
export interface Place {
  readonly epoch: number;
  readonly xid: string;
  readonly id: string;
}

export interface PlacedEvent {
  readonly event: StoredEvent;
  readonly place: Place;
}

const NOW = `
  select epoch, horizon()::text as xid, '0' as id from gateway`;

const AFTER = `
  select ${selectList(StoredEvent, 'e')}, e.xid::text as xid_text from gateway g, lateral (
    select ${selectList(StoredEvent, 'e')}, e.xid from events e
    where (e.epoch, e.xid, e.id) > ($1, $2::xid8, $3)
      and (e.epoch, e.xid) < (g.epoch, (select horizon()))
    order by e.epoch, e.xid, e.id limit $4) e
  order by e.epoch, e.xid, e.id`;

/** Behind everything that can be read now. */
export async function placeNow(pool: pg.Pool): Promise<Place> {
  const { rows } = await pool.query<{ epoch: number; xid: string; id: string }>(NOW);
  return rows[0] as Place;
}

/** The next events of all subjects, oldest first. */
export async function eventsAfter(pool: pg.Pool, place: Place, limit: number): Promise<PlacedEvent[]> {
  const { rows } = await pool.query<Row & { epoch: number; xid_text: string; id: string }>({
    name: 'events_after',
    text: AFTER,
    values: [place.epoch, place.xid, place.id, limit],
  });
  const toEvent = rowMapper(StoredEvent);
  return rows.map((row) => ({
    event: toEvent(row),
    place: { epoch: row.epoch, xid: row.xid_text, id: row.id },
  }));
}

export const cursorAtPlace = ({ epoch, xid, id }: Place): string =>
  Buffer.from(`2 ${epoch} ${xid} ${id}`).toString('base64url');

/** @throws Problem INVALID_INPUT for text that is no cursor of a feed. */
export function placeInCursor(cursor: string): Place {
  const match = /^2 (\d{1,9}) (\d{1,19}) (\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const place = match && { epoch: Number(match[1]), xid: String(match[2]), id: String(match[3]) };
  if (!place || cursorAtPlace(place) !== cursor)
    throw invalidInput('This is not a cursor of this stream.', 'after');
  return place;
}
