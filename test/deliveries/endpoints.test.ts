// What operators do with endpoints and deliveries, asked through the schema.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import type { Caller } from '../../src/callers/caller';
import { addressRules } from '../../src/deliveries/address';
import { createPost } from '../../src/deliveries/post';
import { queueDeliveries, takeDeliveries } from '../../src/deliveries/queue';
import { createSender } from '../../src/deliveries/sender';
import { runLoops } from '../../src/jobs/run-loops';
import { pause } from '../../src/kernel/clock';
import { type Asking, service, support, useAsking, user } from '../graphql/asking';
import { ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';
import { closeReceivers, startReceiver } from './receiver';
import { faultsOf } from './schemas';

const mock = useAsking();
const live = useAsking({
  STRIPE_SECRET_KEY: 'sk_live_x',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  AUTH_JWT_SECRET: 'x'.repeat(40),
  API_KEY_PEPPER: 'x'.repeat(40),
  SECRETS_KEY: 'x'.repeat(40),
});
const admin: Caller = { id: 'adm_1', role: 'admin' };
const finance: Caller = { id: 'fin_1', role: 'finance' };

const ENDPOINT =
  'endpoint { id url events enabled description failingSince createdAt } secret errors { __typename code message path }';
const FIELDS: Record<string, [string, string]> = {
  createWebhookEndpoint: ['WebhookEndpointInput', ENDPOINT],
  updateWebhookEndpoint: ['UpdateWebhookEndpointInput', ENDPOINT],
  deleteWebhookEndpoint: ['WebhookEndpointIdInput', ENDPOINT],
  rotateWebhookEndpointSecret: ['WebhookEndpointIdInput', ENDPOINT],
  sendTestDelivery: ['WebhookEndpointIdInput', ENDPOINT],
  resendDeliveries: ['ResendDeliveriesInput', 'matched queued errors { __typename code message path }'],
};

const questionFor = (name: string) => {
  const [type, selection] = FIELDS[name] as [string, string];
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;
};
const call = async (name: string, input: object, caller = admin, asking: Asking = mock): Promise<any> =>
  (await asking.data(caller, questionFor(name), { input }))[name];

const create = async (input: object = {}, asking = mock) => {
  const made = await call(
    'createWebhookEndpoint',
    { url: 'https://shop.example/hooks', events: ['*'], ...input },
    admin,
    asking,
  );
  expect(made.errors).toEqual([]);
  return made;
};
const listed = async (caller = support): Promise<any[]> =>
  (await mock.data(caller, '{ admin { webhookEndpoints { id url enabled } } }')).admin.webhookEndpoints;
const DELIVERY =
  'id event status nextAttemptAt payload createdAt endpoint { id } attempts { number at durationMs succeeded error }';
const deliveries = async (filter: object, first = 50): Promise<any> =>
  (
    await mock.data(
      support,
      `query ($filter: DeliveryFilter, $first: Int) { admin { deliveries(filter: $filter, first: $first) {
        totalCount pageInfo { hasNextPage endCursor } nodes { ${DELIVERY} } } } }`,
      { filter, first },
    )
  ).admin.deliveries;

/** Deliveries as they would be after some days: `count` of each status. */
async function past(endpointId: string, count = 1): Promise<void> {
  await mock.sql(
    `insert into deliveries (id, endpoint_id, event_id, type, sequence, body, status, attempt_count, due_at)
     select 'dlv_' || $1 || s || n, $1, 'evt_' || s || n, 'intent.' || t, 1, '{"id":"x"}', s, 3,
       case when s in ('pending', 'failed') then now() + interval '1 hour' end
     from unnest(array['pending', 'failed', 'delivered', 'dead'], array['failed', 'canceled', 'succeeded', 'succeeded']) u(s, t),
       generate_series(1, $2::int) n`,
    [endpointId, count],
  );
}

afterEach(closeReceivers);
afterEach(async () => {
  await mock.sql('delete from deliveries');
  await mock.sql('update webhook_endpoints set deleted_at = now(), enabled = false where deleted_at is null');
});

describe('An endpoint', () => {
  it('is made by an admin, and its secret is shown once', async () => {
    const { endpoint, secret } = await create({
      events: ['intent.*', 'credits.granted', 'intent.*'],
      description: 'Shop',
    });

    expect(endpoint).toMatchObject({
      id: expect.stringMatching(/^ept_[0-9a-z]{26}$/),
      url: 'https://shop.example/hooks',
      events: ['intent.*', 'credits.granted'],
      enabled: true,
      description: 'Shop',
      failingSince: null,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await listed()).toEqual([{ id: endpoint.id, url: endpoint.url, enabled: true }]);
    const { node } = await mock.data(
      support,
      'query ($id: ID!) { node(id: $id) { __typename ... on WebhookEndpoint { url } } }',
      { id: endpoint.id },
    );
    expect(node).toEqual({ __typename: 'WebhookEndpoint', url: endpoint.url });
    const changed = await call('updateWebhookEndpoint', { id: endpoint.id, description: null });
    expect(changed).toMatchObject({
      secret: null,
      errors: [],
      endpoint: { description: null, url: endpoint.url },
    });
  });

  it.each([
    [{ events: [] }, ['input', 'events']],
    [{ events: ['intents.*'] }, ['input', 'events']],
    [{ events: ['intent.'] }, ['input', 'events']],
    [{ events: ['intent.succeeded', ''] }, ['input', 'events']],
    [{ url: 'shop.example' }, ['input', 'url']],
    [{ url: 'ftp://shop.example/' }, ['input', 'url']],
    [{ url: 'https://a:b@shop.example/' }, ['input', 'url']],
    [{ description: 'x'.repeat(501) }, ['input', 'description']],
  ])('is refused with %j', async (input, path) => {
    const made = await call('createWebhookEndpoint', {
      url: 'https://shop.example/',
      events: ['*'],
      ...input,
    });

    expect(made).toMatchObject({ endpoint: null, secret: null, errors: [{ code: 'INVALID_INPUT', path }] });
    expect(await listed()).toEqual([]);
  });

  it('is a public one over TLS outside mock mode, also when it is changed', async () => {
    const refused = (url: string) => call('createWebhookEndpoint', { url, events: ['*'] }, admin, live);
    for (const url of [
      'http://shop.example/',
      'https://127.0.0.1/',
      'https://shop.example:9200/',
      'https://[::1]/',
    ])
      expect(await refused(url)).toMatchObject({
        endpoint: null,
        errors: [{ code: 'INVALID_INPUT', path: ['input', 'url'] }],
      });

    const { endpoint } = await create({ url: 'https://shop.example:8443/' }, live);
    const changed = await call(
      'updateWebhookEndpoint',
      { id: endpoint.id, url: 'https://169.254.169.254/' },
      admin,
      live,
    );

    expect(changed.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'url'] }]);
  });

  it('starts anew when it is switched on again, or moves', async () => {
    const { endpoint } = await create();
    const fail = () =>
      mock.sql('update webhook_endpoints set failing_since = now(), failed_count = 30 where id = $1', [
        endpoint.id,
      ]);
    const update = async (input: object) =>
      (await call('updateWebhookEndpoint', { id: endpoint.id, ...input })).endpoint;
    await fail();
    expect((await update({ events: ['intent.*'] })).failingSince).not.toBeNull();
    expect((await update({ enabled: true, url: 'https://shop.example/hooks' })).failingSince).not.toBeNull();
    expect(await update({ enabled: false })).toMatchObject({
      enabled: false,
      failingSince: expect.any(String),
    });
    expect(await update({ enabled: true })).toMatchObject({
      enabled: true,
      failingSince: null,
      events: ['intent.*'],
    });
    await fail();
    expect((await update({ url: 'https://new.example/' })).failingSince).toBeNull();
    expect(await mock.sql('select failed_count from webhook_endpoints where id = $1', [endpoint.id])).toEqual(
      [{ failed_count: 0 }],
    );
  });

  it('is gone with its secrets when it is deleted; what waited is dead, what was sent stays to be seen', async () => {
    const { endpoint } = await create();
    await past(endpoint.id);

    expect(await call('deleteWebhookEndpoint', { id: endpoint.id })).toMatchObject({
      errors: [],
      endpoint: { id: endpoint.id },
    });

    expect(await listed()).toEqual([]);
    const { nodes } = await deliveries({ endpointId: endpoint.id });
    expect(nodes.map(({ status }: any) => status).sort()).toEqual(['dead', 'dead', 'dead', 'delivered']);
    expect(nodes.map(({ endpoint: { id } }: any) => id)).toEqual(Array(4).fill(endpoint.id));
    expect(
      await mock.sql('select * from webhook_endpoint_secrets where endpoint_id = $1', [endpoint.id]),
    ).toEqual([]);
    expect(
      (await mock.data(support, 'query ($id: ID!) { node(id: $id) { id } }', { id: endpoint.id })).node,
    ).toBeNull();
    for (const name of [
      'deleteWebhookEndpoint',
      'rotateWebhookEndpointSecret',
      'sendTestDelivery',
      'updateWebhookEndpoint',
    ])
      expect((await call(name, { id: endpoint.id })).errors).toMatchObject([
        { code: 'NOT_FOUND', path: ['input', 'id'] },
      ]);
  });

  it('cannot be one too many: a list shows them all', async () => {
    for (let count = 0; count < 50; count++) await create();

    const refused = await call('createWebhookEndpoint', { url: 'https://shop.example/', events: ['*'] });

    expect(refused.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect(await listed()).toHaveLength(50);
  });
});

