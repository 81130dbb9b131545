// Whether events of simulated payments have been worked: who plays one waits for it.
import type pg from 'pg';
import type { WorkedEvents } from '../intents/deps';
import { batch, READS_BESIDE_MIN } from '../kernel/batch';
import type { ProviderName } from '../providers/provider';

// What this process worked last. Who waits has played a moment ago, so that more than a second's events are never asked for.
const KEPT_MAX = 2_000;

const keyOf = (provider: ProviderName, providerEventId: string) => `${provider} ${providerEventId}`;

/** @param remembers whether what this process works is kept: outside mock mode nobody waits. */
export function createWorkedEvents(pool: pg.Pool, remembers: boolean): WorkedEvents {
  const here = new Set<string>();
  const find = batch<readonly string[], boolean>({
    besideMin: READS_BESIDE_MIN,
    send: async (asked) => {
      const { rows } = await pool.query<{ key: string }>({
        name: 'webhook_events_worked',
        text: `select provider || ' ' || provider_event_id as key from webhook_events
               where provider_event_id = any($1) and lease_until is null`,
        values: [asked.flat().map((key) => key.slice(key.indexOf(' ') + 1))],
      });
      const found = new Set(rows.map(({ key }) => key));
      return asked.map((keys) => keys.every((key) => found.has(key)));
    },
  });
  return {
    note(provider, providerEventId) {
      if (!remembers) return;
      here.add(keyOf(provider, providerEventId));
      const [oldest] = here;
      if (here.size > KEPT_MAX && oldest !== undefined) here.delete(oldest);
    },
    async areWorked(provider, ids, mayAsk) {
      const left = ids.map((id) => keyOf(provider, id)).filter((key) => !here.has(key));
      return left.length === 0 || (mayAsk && find(left));
    },
  };
}
