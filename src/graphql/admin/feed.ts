// What happens across all subjects, for the console: one stream, read in the order of commits.
import type pg from 'pg';
import type { StoredEvent } from '../../events/event.entity';
import { cursorAtPlace, eventsAfter, type Place, placeInCursor, placeNow } from '../../events/order';
import { pause } from '../../kernel/clock';
import { messageOf } from '../intents/messages';

export const ADMIN_TOPICS = ['intents', 'webhooks', 'reconciliation', 'risk', 'refunds', 'exports'] as const;
export type AdminTopic = (typeof ADMIN_TOPICS)[number];

export interface FeedEvent {
  readonly kind: 'snapshot' | 'change';
  readonly cursor: string;
  readonly topic: AdminTopic;
  readonly occurredAt: Date;
  /** Null for the snapshot, which only says where the stream begins. */
  readonly subjectId: string | null;
  readonly summary: string;
}

// A console shows what happened within a second; operators are few, so each stream reads for itself.
const READ_EVERY_MS = 400;
const PAGE = 200;

/**
 * Every event of the chosen topics, from now on or after a cursor, none lost and none twice.
 * @throws Problem INVALID_INPUT for a cursor of another stream
 */
export function watchFeed(
  pool: pg.Pool,
  topics: readonly AdminTopic[] | null | undefined,
  after: string | null | undefined,
): AsyncIterableIterator<FeedEvent> {
  const left = new AbortController();
  const from = after ? placeInCursor(after) : null;
  const wanted = new Set<AdminTopic>(topics ?? ADMIN_TOPICS);
  const events = read(pool, from, wanted, left.signal);
  return {
    next: () => events.next(),
    return: async () => {
      left.abort();
      await events.return();
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      left.abort();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* read(
  pool: pg.Pool,
  from: Place | null,
  wanted: ReadonlySet<AdminTopic>,
  signal: AbortSignal,
): AsyncGenerator<FeedEvent, void> {
  let place = from ?? (await placeNow(pool));
  if (!from)
    yield {
      kind: 'snapshot',
      cursor: cursorAtPlace(place),
      topic: 'intents',
      occurredAt: new Date(),
      subjectId: null,
      summary: 'The stream begins.',
    };
  while (!signal.aborted) {
    const page = await eventsAfter(pool, place, PAGE);
    for (const { event, place: at } of page) {
      place = at;
      const found = subjectOf(event);
      if (!found || !wanted.has(found.topic)) continue;
      yield {
        kind: 'change',
        cursor: cursorAtPlace(at),
        ...found,
        occurredAt: event.at,
        summary: messageOf(event),
      };
    }
    if (page.length < PAGE) await pause(READ_EVERY_MS, signal);
  }
}

/** What an event is about; null for what is no operator's business, such as the balances that follow a payment. */
function subjectOf(event: StoredEvent): { topic: AdminTopic; subjectId: string } | null {
  if (event.subject.startsWith('wallet:')) return null;
  const { webhookEventId } = event.data;
  if (event.kind === 'webhook_received' && typeof webhookEventId === 'string')
    return { topic: 'webhooks', subjectId: webhookEventId };
  if (!event.subject.startsWith('int_')) return null;
  return { topic: event.kind === 'refund_issued' ? 'refunds' : 'intents', subjectId: event.subject };
}