describe('A new secret', () => {
  const secretsOf = async (id: string) => {
    await mock.sql(
      "insert into deliveries (id, endpoint_id, event_id, type, sequence, body) values ('dlv_' || gen_random_uuid(), $1, gen_random_uuid()::text, 'x', 1, '{}')",
      [id],
    );
    const taken = await takeDeliveries(
      mock.deps.pool,
      new Map(),
      { inAll: 10, perEndpoint: 10, perFailingEndpoint: 10 },
      30,
    );
    const stored = taken.find(({ delivery }) => delivery.endpointId === id)?.secrets;
    // None of them is stored as it is.
    expect(stored?.filter((secret) => secret.includes('whsec'))).toEqual([]);
    return stored?.map((secret) => mock.deps.secrets.openText(secret, 'endpoint secret'));
  };

  it('signs at once, and the old one signs beside it for 24 hours', async () => {
    const { endpoint, secret: old } = await create();

    const { secret: fresh, errors } = await call('rotateWebhookEndpointSecret', { id: endpoint.id });

    expect(errors).toEqual([]);
    expect(fresh).not.toBe(old);
    expect(await secretsOf(endpoint.id)).toEqual([fresh, old]);
    const [{ hours }] = (await mock.sql(
      `select extract(epoch from expires_at - now())::float / 3600 as hours from webhook_endpoint_secrets where endpoint_id = $1 and expires_at is not null`,
      [endpoint.id],
    )) as any;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
    await mock.sql(
      'update webhook_endpoint_secrets set expires_at = now() where endpoint_id = $1 and expires_at is not null',
      [endpoint.id],
    );
    expect(await secretsOf(endpoint.id)).toEqual([fresh]);
  });

  it('may come several times a day: each old one keeps its own 24 hours, the last four of them', async () => {
    const { endpoint, secret } = await create();
    const secrets = [secret];
    for (let count = 0; count < 6; count++)
      secrets.unshift((await call('rotateWebhookEndpointSecret', { id: endpoint.id })).secret);

    expect(await secretsOf(endpoint.id)).toEqual(secrets.slice(0, 5));
  });

  it('of several at once leaves one that does not end, and none of an endpoint that is deleted meanwhile', async () => {
    const left = (id: string) =>
      mock.sql('select expires_at from webhook_endpoint_secrets where endpoint_id = $1', [id]);
    const rotated = ({ id }: { id: string }) =>
      Promise.all(Array.from({ length: 4 }, () => call('rotateWebhookEndpointSecret', { id })));
    const { endpoint } = await create();
    await rotated(endpoint);
    const rows = await left(endpoint.id);
    expect([rows.length, rows.filter(({ expires_at }) => expires_at === null).length]).toEqual([5, 1]);

    for (let round = 0; round < 5; round++) {
      const { endpoint: other } = await create();
      await Promise.all([rotated(other), call('deleteWebhookEndpoint', { id: other.id })]);
      expect(await left(other.id)).toEqual([]);
    }
  });
});

