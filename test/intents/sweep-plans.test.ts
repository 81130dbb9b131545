// What the sweeps ask of many intents, as PostgreSQL works it: the plans of the statements inside the functions themselves.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { createPool } from '../../src/db/pool';
import { createLeases } from '../../src/intents/lease';
import { ownerOf } from '../support/database';
import { claimIntents } from '../support/intents';
import { plansOf } from '../support/plans';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let owner: pg.Client;

// Of which one has run out.
const INTENTS = 3000;

beforeAll(async () => {
  owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  const [due] = await claimIntents(database.pool(), ['due']);
  await owner.query(`
    insert into intents select (jsonb_populate_record(i, jsonb_build_object('id', i.id || n, 'idempotency_key', 'k' || n,
      'lease_until', now() + interval '1 hour', 'expires_at', now() + interval '1 hour'))).*
    from intents i, generate_series(1, ${INTENTS}) n`);
  await owner.query(
    `insert into events (subject, sequence, version, kind, actor, to_status, epoch)
     select i.id, 1, 1, 'created', 'test', 'pending', g.epoch from intents i, gateway g where i.id <> $1`,
    [due?.id],
  );
  await owner.query(
    `update intents set lease_until = now() - interval '1 minute', expires_at = now() - interval '1 minute'
     where id = $1`,
    [due?.id],
  );
  await owner.query('vacuum analyze intents');
});
afterAll(() => owner.end());

it.each([
  [
    'open intents whose time ran out',
    'select * from find_expired(100)',
    'intents_pending_expiry',
    'expires_at < ',
  ],
  [
    'leases that ran out',
    `begin; select * from take_leases('token', 60, 100); rollback`,
    'intents_leased',
    'lease_until < ',
  ],
])('%s are found by their index, without a look at the others', async (_, call, index, condition) => {
  const plans = await plansOf(owner, call);

  expect(plans).toMatch(
    new RegExp(`using ${index} on intents[^\\n]*rows=1[. ][^\\n]*\\n\\s*Index Cond: [^\\n]*${condition}`),
  );
  expect(plans).not.toMatch(/Seq Scan on intents|Rows Removed by Filter/);
});

it('Of leases that ran out each is taken by one of those who ask at the same instant', async () => {
  const pool = createPool(database.url, CODE.schema, 4, () => undefined);
  const leases = createLeases({ pool, leaseSeconds: 60 });
  const taken = await Promise.all(['a', 'b', 'c', 'd'].map((token) => leases.takeOver(token, 100)));
  await pool.end();

  expect(taken.flat()).toHaveLength(1);
});
