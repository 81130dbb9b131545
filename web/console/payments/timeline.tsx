import { Link } from 'wouter';
import { Time, words } from '../parts/values';
import type { Payment } from './detail';

const TONES: Readonly<Record<string, string>> = {
  succeeded: 'good',
  credits_granted: 'good',
  failed: 'bad',
  attempt_declined: 'bad',
  break_opened: 'bad',
  dispute_opened: 'bad',
  dispute_lost: 'bad',
  dispute_won: 'good',
  review_opened: 'bad',
  review_approved: 'good',
  review_rejected: 'bad',
  review_expired: 'bad',
  refund_failed: 'bad',
  money_unapplied: 'bad',
  note: 'note',
};

type Event = Pick<
  Payment['timeline']['nodes'][number],
  'id' | 'kind' | 'message' | 'at' | 'actor' | 'toStatus'
> & { readonly webhookEvent: { readonly id: string } | null };

/** Every event carries the state that the payment is in; only a change of it is news of that state. */
const toneOf = ({ kind, toStatus }: Event) =>
  TONES[kind === 'status_changed' ? (toStatus ?? '') : kind] ?? '';

/** States, provider calls, webhook events, postings and notes in the order in which they happened. */
export function Timeline({ events }: { readonly events: readonly Event[] }) {
  return (
    <ol className="timeline">
      {events.map((event) => (
        <li key={event.id} className={toneOf(event)}>
          <p>
            {event.message}{' '}
            {event.webhookEvent && <Link href={`/webhooks/${event.webhookEvent.id}`}>See the event</Link>}
          </p>
          <p className="quiet">
            <Time at={event.at} long /> · {event.actor} · {words(event.kind)}
          </p>
        </li>
      ))}
    </ol>
  );
}
