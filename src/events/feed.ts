// Follows one subject from a version on: each event that a client can see, in order, without a gap, for as long as
// somebody reads. Hints only say when to look; what is passed on was read from PostgreSQL.
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { throughOutage } from '../db/outage';
import { type Batch, batch } from '../kernel/batch';
import { StoredEvent } from './event.entity';
import type { Hub, Listener } from './hub';

/** Reads the next events of a subject after a version, at most a page of them, oldest first. */
export type ReadEvents = Batch<
  { readonly subject: string; readonly afterVersion: number },
  readonly StoredEvent[]
>;

// One read never takes more than this into memory for one subscriber, however far it is behind.
const PAGE = 128;

// Readers of one statement. They are woken together by what many follow.
const ASKED_MAX = 20_000;

// A version never runs ahead of the sequence, so that the index on (subject, sequence) finds the place.
const NEXT_EVENTS = `
  select a.ord::integer as ord, ${selectList(StoredEvent, 'e')}
  from unnest($1::text[], $2::integer[]) with ordinality a(subject, after, ord)
  cross join lateral (
    select ${selectList(StoredEvent, 'e')} from events e
    where e.subject = a.subject and e.sequence > a.after and e.version > a.after
    order by e.sequence limit ${PAGE}
  ) e
  order by a.ord, e.sequence`;

/** Makes the reader; reads that are asked for while one is under way share the next statement. */
export function createReadEvents(pool: pg.Pool): ReadEvents {
  const toEvent = rowMapper(StoredEvent);
  return batch({
    send: async (asked) => {
      // Those who stand at the same place read the same rows, and are given the same objects.
      const names = asked.map((item) => `${item.afterVersion} ${item.subject}`);
      const places = new Map(asked.map((item, at) => [names[at] as string, item]));
      const { rows } = await pool.query<Row & { ord: number }>({
        name: 'next_events',
        text: NEXT_EVENTS,
        values: [
          [...places.values()].map((item) => item.subject),
          [...places.values()].map((item) => item.afterVersion),
        ],
      });
      const found = new Map([...places.keys()].map((place) => [place, [] as StoredEvent[]]));
      const inOrder = [...found.values()];
      for (const row of rows) inOrder[row.ord - 1]?.push(toEvent(row));
      return names.map((name) => found.get(name) ?? []);
    },
    // As many as wait: those who follow one subject share a row.
    itemsMax: ASKED_MAX,
  });
}

/**
 * Makes of each event the same object for everybody, so that what is done with it can be shared.
 * @param make what is told of an event, whoever hears it.
 */
export function sameForAll<Told extends object>(
  make: (event: StoredEvent) => Told,
): (event: StoredEvent) => Told {
  const made = new WeakMap<StoredEvent, Told>();
  return (event) => {
    const told = made.get(event) ?? make(event);
    made.set(event, told);
    return told;
  };
}

/** The subject's next event; or that older ones are gone, so that the reader must start from a snapshot again. */
export type Followed = StoredEvent | 'gap';

/**
 * Events of `subject` after `version`, for ever; ends when the listener is closed.
 * @param listener registered before `version` was read, so that nothing falls between.
 */
export async function* follow(
  readEvents: ReadEvents,
  listener: Listener,
  subject: string,
  version: number,
): AsyncGenerator<Followed, void> {
  listener.version = version;
  do {
    let page: readonly StoredEvent[];
    do {
      page = await throughOutage(() => readEvents({ subject, afterVersion: listener.version }));
      for (const event of page) {
        const next = event.version ?? 0;
        const isGap = next !== listener.version + 1;
        listener.version = next;
        yield isGap ? 'gap' : event;
      }
    } while (page.length === PAGE);
  } while (await listener.wait());
}

/**
 * A generator that can be left while it waits. A plain async generator queues return() behind the pending next(), so a
 * client that goes away would leave its listener behind until the next event.
 */
export function leavable<Item>(
  hub: Hub,
  subject: string,
  items: (listener: Listener) => AsyncGenerator<Item, void>,
): AsyncIterableIterator<Item> {
  const listener = hub.listen(subject);
  const generator = items(listener);
  const leave = async (): Promise<IteratorResult<Item>> => {
    listener.close();
    await generator.return();
    return { done: true, value: undefined };
  };
  return {
    next: async () => {
      try {
        const result = await generator.next();
        if (result.done) listener.close();
        return result as IteratorResult<Item>;
      } catch (error) {
        listener.close();
        throw error;
      }
    },
    return: leave,
    throw: async (error) => {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