describe('What waits for an endpoint', () => {
  it('is ended with it, also what is being written while it is deleted', async () => {
    const { endpoint } = await create();
    const client = new pg.Client(ownerOf(mock.database.url));
    await client.connect();
    try {
      const event = { id: `evt_${randomUUID()}`, type: 'intent.canceled', sequence: 1 };
      const wanted = { endpointId: endpoint.id, orderKey: 'x', event } as never;
      await client.query('begin');
      await queueDeliveries(client, [wanted]);
      const deleting = call('deleteWebhookEndpoint', { id: endpoint.id });
      await pause(100);
      await client.query('commit');
      await deleting;
      await queueDeliveries(client, [
        { ...(wanted as object), event: { ...event, id: 'evt_late' } } as never,
      ]);
    } finally {
      await client.end();
    }
    const text = 'select status, due_at from deliveries where endpoint_id = $1';
    expect(await mock.sql(text, [endpoint.id])).toEqual([{ status: 'dead', due_at: null }]);
  });
});

describe('A test delivery', () => {
  it('goes to one endpoint, whatever its patterns, and shows what became of it', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, 200);
    const { endpoint, secret } = await create({ url: receiver.url, events: ['credits.spent'] });
    const ending = new AbortController();
    const { pool, hub } = mock.deps;
    const sender = createSender({
      pool,
      hub,
      secrets: mock.deps.secrets,
      post: createPost(addressRules('mock')),
      log: silent,
      scheduleSeconds: [0, 0],
    });
    const running = runLoops({ pool, hub, log: silent }, [sender], ending.signal);

    expect((await call('sendTestDelivery', { id: endpoint.id })).errors).toEqual([]);
    const [, got] = await receiver.until((all) => all.length === 2);
    const shown = await eventually(
      async () => (await deliveries({ endpointId: endpoint.id })).nodes,
      ([first]) => first?.status === 'delivered',
    );
    ending.abort();
    await running;

    expect(new Webhook(secret).verify(got!.body, got!.headers)).toEqual(shown[0].payload);
    expect(faultsOf(shown[0].payload)).toEqual([]);
    expect(shown).toMatchObject([
      {
        id: expect.stringMatching(/^dlv_/),
        event: 'test.ping',
        nextAttemptAt: null,
        payload: { type: 'test.ping', userId: null, data: { endpointId: endpoint.id } },
        attempts: [
          { number: 1, succeeded: false, error: 'HTTP 500', durationMs: expect.any(Number) },
          { number: 2, succeeded: true, error: null },
        ],
      },
    ]);
  });

  it('is refused by an endpoint that is switched off', async () => {
    const { endpoint } = await create({ enabled: false });

    expect((await call('sendTestDelivery', { id: endpoint.id })).errors).toMatchObject([
      { __typename: 'InvalidStateError', code: 'INVALID_STATE' },
    ]);
  });
});

