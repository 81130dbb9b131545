// Rows of money going back, of news and of the books that somebody broke with the owner's rights, as far as PostgreSQL lets
// them be broken: the process lives, the others go on, an operator sees what does not, and what is mended is worked.
import { createHash } from 'node:crypto';
import { sweepDisputes } from '../../src/disputes/sweep';
import { newId } from '../../src/kernel/ids';
import { createSecretBox } from '../../src/kernel/secret-box';
import { BODY_PURPOSE } from '../../src/webhooks/inbox';
import { closeReceivers, startReceiver } from '../deliveries/receiver';
import { secondPerson, useRefundStand } from '../refunds/stand';
import { Client } from '../support/client';

jest.setTimeout(120_000);
const stand = useRefundStand({
  ROLE: 'all',
  PORT: '0',
  RATE_LIMITS: 'off',
  REFUND_APPROVAL_ABOVE: 'INR:30000',
});
let admin: Client;
beforeAll(async () => {
  admin = await Client.signedIn(stand.app.url, 'adm', 'admin');
});
afterEach(() => {
  stand.trouble = () => null;
});
afterAll(closeReceivers);

const count = async (sql: string, values: unknown[] = []) =>
  Number((await stand.rows(`select count(*) as n from (${sql}) found`, values))[0]?.n);
const isAside = async (loop: string, id: string) =>
  (await count('select 1 from quarantine where loop = $1 and row_id = $2', [loop, id])) === 1;
const dueNow = (loop: string) =>
  stand.rows('update quarantine set retry_at = clock_timestamp() where loop = $1', [loop]);

