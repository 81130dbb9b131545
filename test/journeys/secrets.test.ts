// Secrets in every place where somebody could put one, and then a search for them: in the log, in the database, and in
// every answer.
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import { forgetBodies } from '../../src/webhooks/forget-bodies';
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { handMade, nowSeconds } from './tokens';
import { overEvents, overHttp, overSocket, post } from './transports';

const database = useDatabase();
let gateway: GatewayProcess;
let admin: Client;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, LOG_LEVEL: 'trace' });
  admin = await gateway.as('adm_1', 'admin');
});
afterAll(stopGateways);

const canary = (name: string) => `canary-${name}-5f3a9c`;
const CANARIES = [
  ...[
    'token',
    'key',
    'header',
    'cookie',
    'email',
    'name',
    'vpa',
    'query',
    'alias',
    'client',
    'origin',
    'agent',
  ],
  ...['input', 'field', 'variable', 'path', 'init'],
].map(canary);
const PAN = '4242424242424242';

/** Every row of every table, as text; bytes as they are. The simulator's tables are the provider's, not ours. */
async function everythingStored(schemas = ['public', 'simulator']): Promise<string> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any($1)`,
      [schemas],
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query(`select t.* from ${name} t`);
      for (const row of rows)
        for (const value of Object.values(row))
          texts.push(Buffer.isBuffer(value) ? value.toString('latin1') : (JSON.stringify(value) ?? ''));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

/** A webhook event of Stripe's that names its payer everywhere. @returns how it was answered. */
async function webhook(id: string): Promise<number> {
  const body = JSON.stringify({
    id,
    object: 'event',
    type: 'charge.succeeded',
    livemode: false,
    created: nowSeconds(),
    data: {
      object: {
        id: 'ch_1',
        object: 'charge',
        payment_intent: 'pi_of_nobody',
        receipt_email: canary('email'),
        billing_details: { name: canary('name'), email: canary('email') },
        payment_method_details: { card: { number: PAN }, upi: { vpa: canary('vpa') } },
      },
    },
  });
  const time = nowSeconds();
  const signature = createHmac('sha256', MOCK_WEBHOOK_SECRETS.stripe).update(`${time}.${body}`).digest('hex');
  const headers = { 'stripe-signature': `t=${time},v1=${signature}`, 'x-forwarded-for': canary('header') };
  return (await post(`${gateway.url}/webhooks/stripe`, body, headers)).status;
}

it('nothing secret is in the log, in an answer or in the database', async () => {
  const answers: unknown[] = [];
  const headers = {
    authorization: `Bearer ${handMade({ sub: canary('token'), exp: nowSeconds() + 60 }, { alg: 'HS256' }, 'x')}`,
    cookie: canary('cookie'),
    'x-secret': canary('header'),
    'user-agent': canary('agent'),
    origin: `https://${canary('origin')}.example`,
  };
  const documents = [
    { query: `{ ${canary('query').replaceAll('-', '_')} }`, variables: { secret: canary('variable') } },
    { query: '{ viewer { id } }', operationName: canary('path') },
    {
      query: 'query ($id: ID!) { intent(id: $id) { id } }',
      variables: { id: { [canary('field')]: canary('input') } },
    },
  ];
  for (const document of documents)
    for (const transport of [overHttp, overEvents, overSocket])
      answers.push(await transport(gateway.url, canary('token'), document));
  for (const document of documents) answers.push(await post(`${gateway.url}/graphql`, document, headers));
  answers.push(
    await new Client(gateway.url, `ck_0123456789ab_${canary('key').padEnd(43, 'x')}`).query(
      '{ viewer { id } }',
    ),
  );
  answers.push(
    await (await fetch(`${gateway.url}/nowhere/${canary('path')}?token=${canary('query')}`)).text(),
  );
  const buyer = await gateway.as('buyer');
  for (const reason of [PAN, `my card ${PAN} please`])
    answers.push(await buyer.mutate('spendCredits', { credits: 1, reason, idempotencyKey: 'k' }, ''));
  expect(await webhook('evt_canary')).toBe(200);
  const support = await gateway.as('fin_1', 'finance');
  answers.push(
    (await support.query('{ admin { webhookEvents { nodes { id type payload lastError: status } } } }')).data,
  );
  const made = await admin.query(
    `mutation { createWebhookEndpoint(input: {url: "http://127.0.0.1:9/", events: ["*"]}) { secret endpoint { id } } }`,
  );
  const endpointSecret = made.data.createWebhookEndpoint.secret;
  const key = await admin.mutate('createApiKey', { name: 'canary', role: 'service' }, 'secret');
  await new Client(gateway.url, key.secret).query('{ viewer { id } }');

  const wanted = [...CANARIES, PAN, endpointSecret, key.secret, key.secret.slice(-43), admin.token as string];
  const found = (where: string, text: string) =>
    wanted.filter((secret) => text.includes(secret)).map((s) => `${where}: ${s}`);
  const stored = await everythingStored();
  expect(stored).toContain('evt_canary');
  expect(found('log', gateway.log.join('\n'))).toEqual([]);
  expect(found('database', stored)).toEqual([]);
  // What a caller wrote into its own document is told back to it in mock mode, and what it is that is wrong with it.
  const told = JSON.stringify(answers).replaceAll(
    /"message":"(Cannot query field|Unknown|Variable)[^}]*/g,
    '',
  );
  expect(found('answer', told)).toEqual([]);
  process.stdout.write(
    `canaries: ${wanted.length} searched in ${gateway.log.length} lines of log, ${stored.length} characters of database and ${answers.length} answers: 0 found\n`,
  );
});

