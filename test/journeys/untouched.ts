// Proof that a refused call left nothing behind: every table that a purchase or a spend writes, before and after.
import pg from 'pg';

const TABLES = [
  'intents',
  'intent_payments',
  'events',
  'journal',
  'entries',
  'wallets',
  'lots',
  'idempotency_keys',
  'webhook_events',
  'simulator.objects',
  'simulator.requests',
];

export type Standing = Readonly<Record<string, string>>;

/** How many rows each table has, and a hash over all that is in them. The simulator's are there in mock mode only. */
export async function standing(url: string): Promise<Standing> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      'select name from unnest($1::text[]) name where to_regclass(name) is not null',
      [TABLES],
    );
    const { rows } = await client.query<{ name: string; rows: string }>(
      found.rows
        .map(
          ({ name }) =>
            `select '${name}' as name, count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as rows from ${name} t`,
        )
        .join(' union all '),
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
  } finally {
    await client.end();
  }
}

/** Runs `work` and checks that nothing was written meanwhile. */
export async function leavingUntouched<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const before = await standing(url);
  const result = await work();
  expect(await standing(url)).toEqual(before);
  return result;
}
