// What happens across all subjects, for the console: one stream, read in the order of commits.

import type pg from 'pg';
import { type Caller, hasRole } from '../../callers/caller';
import { readInstant } from '../../db/instant';
import { throughOutage } from '../../db/outage';
import type { StoredEvent } from '../../events/event.entity';
import { cursorAtPlace, type Place, placeInCursor, placeNow } from '../../events/order';
import type { Tail } from '../../events/tail';
import { kindOf } from '../../kernel/ids';
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

interface FeedDeps {
  readonly pool: pg.Pool;
  readonly tail: Tail;
}

/**
 * Every event of the chosen topics that the caller's role may read, from now on or after a cursor, none lost and none
 * twice.
 * @throws Problem INVALID_INPUT for a cursor of another stream
 */
export function watchFeed(
  deps: FeedDeps,
  caller: Caller,
  topics: readonly AdminTopic[] | null | undefined,
  after: string | null | undefined,
): AsyncIterableIterator<FeedEvent> {
  const left = new AbortController();
  const from = after ? placeInCursor(after) : null;
  const wanted = new Set<AdminTopic>(topics ?? ADMIN_TOPICS);
  const isFinance = hasRole(caller, 'finance');
  const isTold = (about: About) => wanted.has(about.topic) && (isFinance || !about.isForFinance);
  const events = read(deps, from, isTold, left.signal);
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
  { pool, tail }: FeedDeps,
  after: Place | null,
  isTold: (about: About) => boolean,
  signal: AbortSignal,
): AsyncGenerator<FeedEvent, void> {
  const from = after ?? (await throughOutage(() => placeNow(pool)));
  if (!after)
    yield {
      kind: 'snapshot',
      cursor: cursorAtPlace(from),
      topic: 'intents',
      occurredAt: await readInstant(pool),
      subjectId: null,
      summary: 'The stream begins.',
    };
  for await (const page of tail.follow(from, signal))
    for (const { event, place } of page) {
      const about = aboutOf(event);
      if (!about || !isTold(about)) continue;
      yield told.get(event) ?? tell(event, about, place);
    }
}

/** What each event says, made once for all who follow. */
const told = new WeakMap<StoredEvent, FeedEvent>();

function tell(event: StoredEvent, { topic, subjectId }: About, place: Place): FeedEvent {
  const change: FeedEvent = {
    kind: 'change',
    cursor: cursorAtPlace(place),
    topic,
    subjectId,
    occurredAt: event.at,
    summary: messageOf(event),
  };
  told.set(event, change);
  return change;
}

interface About {
  readonly topic: AdminTopic;
  readonly subjectId: string;
  /** True for what support may not read. */
  readonly isForFinance?: boolean;
}

/** What an event is about; null for what is no operator's business, such as the balances that follow a payment. */
function aboutOf({ subject, kind, data }: StoredEvent): About | null {
  switch (kindOf(subject)) {
    case 'intent':
      return kind === 'webhook_received' && typeof data.webhookEventId === 'string'
        ? { topic: 'webhooks', subjectId: data.webhookEventId }
        : { topic: topicOf(kind), subjectId: subject };
    case 'attack':
      return { topic: 'risk', subjectId: subject };
    case 'approval':
      return { topic: 'refunds', subjectId: subject, isForFinance: true };
    case 'export':
      return { topic: 'exports', subjectId: subject, isForFinance: true };
    case 'break':
    case 'reconciliationRun':
    case 'ledgerCheck':
      return { topic: 'reconciliation', subjectId: subject, isForFinance: true };
    default:
      return null;
  }
}

/** Of what happened to a payment. A payer who goes to the bank is the risk that comes true. */
function topicOf(kind: StoredEvent['kind']): AdminTopic {
  if (kind.startsWith('refund_')) return 'refunds';
  if (kind.startsWith('dispute_') || kind.startsWith('review_')) return 'risk';
  return kind === 'break_opened' ? 'reconciliation' : 'intents';
}
