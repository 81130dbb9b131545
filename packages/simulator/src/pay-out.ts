// Pays out to the bank, and tells of it.
import type { Pool } from 'pg';
import type { ProviderName } from './objects';
import { PROVIDERS } from './providers';
import type { Store } from './store';

/**
 * Pays out what has not been paid out yet, see books.sql. A process that dies between the payout and its news loses the news.
 * @returns the ids of the payouts.
 */
export async function payOut(pool: Pool, store: Store, provider: ProviderName): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>('select simulator.pay_out($1) as id', [provider]);
  const ids = rows.map((row) => row.id);
  await Promise.all(ids.map((id) => tell(store, provider, id)));
  return ids;
}

const tell = (store: Store, provider: ProviderName, id: string): Promise<void> =>
  store.decide<void>({
    id,
    decide(payout) {
      const events = PROVIDERS[provider].payoutNews(payout);
      return { result: undefined, ...(events.length > 0 ? { change: { objects: [], events } } : {}) };
    },
  });