it('what a payer pays with is told to the payer, stored sealed, and gone once there is nothing to pay', async () => {
  const buyer = await gateway.as('payer');
  const NEXT = 'nextAction { ... on MockConfirm { clientSecret } }';
  const bought = () =>
    buyer.mutate(
      'createIntent',
      { packageId: 'small', provider: 'stripe', idempotencyKey: 'k' },
      `replayed intent { id ${NEXT} }`,
    );
  const { intent } = await bought();
  const { clientSecret } = intent.nextAction;
  expect(clientSecret).toMatch(/^pi_\w+_secret_[0-9a-f]{24}$/);
  expect(await bought()).toMatchObject({ replayed: true, intent: { nextAction: { clientSecret } } });
  const stored = async () => {
    const sql = 'select client_secret from intents where id = $1';
    return (await database.pool().query(sql, [intent.id])).rows[0].client_secret;
  };
  expect(await stored()).toMatch(/^cg1:/);
  const ours = await everythingStored(['public']);
  expect(ours).toContain(intent.id);
  expect(ours).not.toContain(clientSecret.slice(-24));
  expect(gateway.log.join('\n')).not.toContain(clientSecret.slice(-24));
  await expect(
    database.pool().query('update intents set client_secret = $2 where id = $1', [intent.id, clientSecret]),
  ).rejects.toThrow('intents_client_secret_sealed');

  await buyer.mutate('simulatePayment', { id: intent.id, outcome: 'decline' }, 'intent { status }');
  expect((await bought()).intent.nextAction.clientSecret).toBe(clientSecret);
  await buyer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  expect((await bought()).intent.nextAction).toBeNull();
  expect(await stored()).toBeNull();
});

it('a line of the log stays one line, whatever a caller writes', async () => {
  await post(`${gateway.url}/graphql`, { query: '{ viewer { id } }', operationName: 'a\r\n\u001b[31mred' });
  await fetch(`${gateway.url}/dev/token`, { method: 'POST', body: '\r\n\u001b[31m' });
  expect(gateway.log.filter((line) => line.startsWith('red') || line.includes('[31m'))).toEqual([]);
  expect(gateway.log.join('\n')).not.toContain('\u001b');
});

it('the body of an event is there for finance for 30 days, and then it is gone', async () => {
  expect(await webhook('evt_old')).toBe(200);
  const finance = await gateway.as('fin_1', 'finance');
  const payloadOf = async () => {
    const { data } = await finance.query(
      '{ admin { webhookEvents(filter: {search: "evt_old"}) { nodes { payload } } } }',
    );
    return data.admin.webhookEvents.nodes[0].payload;
  };
  expect(await payloadOf()).toMatchObject({ id: 'evt_old', data: { object: { id: 'ch_1' } } });

  const pool = database.pool();
  expect(await forgetBodies({ pool })).toBe(0);
  await pool.query(
    "update webhook_events set received_at = received_at - interval '31 days' where provider_event_id = 'evt_old'",
  );
  expect(await forgetBodies({ pool })).toBe(1);
  expect(await payloadOf()).toBeNull();
  expect(await forgetBodies({ pool })).toBe(0);
});
