import type pg from 'pg';

// A round of an hour looks at so many: a million in two days, in statements of a few milliseconds.
const STRETCH = 1_000;
const STRETCHES = 20;

/**
 * Makes a loop's round that forgets counters whose windows are over; each goes on where the last one stopped.
 * @returns how many it forgot
 */
export function createForgetCounters({ pool }: { readonly pool: pg.Pool }): () => Promise<number> {
  let after = '';
  return async () => {
    let forgotten = 0;
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      const { rows } = await pool.query<{ last: string | null; forgotten: bigint }>({
        name: 'forget_counters',
        text: 'select last, forgotten from forget_counters($1, $2)',
        values: [after, STRETCH],
      });
      forgotten += Number(rows[0]?.forgotten ?? 0);
      after = rows[0]?.last ?? '';
      if (after === '') break;
    }
    return forgotten;
  };
}