describe('Sending again', () => {
  const resend = (input: object, caller = support) => call('resendDeliveries', input, caller);
  const idsOf = async (filter: object): Promise<string[]> =>
    (await deliveries(filter)).nodes.map(({ id }: any) => id);

  it('by ids puts them in the queue, once', async () => {
    const { endpoint } = await create();
    await past(endpoint.id);
    const ids = await idsOf({ endpointId: endpoint.id });

    expect(await resend({ select: { ids }, dryRun: true })).toEqual({ matched: 4, queued: 0, errors: [] });
    expect(await resend({ select: { ids: [...ids, 'dlv_none', ''] } })).toEqual({
      matched: 4,
      queued: 3,
      errors: [],
    });
    expect(await resend({ select: { ids } })).toEqual({ matched: 4, queued: 0, errors: [] });

    const { nodes } = await deliveries({ endpointId: endpoint.id });
    expect(nodes.map(({ status }: any) => status)).toEqual(Array(4).fill('pending'));
    const taken = await takeDeliveries(
      mock.deps.pool,
      new Map(),
      { inAll: 10, perEndpoint: 10, perFailingEndpoint: 10 },
      30,
    );
    expect(taken.map(({ delivery }) => delivery.step)).toEqual([0, 0, 0]);
  });

  it('by filter takes what is meant and nothing else', async () => {
    const { endpoint } = await create();
    const { endpoint: other } = await create();
    await past(endpoint.id);
    await past(other.id);

    const filter = { endpointId: endpoint.id, status: ['dead'], event: ['intent.*'] };
    expect(await resend({ select: { filter } })).toEqual({ matched: 1, queued: 1, errors: [] });

    expect(await idsOf({ status: ['dead'] })).toEqual([`dlv_${other.id}dead1`]);
    const never = { endpointId: endpoint.id, createdAt: { lt: new Date(0).toISOString() } };
    expect(await resend({ select: { filter: never } })).toEqual({ matched: 0, queued: 0, errors: [] });
    expect(await resend({ select: { filter: { event: ['nothing'] } } })).toEqual({
      matched: 0,
      queued: 0,
      errors: [],
    });
    expect(await resend({ select: { filter: { endpointId: '' } } })).toEqual({
      matched: 0,
      queued: 0,
      errors: [],
    });
  });

  it('is refused for an endpoint that is switched off; a wider filter passes it over', async () => {
    const { endpoint } = await create();
    const { endpoint: off } = await create();
    await past(endpoint.id);
    await past(off.id);
    await call('updateWebhookEndpoint', { id: off.id, enabled: false });
    const [id] = await idsOf({ endpointId: off.id });
    const refused = {
      matched: 0,
      queued: 0,
      errors: [{ __typename: 'InvalidStateError', code: 'INVALID_STATE' }],
    };

    expect(await resend({ select: { ids: [id] } })).toMatchObject(refused);
    expect(await resend({ select: { filter: { endpointId: off.id } }, dryRun: true })).toMatchObject(refused);
    expect(await resend({ select: { filter: { status: ['dead'] } } })).toEqual({
      matched: 2,
      queued: 1,
      errors: [],
    });
    expect(
      (await deliveries({ endpointId: off.id })).nodes.every((node: any) => node.nextAttemptAt === null),
    ).toBe(true);
  });

  it.each([[{ ids: Array.from({ length: 101 }, (_, at) => `dlv_${at}`) }, ['input', 'select', 'ids']]])(
    'has limits',
    async (select, path) => {
      expect((await resend({ select })).errors).toMatchObject([{ code: 'INVALID_INPUT', path }]);
    },
  );

  it('takes ids or a filter, not both', async () => {
    const { errors } = await mock.ask(support, questionFor('resendDeliveries'), {
      input: { select: { ids: [], filter: {} } },
    });
    expect(errors?.[0]?.message).toContain('Exactly one key must be specified');
  });
});

