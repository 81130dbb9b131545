// Whether events of simulated payments have been worked: who plays one waits for it.

import type pg from 'pg';
import { oneOf } from '../db/one-of';
import type { WorkedEvents } from '../intents/deps';
import { batch, READS_BESIDE_MIN } from '../kernel/batch';
import type { Intent } from '../payments/intent.entity';
import type { ProviderName } from '../providers/provider';

// What this process worked last. Who waits has played a moment ago, so that more than a second's events are never asked for.
const KEPT_MAX = 2_000;

interface Settled {
  /** Counted up: the later one of two has more. */
  readonly nth: number;
  readonly intent: Intent;
}

const keyOf = (provider: ProviderName, providerEventId: string) => `${provider} ${providerEventId}`;

/** @param remembers whether what this process works is kept: outside mock mode nobody waits. */
export function createWorkedEvents(pool: pg.Pool, remembers: boolean): WorkedEvents {
  // Null: nothing was settled, or it was taken.
  const here = new Map<string, Settled | null>();
  const atHand = new Set<string>();
  let notes = 0;
  const find = batch<readonly string[], boolean>({
    besideMin: READS_BESIDE_MIN,
    send: async (asked) => {
      const { rows } = await pool.query<{ key: string }>({
        name: 'webhook_events_worked',
        text: `select provider || ' ' || provider_event_id as key from webhook_events
               where provider_event_id = ${oneOf('$1')} and lease_until is null`,
        values: [asked.flat().map((key) => key.slice(key.indexOf(' ') + 1))],
      });
      const found = new Set(rows.map(({ key }) => key));
      return asked.map((keys) => keys.every((key) => found.has(key)));
    },
  });
  return {
    begin(provider, providerEventId) {
      const key = keyOf(provider, providerEventId);
      atHand.add(key);
      return () => void atHand.delete(key);
    },
    note(provider, providerEventId, intent) {
      if (!remembers) return;
      here.set(keyOf(provider, providerEventId), intent ? { nth: ++notes, intent } : null);
      const [oldest] = here.keys();
      if (here.size > KEPT_MAX && oldest !== undefined) here.delete(oldest);
    },
    takeSettled(provider, ids) {
      let last: Settled | null = null;
      for (const id of ids) {
        const noted = here.get(keyOf(provider, id));
        if (!noted) return null;
        here.set(keyOf(provider, id), null);
        if (!last || noted.nth > last.nth) last = noted;
      }
      return last?.intent ?? null;
    },
    async areWorked(provider, ids, mayAsk) {
      const left = ids.map((id) => keyOf(provider, id)).filter((key) => !here.has(key));
      if (left.length === 0) return true;
      return mayAsk && !left.some((key) => atHand.has(key)) && find(left);
    },
  };
}
