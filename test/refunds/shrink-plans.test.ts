// A refund that takes from holds, as PostgreSQL works it where settling has set the planner.
import pg from 'pg';
import { ownerOf } from '../support/database';
import { plansOf } from '../support/plans';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const OTHERS = 300;

it('reads the holds and lots of its user, and nobody else’s', async () => {
  const owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  await owner.query(`begin;
    select lock_wallets(array['ada'] || array(select 'other' || n from generate_series(1, ${OTHERS}) n), true);
    select add_lots(array[row('ada', null, new_posting_id(), 10, 0, 'NIL', null, false)::new_lot]
      || array(select row('other' || n, null, new_posting_id(), 10, 0, 'NIL', null, false)::new_lot from generate_series(1, ${OTHERS}) n));
    insert into holds (id, user_id, credits, held, reason, created_by, created_by_role, expires_at, created_at)
      select 'hold_' || user_id, user_id, 5, 5, 'test', 'test', 'service', now() + interval '1 hour', now() from lots;
    insert into hold_lots select 'hold_' || user_id, id, 5 from lots;
    analyze`);

  const plans = await plansOf(
    owner,
    `set local plan_cache_mode = force_generic_plan; set local enable_nestloop = off; set local enable_seqscan = off;
     select shrink_holds('ada', 'int_1', false, 3, 'test')`,
  );
  await owner.query('rollback');
  await owner.end();

  expect(plans).toMatch(/on hold_lots/);
  expect(plans).toMatch(/on lots/);
  expect([...plans.matchAll(/rows=(\d+)[^)]* loops=/g)].filter(([, rows]) => Number(rows) > 10)).toEqual([]);
});