describe('The list of deliveries', () => {
  it('is filtered, counted and cut into pages, newest first', async () => {
    const { endpoint } = await create();
    await past(endpoint.id, 3);

    const page = await deliveries({ endpointId: endpoint.id }, 5);
    const created = page.nodes.map(({ createdAt }: any) => createdAt);

    expect(page).toMatchObject({ totalCount: 12, pageInfo: { hasNextPage: true } });
    expect(created).toEqual([...created].sort().reverse());
    const { totalCount } = await deliveries({
      endpointId: endpoint.id,
      status: ['failed', 'dead'],
      event: ['intent.succeeded', 'intent.canceled'],
    });
    expect(totalCount).toBe(6);
    const {
      admin: { deliveries: next },
    } = (await mock.data(
      support,
      'query ($after: String, $filter: DeliveryFilter) { admin { deliveries(first: 50, after: $after, filter: $filter) { nodes { id } } } }',
      { after: page.pageInfo.endCursor, filter: { endpointId: endpoint.id } },
    )) as any;
    expect(next.nodes).toHaveLength(7);
  });

  it('costs a handful of statements, however long the page', async () => {
    const { endpoint } = await create();
    await past(endpoint.id, 20);

    const statements = await mock.statementsOf(() => deliveries({ endpointId: endpoint.id }, 80));

    expect(statements).toBeLessThanOrEqual(5);
  });
});

