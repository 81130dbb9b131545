// What background work asks of tables that grow, as PostgreSQL works it: one row is due among many that are not yet.
import pg from 'pg';
import { ownerOf } from '../support/database';
import { plansOf } from '../support/plans';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let owner: pg.Client;

const ROWS = 3000;
// Of the row that is due, and of the others.
const DUE_AT = "case when n = 1 then now() - interval '1 hour' else now() + interval '1 hour' end";

beforeAll(async () => {
  owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  const rows = `generate_series(1, ${ROWS}) n`;
  await owner.query(`
    insert into webhook_events (id, provider, provider_event_id, type, subject, body_sha256, lease_until)
    select 'whe_' || n, 'stripe', 'evt_' || n, 't', 's', n::text, ${DUE_AT} from ${rows};
    insert into webhook_endpoints (id, url, events, enabled) values ('end_1', 'http://127.0.0.1:9', '["*"]', true);
    insert into deliveries (id, endpoint_id, event_id, type, sequence, body, status, due_at)
    select 'dlv_' || n, 'end_1', 'evt_' || n, 't', 1, '{}', 'failed', ${DUE_AT} from ${rows};
    insert into simulator.events (id, root_id, provider, body, due_at)
    select 'evt_' || n, 'pi_1', 'stripe', '{}', ${DUE_AT} from ${rows}`);
  for (const table of ['webhook_events', 'deliveries', 'simulator.events'])
    await owner.query(`vacuum analyze ${table}`);
});
afterAll(async () => {
  await owner.query('truncate webhook_events, deliveries, webhook_endpoints, simulator.events');
  await owner.end();
});

it.each([
  [
    'Webhook events',
    'take_webhook_events(30, 100)',
    'webhook_events_due on webhook_events',
    'lease_until < ',
  ],
  ['Deliveries', "take_deliveries('{}', '{}', 64, 8, 1, 30)", 'deliveries_due on deliveries d', 'due_at <= '],
  ['Events of the simulator', 'simulator.claim_events(100, 15000)', 'events_due on events e', 'due_at <= '],
])(
  '%s that are due are found by their index, and none that is not due is looked at',
  async (_, call, index, condition) => {
    const plans = await plansOf(owner, `begin; select * from ${call}; rollback`);

    expect(plans).toMatch(
      new RegExp(`using ${index}[^\\n]*rows=1[. ][^\\n]*\\n\\s*Index Cond: [^\\n]*${condition}`),
    );
    expect(plans).not.toContain('Rows Removed by Filter');
  },
);
