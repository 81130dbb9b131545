// Pays out to the bank, and tells of it.
import type { Pool } from 'pg';
import type { ProviderName } from './objects';
import type { Store } from './store';
import { payoutNews } from './stripe/paid-out';

/**
 * Pays out what has not been paid out yet, see books.sql. A process that dies between the payout and its news loses the news.
 * @returns the ids of the payouts.
 */
export async function payOut(pool: Pool, store: Store, provider: ProviderName): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>('select simulator.pay_out($1) as id', [provider]);
  const ids = rows.map((row) => row.id);
  // Razorpay's settlement is a movement in its books alone.
  if (provider === 'stripe')
    await Promise.all(
      ids.map((id) =>
        store.decide<void>({
          id,
          decide: (family) => ({ result: undefined, change: { objects: [], events: payoutNews(family) } }),
        }),
      ),
    );
  return ids;
}
