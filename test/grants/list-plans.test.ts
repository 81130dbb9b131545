// Lists of what was given read a page by an index, however much was given.
import { useCreditStand } from '../credits/stand';
import { ownerOf } from '../support/database';
import { heardPool } from '../support/pools';

const stand = useCreditStand();

it.each([
  [
    'all grants',
    'select * from credit_grants order by created_at desc, id desc limit 21',
    'credit_grants_newest',
  ],
  ['all codes', 'select * from promo_codes order by created_at desc, code limit 200', 'promo_codes_newest'],
  [
    'the codes of a campaign',
    `select * from promo_codes where campaign = 'c1' order by created_at desc, code limit 200`,
    'promo_codes_of_campaign',
  ],
])('the newest of %s are read by an index', async (_, query, index) => {
  const owner = heardPool({ ...ownerOf(stand.database.url), max: 1 });
  try {
    // Of no posting: they are not left there.
    await owner.query(`begin;
      insert into credit_grants (id, campaign, key_hash, input_hash, user_id, credits, reason, journal_id, created_by, created_at)
      select 'grt_' || n, 'c' || n % 5, 'h' || n, 'h', 'u' || n % 100, 1, 'Welcome', 1000000 + n, 'fin_1', now() - n * interval '1 s'
      from generate_series(1, 5000) n;
      insert into promo_codes (code, campaign, credits, created_by, created_at)
      select 'CODE-' || 100000 + n, 'c' || n % 5, 1, 'fin_1', now() - n * interval '1 s' from generate_series(1, 5000) n;
      analyze credit_grants; analyze promo_codes`);
    const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`explain ${query}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain(index);
    expect(plan).not.toContain('Sort');
  } finally {
    await owner.query('rollback');
    await owner.end();
  }
});
