// Rows that cannot be worked, of every loop in turn: the others go on, and an operator sees what was set aside.
import pg from 'pg';
import { ownerOf } from '../support/database';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

jest.setTimeout(120_000);
const database = useDatabase();
let gateway: GatewayProcess;
let owner: pg.Client;

beforeAll(async () => {
  owner = new pg.Client(ownerOf(database.url));
  gateway = await startGateway({
    DATABASE_URL: database.url,
    METRICS_TOKEN: 'metrics-token-of-this-test-0123456789',
  });
  await owner.connect();
});
afterAll(async () => {
  await stopGateways();
  await owner.end();
});

async function until(isSo: () => Promise<boolean>, what: string) {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Not so within 30 s: ${what}`);
}
const count = async (sql: string, values: unknown[] = []) =>
  Number((await owner.query(`select count(*) as n from (${sql}) found`, values)).rows[0].n);

async function intentOf(userId: string): Promise<string> {
  const client = await gateway.as(userId);
  const input = { packageId: 'small', provider: 'stripe', idempotencyKey: 'k' };
  return (await client.mutate('createIntent', input, 'intent { id }')).intent.id;
}

/** As a crash leaves it before the provider was asked. */
const crashed = `provider_intent_id = null, client_secret = null, lease_until = clock_timestamp() - interval '1 second',
  lease_token = 'gone'`;

it.each(['"text"', '{}', '[]', '{"amountMinor": "x", "currency": 1}'])(
  'An intent whose frozen request is %s is set aside, and those beside it are carried on',
  async (request) => {
    const nth = request.length;
    const [bad, good] = [await intentOf(`bad_${nth}`), await intentOf(`good_${nth}`)];
    await owner.query(`update intents set request = $2, ${crashed} where id = $1`, [bad, request]);
    await owner.query(`update intents set ${crashed} where id = $1`, [good]);

    await until(
      async () =>
        (await count('select 1 from intents where id = $1 and provider_intent_id is not null', [good])) === 1,
      'the good one is carried on',
    );
    await until(
      async () =>
        (await count("select 1 from quarantine where loop = 'recover-intents' and row_id = $1", [bad])) === 1,
      'the bad one is set aside',
    );
  },
);

it('An approval, a job and an event that nobody can read keep no other from its work', async () => {
  await owner.query(`
    insert into jobs (id, kind, input, requested_by) values
      ('exp_text', 'export', '"text"', 'x'), ('exp_list', 'export', '[1]', 'x'),
      ('rec_text', 'reconciliation', '"text"', 'x'), ('job_other', 'nothing', '{}', 'x');
    insert into events (subject, sequence, version, kind, actor, data, at, epoch)
      select s, 1, 1, k, 'x', d, clock_timestamp(), (select epoch from gateway) from (values
        ('wallet:eve', 'balance_changed', '"text"'::jsonb), ('wallet:eva', 'balance_changed', '{"journalId": "x"}'),
        ('int_none', 'status_changed', '[]'), ('int_nobody', 'payment_attempt', '{"failure": 1}')) v(s, k, d);`);
  const admin = await gateway.as('adm', 'admin');
  await until(async () => (await count("select 1 from jobs where status = 'failed'")) === 4, 'the jobs fail');
  const { export: job } = await admin.mutate(
    'startExport',
    { select: { intents: {} }, format: 'csv' },
    'export { id }',
  );
  await until(
    async () => (await count("select 1 from jobs where id = $1 and status = 'succeeded'", [job.id])) === 1,
    'a good job is done',
  );
  await until(
    async () =>
      (await count(
        `select 1 from positions p join events e on e.subject = 'int_nobody'
           where p.name = 'deliveries' and (p.epoch, p.xid, p.id) >= (e.epoch, e.xid, e.id)`,
      )) === 1,
    'the relay goes on behind them',
  );
});

it('A loop whose every round fails is named, and the other loops go on', async () => {
  const [late, paid] = [await intentOf('late'), await intentOf('paid')];
  await owner.query('alter function seal_postings(integer) rename to seal_postings_gone');
  await owner.query('alter function find_expired(integer) rename to find_expired_gone');
  // Where nothing is due no round begins.
  await owner.query("update intents set expires_at = instant() - interval '1 second' where id = $1", [late]);
  const payer = await gateway.as('paid');
  await payer.mutate('simulatePayment', { id: paid, outcome: 'succeed' }, 'intent { status }');
  await until(
    async () =>
      (await count(
        "select 1 from quarantine where row_id = '*' and loop in ('seal-postings', 'recover-intents')",
      )) === 2,
    'both are named',
  );
  const good = await intentOf('beside');
  await owner.query(`update intents set ${crashed} where id = $1`, [good]);
  await until(
    async () =>
      (await count('select 1 from intents where id = $1 and provider_intent_id is not null', [good])) === 1,
    'what it can do is done',
  );

  const admin = await gateway.as('adm', 'admin');
  const health = async () =>
    (await admin.query('{ admin { health { checks { name ok detail } } } }')).data.admin.health.checks.find(
      ({ name }: { name: string }) => name === 'quarantine',
    );
  expect(await health()).toMatchObject({ ok: false, detail: expect.stringContaining('1 of seal-postings') });
  const metrics = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: 'Bearer metrics-token-of-this-test-0123456789' },
  });
  expect(await metrics.text()).toMatch(/quarantined_rows\{loop="recover-intents"\} \d/);

  await owner.query('alter function seal_postings_gone(integer) rename to seal_postings');
  await owner.query('alter function find_expired_gone(integer) rename to find_expired');
  await until(
    async () => (await count("select 1 from quarantine where row_id = '*'")) === 0,
    'they are released',
  );
});

it('A row that was mended is worked and released', async () => {
  await owner.query(
    `update intents i set request = g.request || jsonb_build_object('ourIntentId', i.id)
     from (select request from intents where user_id = 'beside') g
     where jsonb_typeof(i.request) <> 'object' or not i.request ? 'ourIntentId'`,
  );
  await owner.query("update quarantine set retry_at = clock_timestamp() where loop = 'recover-intents'");
  await owner.query(
    'update intents set lease_until = instant() where provider_intent_id is null and lease_until is not null',
  );
  await until(
    async () => (await count("select 1 from quarantine where loop = 'recover-intents'")) === 0,
    'released',
  );
  expect(gateway.log.filter((line) => line.includes('"level":"critical"'))).toEqual([]);
  expect(await gateway.stop()).toBe(0);
});