async function until(isSo: () => Promise<boolean>, what: string) {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Not so within 30 s: ${what}`);
}

async function check(name: string): Promise<{ ok: boolean; detail: string | null }> {
  const { data } = await admin.query('{ admin { health { checks { name ok detail } } } }');
  return data.admin.health.checks.find((found: { name: string }) => found.name === name);
}

describe('A refund that waits for its answer', () => {
  async function waiting() {
    const bought = await stand.bought();
    stand.trouble = () => 'lost';
    const { refund } = (await bought.refund(1000)) as { refund: { id: string } };
    stand.trouble = () => null;
    return { bought, id: refund.id };
  }
  const due = (id: string) =>
    stand.rows(
      "update refunds set lease_until = clock_timestamp() - interval '1 second', tries = 1 where id = $1",
      [id],
    );
  const isBack = (id: string) => async () =>
    (await count("select 1 from refunds where id = $1 and status = 'succeeded'", [id])) === 1;

  it.each(['"text"', '{}', '[1]', '{"amountMinor": "x", "currency": 1}'])(
    'and whose request is %s is set aside; those beside it go on, and so does it when mended',
    async (request) => {
      const [bad, good] = [await waiting(), await waiting()];
      const [kept] = await stand.rows('select request from refunds where id = $1', [bad.id]);
      await stand.rows('update refunds set request = $2 where id = $1', [bad.id, request]);
      await due(bad.id);
      await due(good.id);

      await until(isBack(good.id), 'the good one is back');
      await until(() => isAside('recover-refunds', bad.id), 'the bad one is set aside');
      expect(await check('quarantine')).toMatchObject({
        ok: false,
        detail: expect.stringContaining('1 of recover-refunds'),
      });

      await stand.rows('update refunds set request = $2 where id = $1', [
        bad.id,
        JSON.stringify(kept?.request),
      ]);
      await dueNow('recover-refunds');
      await due(bad.id);
      await until(isBack(bad.id), 'the mended one is back');
      await until(async () => !(await isAside('recover-refunds', bad.id)), 'it is released');
    },
  );

  it('and was tried more often than a number holds is tried again, like those beside it', async () => {
    const [bad, good] = [await waiting(), await waiting()];
    await due(good.id);
    await stand.rows(
      "update refunds set tries = 2147483647, lease_until = clock_timestamp() - interval '1 hour' where id = $1",
      [bad.id],
    );
    await until(isBack(good.id), 'the good one is back');
    await until(isBack(bad.id), 'the bad one too');
  });
});

it.each(['"text"', '[]', '{"intentId": 1}'])(
  'An agreed refund whose input is %s is set aside or open again, and the one beside it is done',
  async (input) => {
    const asked = async () => {
      const bought = await stand.bought({ packageId: 'xlarge' });
      await expect(bought.refund(35_000)).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
      const [row] = await stand.rows("select id from approvals where input ->> 'intentId' = $1", [bought.id]);
      const id = String(row?.id);
      return { bought, id };
    };
    const [bad, good] = [await asked(), await asked()];
    expect(bad.id).toMatch(/^apr_/);
    const [kept] = await stand.rows('select input from approvals where id = $1', [bad.id]);
    await stand.rows('update approvals set input = $2 where id = $1', [bad.id, input]);
    // As a crash leaves it right after the decision.
    await stand.rows(
      `update approvals set status = 'approved', decided_by = $2, decided_at = clock_timestamp() - interval '1 hour'
       where id = any($1)`,
      [[bad.id, good.id], secondPerson.id],
    );
    const isDone = (id: string) => async () =>
      (await count("select 1 from approvals where id = $1 and status = 'done'", [id])) === 1;
    await until(isDone(good.id), 'the good one is done');
    await until(
      async () =>
        (await isAside('recover-approvals', bad.id)) ||
        (await count("select 1 from approvals where id = $1 and status = 'open'", [bad.id])) === 1,
      'the bad one is seen',
    );

    await stand.rows(
      `update approvals set input = $2, status = 'approved', decided_by = $3, decided_at = clock_timestamp() - interval '1 hour'
       where id = $1`,
      [bad.id, JSON.stringify(kept?.input), secondPerson.id],
    );
    await dueNow('recover-approvals');
    await until(isDone(bad.id), 'the mended one is done');
    expect(await bad.bought.refunds()).toMatchObject([{ status: 'succeeded', amount: 35_000 }]);
    await until(async () => !(await isAside('recover-approvals', bad.id)), 'it is released');
  },
);

describe('Disputes', () => {
  async function disputed() {
    const bought = await stand.bought();
    await bought.play('dispute_open');
    const [row] = await stand.rows(
      `select o.id from simulator.objects o where o.root_id = $1 and o.id like 'd%'`,
      [bought.providerIntentId],
    );
    return { bought, disputeId: String(row?.id) };
  }
  async function told(disputeId: string, body?: Buffer): Promise<string> {
    const good = Buffer.from(
      JSON.stringify({
        id: `evt_${disputeId}`,
        type: 'charge.dispute.created',
        data: { object: { object: 'dispute', id: disputeId, charge: await chargeOf(disputeId) } },
      }),
    );
    const { id } = await stand.app.deps.store({
      id: newId('webhookEvent'),
      provider: 'stripe',
      providerEventId: `evt_${disputeId}`,
      type: 'charge.dispute.created',
      subject: 'dispute',
      livemode: false,
      providerIntentId: null,
      intentId: null,
      body: good,
      bodySha256: createHash('sha256').update(good).digest('hex'),
    });
    const [stored] = await stand.rows('select body from webhook_events where id = $1', [id]);
    kept.set(id, stored?.body);
    if (body) await stand.rows('update webhook_events set body = $2 where id = $1', [id, body]);
    await dueEvent(id);
    return id;
  }
  const kept = new Map<string, Buffer>();
  const chargeOf = async (disputeId: string) =>
    (
      await stand.rows("select body ->> 'charge' as charge from simulator.objects where id = $1", [disputeId])
    )[0]?.charge;
  const dueEvent = (id: string) =>
    stand.rows(
      "update webhook_events set lease_until = clock_timestamp() - interval '1 second' where id = $1",
      [id],
    );
  const isEvent = (id: string, status: string) => async () =>
    (await count('select 1 from webhook_events where id = $1 and status = $2', [id, status])) === 1;
  const frozenOf = async (disputeId: string) =>
    count("select 1 from disputes where provider_dispute_id = $1 and status = 'open'", [disputeId]);

  const otherKey = createSecretBox(['somebody-elses-key-0123456789-0123456789']);
  it.each([
    ['sealed with another key', otherKey.seal(Buffer.from('{}'), BODY_PURPOSE), 'failed'],
    ['cut off in its seal', Buffer.from('\u0001cg1', 'latin1'), 'failed'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'parked'],
    ['JSON of another shape', Buffer.from('[[{"data": 1}]]'), 'parked'],
  ])('An event whose stored body is %s waits by itself, and works when mended', async (_, body, status) => {
    const [bad, good] = [await disputed(), await disputed()];
    const badEvent = await told(bad.disputeId, body);
    const goodEvent = await told(good.disputeId);
    await until(isEvent(goodEvent, 'processed'), 'the good one is worked');
    expect(await frozenOf(good.disputeId)).toBe(1);
    await until(isEvent(badEvent, status), 'the bad one waits');
    if (status === 'failed')
      expect(await check('failed_webhook_events')).toMatchObject({ detail: '1 failed and are tried again' });
    const seen = await admin.query(
      'query ($id: ID!) { node(id: $id) { ... on WebhookEvent { status payload } } }',
      {
        id: badEvent,
      },
    );
    expect(seen.errors).toBeUndefined();

    await stand.rows('update webhook_events set body = $2 where id = $1', [badEvent, kept.get(badEvent)]);
    await dueEvent(badEvent);
    await until(isEvent(badEvent, 'processed'), 'the mended one is worked');
    expect(await frozenOf(bad.disputeId)).toBe(1);
  });

  it.each([
    ['whose intent is gone', "intent_id = 'int_gone', amount_minor = 1"],
    [
      'that was opened more often than a number holds',
      "turn = 2147483647, status = 'won', closed_at = clock_timestamp()",
    ],
  ])(
    'One %s is set aside by the sweep, the others are found, and it is found when mended',
    async (_, broken) => {
      const [bad, good] = [await disputed(), await disputed()];
      await sweepDisputes(stand.app.deps);
      const [row] = await stand.rows('select * from disputes where provider_dispute_id = $1', [
        bad.disputeId,
      ]);
      await stand.rows(`update disputes set ${broken} where id = $1`, [row?.id]);
      await good.bought.play('dispute_won');

      await sweepDisputes(stand.app.deps);
      expect(await isAside('sweep-disputes', bad.disputeId)).toBe(true);
      expect(
        await count("select 1 from disputes where provider_dispute_id = $1 and status = 'won'", [
          good.disputeId,
        ]),
      ).toBe(1);
      expect(await check('quarantine')).toMatchObject({
        ok: false,
        detail: expect.stringContaining('1 of sweep-disputes'),
      });

      await stand.rows(
        'update disputes set intent_id = $2, turn = $3, status = $4, amount_minor = $5, closed_at = null where id = $1',
        [row?.id, row?.intent_id, row?.turn, row?.status, row?.amount_minor],
      );
      await dueNow('sweep-disputes');
      await sweepDisputes(stand.app.deps);
      expect(await isAside('sweep-disputes', bad.disputeId)).toBe(false);
      await bad.bought.play('dispute_won');
      await sweepDisputes(stand.app.deps);
      expect(await count("select 1 from disputes where id = $1 and status = 'won'", [row?.id])).toBe(1);
    },
  );

  it('A provider whose list cannot be read at all keeps no other from being swept', async () => {
    const [good] = [await disputed()];
    const providers = new Map(stand.app.deps.providers);
    const broken = {
      ...providers.get('razorpay'),
      listDisputes: () => ({ [Symbol.asyncIterator]: () => 1 }),
    };
    await sweepDisputes({
      ...stand.app.deps,
      providers: new Map([
        ['razorpay', broken as never],
        ...[...providers].filter(([name]) => name === 'stripe'),
      ]),
    });
    expect(await frozenOf(good.disputeId)).toBe(1);
    expect(await isAside('sweep-disputes', 'razorpay')).toBe(true);
    await dueNow('sweep-disputes');
    await sweepDisputes(stand.app.deps);
    expect(await isAside('sweep-disputes', 'razorpay')).toBe(false);
  });
});

describe('News for back ends', () => {
  const endpoint = async (url: string) => {
    const { data } = await admin.query(
      'mutation ($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) { endpoint { id } } }',
      { input: { url, events: ['intent.*'] } },
    );
    return data.createWebhookEndpoint.endpoint.id as string;
  };
  const deliveredTo = (id: string) => async () =>
    (await count("select 1 from deliveries where endpoint_id = $1 and status = 'delivered'", [id])) > 0;
  const again = (id: string) =>
    stand.rows('update deliveries set due_at = instant() where endpoint_id = $1 and due_at is not null', [
      id,
    ]);

  it.each([
    [
      'sealed with another key',
      createSecretBox(['another-key-0123456789-0123456789-01']).sealText('x', 'endpoint secret'),
    ],
    ['cut off in its seal', 'cg1:AAAA'],
  ])('An endpoint whose secret is %s fails by itself, and hears all when mended', async (_, secret) => {
    const receiver = await startReceiver();
    const [bad, good] = [await endpoint(receiver.url), await endpoint(receiver.url)];
    const [kept] = await stand.rows('select secret from webhook_endpoint_secrets where endpoint_id = $1', [
      bad,
    ]);
    await stand.rows('update webhook_endpoint_secrets set secret = $2 where endpoint_id = $1', [bad, secret]);
    await stand.bought();
    await until(deliveredTo(good), 'the good one hears');
    await until(
      async () => (await check('webhook_endpoints')).detail === '1 are failing',
      'the bad one is shown',
    );
    await stand.rows('update webhook_endpoint_secrets set secret = $2 where endpoint_id = $1', [
      bad,
      kept?.secret,
    ]);
    await again(bad);
    await until(deliveredTo(bad), 'the mended one hears');
    await stand.rows('update webhook_endpoints set deleted_at = clock_timestamp() where id = any($1)', [
      [bad, good],
    ]);
  });

  it('A delivery with a body that is no JSON, taken more often than a number holds, keeps no other from being sent', async () => {
    const receiver = await startReceiver();
    receiver.answer(500);
    const id = await endpoint(receiver.url);
    await stand.bought();
    await until(
      async () =>
        (await count("select 1 from deliveries where endpoint_id = $1 and status = 'failed'", [id])) > 0,
      'an attempt failed',
    );
    await stand.rows(
      "update deliveries set body = 'broken{', claim_number = 2147483647 where endpoint_id = $1",
      [id],
    );
    receiver.answer(200);
    const good = await endpoint(receiver.url);
    await stand.bought();
    await again(id);
    await until(deliveredTo(good), 'the good one is sent');
    await until(deliveredTo(id), 'the broken one is sent as it stands');
    const shown = await admin.query('{ admin { deliveries(first: 50) { nodes { payload } } } }');
    expect(shown.errors).toBeUndefined();
    await stand.rows('update webhook_endpoints set deleted_at = clock_timestamp() where id = any($1)', [
      [id, good],
    ]);
  });

  it('An event of which no delivery can be made, and one whose endpoint asks in another shape, are made up for when mended', async () => {
    const receiver = await startReceiver();
    const [bad, good] = [await endpoint(receiver.url), await endpoint(receiver.url)];
    await stand.rows("update webhook_endpoints set events = '[1]' where id = $1", [bad]);
    const { id } = await stand.bought();
    await until(deliveredTo(good), 'the good one hears');
    await until(
      async () => (await count("select 1 from quarantine where loop = 'relay-events'")) > 0,
      'the events are set aside',
    );
    expect(await check('quarantine')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('of relay-events'),
    });
    await stand.rows(`update webhook_endpoints set events = '["intent.*"]' where id = $1`, [bad]);
    await dueNow('relay-events');
    await until(
      async () =>
        (await count("select 1 from deliveries where endpoint_id = $1 and body like '%' || $2 || '%'", [
          bad,
          id,
        ])) > 0,
      'its delivery is made',
    );
    await until(
      async () => (await count("select 1 from quarantine where loop = 'relay-events'")) === 0,
      'all are released',
    );
    expect(await count('select 1 from deliveries where endpoint_id = $1', [good])).toBe(
      await count('select 1 from deliveries where endpoint_id = $1', [bad]),
    );
    await stand.rows('update webhook_endpoints set deleted_at = clock_timestamp() where id = any($1)', [
      [bad, good],
    ]);
  });
});

describe('Long work', () => {
  it.each([
    ['reconciliation', '"text"'],
    ['reconciliation', '{"step": {"phase": "nowhere"}}'],
    ['ledger_check', '{}'],
    ['ledger_check', '"text"'],
  ])(
    'A %s whose checkpoint is %s fails and says so, another one is done, and so is it when mended',
    async (kind, checkpoint) => {
      const job = newId('ledgerCheck');
      const input =
        kind === 'reconciliation' ? { provider: 'stripe', from: 0, to: 86_400, dryRun: true } : {};
      // The last of its tries, so that the test need not wait for the two before.
      await stand.rows(
        `insert into jobs (id, kind, input, requested_by, checkpoint, tries, lease_until)
         values ($1, $2, $3, 'x', $4, 2, clock_timestamp() - interval '1 second')`,
        [job, kind, JSON.stringify(input), checkpoint],
      );
      const is = (status: string) => async () =>
        (await count('select 1 from jobs where id = $1 and status = $2', [job, status])) === 1;
      await until(is('failed'), 'it fails');
      expect((await check('failed_jobs')).detail).toMatch(/^\d+ failed within a week/);
      await admin.query('mutation { startLedgerCheck { errors { code } } }');
      await until(
        async () =>
          (await count("select 1 from jobs where kind = 'ledger_check' and status = 'succeeded'")) > 0,
        'another one is done',
      );
      await stand.rows('update jobs set checkpoint = null where id = $1', [job]);
      await admin.query('mutation ($id: ID!) { resumeJob(input: { id: $id }) { errors { code } } }', {
        id: job,
      });
      await until(is('succeeded'), 'the mended one is done');
    },
  );
});

it('A package with a price in a currency that is none is left out, the others are sold, and it is back when mended', async () => {
  const onSale = async () =>
    (await admin.query('{ packages { id price { formatted } } }')).data.packages.map(
      ({ id }: { id: string }) => id,
    );
  const all = await onSale();
  await stand.rows("insert into prices (package_id, currency, amount_minor) values ('large', 'XTS', 5)");
  await until(async () => !(await onSale()).includes('large'), 'it is left out');
  expect(await onSale()).toEqual(all.filter((id: string) => id !== 'large'));
  await stand.bought();
  expect(await check('quarantine')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('1 of packages'),
  });
  await stand.rows("delete from prices where currency = 'XTS'");
  await until(async () => (await onSale()).includes('large'), 'it is back');
  expect(await isAside('packages', 'large')).toBe(false);
});