describe('Who may', () => {
  const others: [string, Caller | null, string][] = [
    ['nobody', null, 'UNAUTHENTICATED'],
    ['a user', user('u'), 'FORBIDDEN'],
    ['a service', service('s'), 'FORBIDDEN'],
  ];
  const asks = async (caller: Caller | null, source: string, variables = {}) => {
    const { data, errors } = await mock.ask(caller, source, variables);
    return { data, code: errors?.[0]?.extensions?.code };
  };
  const inputs: Record<string, object> = {
    createWebhookEndpoint: { url: 'https://shop.example/', events: ['*'] },
    resendDeliveries: { select: { ids: ['dlv_1'] } },
  };

  it.each(others)('not be %s, to read or to send again', async (_, caller, code) => {
    expect(await asks(caller, '{ admin { webhookEndpoints { id } deliveries { totalCount } } }')).toEqual({
      data: { admin: null },
      code,
    });
    const input = inputs.resendDeliveries;
    expect(await asks(caller, questionFor('resendDeliveries'), { input })).toEqual({ data: null, code });
  });

  it.each([...others, ['support', support, 'FORBIDDEN'], ['finance', finance, 'FORBIDDEN']] as typeof others)(
    'not be %s, to touch an endpoint',
    async (_, caller, code) => {
      const { endpoint } = await create();
      for (const name of Object.keys(FIELDS).filter((field) => field !== 'resendDeliveries')) {
        const input = inputs[name] ?? { id: endpoint.id };
        expect([name, await asks(caller, questionFor(name), { input })]).toEqual([
          name,
          { data: null, code },
        ]);
      }
      expect(await listed()).toHaveLength(1);
    },
  );

  it('is support, finance and admin, to read and to send again', async () => {
    for (const caller of [support, finance, admin]) {
      expect(
        await asks(caller, '{ admin { webhookEndpoints { id } deliveries { totalCount } } }'),
      ).toMatchObject({ code: undefined });
      expect(
        await asks(caller, questionFor('resendDeliveries'), { input: inputs.resendDeliveries }),
      ).toMatchObject({
        data: { resendDeliveries: { matched: 0, errors: [] } },
      });
    }
  });

  it('find an endpoint or a delivery by its id: operators alone', async () => {
    const { endpoint } = await create();
    await past(endpoint.id);
    const ids = [endpoint.id, `dlv_${endpoint.id}dead1`];
    const question = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';

    expect((await mock.data(support, question, { ids })).nodes).toEqual([
      { __typename: 'WebhookEndpoint', id: ids[0] },
      { __typename: 'Delivery', id: ids[1] },
    ]);
    for (const caller of [user('u'), service('s')])
      expect((await mock.data(caller, question, { ids })).nodes).toEqual([null, null]);
  });
});
