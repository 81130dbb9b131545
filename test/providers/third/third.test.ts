// A third provider, through the one door: its own folders and six lines, and the gateway sells through it, seen from outside. A small
// package is 50 credits for INR 50.00.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { onServer, urlOf } from '../../support/database';
import { type GatewayProcess, startGateway, stopGateways } from '../../support/gateway';
import { useDatabase } from '../../support/pools';
import { type Checkout, checkoutWithAcme, typeFaults } from './checkout';

const database = useDatabase();
/** A database that no gateway has been started on, for test mode. */
const fresh = `test_${randomUUID().replaceAll('-', '')}`;
const run = promisify(execFile);
let checkout: Checkout;
let gateway: GatewayProcess;

beforeAll(async () => {
  await onServer(`create database ${fresh}`);
  checkout = await checkoutWithAcme();
  gateway = await startGateway({ DATABASE_URL: database.url }, checkout.root);
});
afterAll(async () => {
  await stopGateways();
  await onServer(`drop database ${fresh} with (force)`);
  checkout.remove();
});

const rows = async (text: string, values: unknown[] = []) => (await database.pool().query(text, values)).rows;

async function bought(userId: string) {
  const client = await gateway.as(userId);
  const { intent, errors } = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'acme' },
    'intent { id provider providerIntentId nextAction { __typename } }',
  );
  expect(errors).toEqual([]);
  const play = (outcome: string) =>
    client.mutate(
      'simulatePayment',
      { id: intent.id, outcome },
      'intent { status } balance { credits frozen }',
    );
  return { intent, play };
}

test('its name stands in three lists, a line for the import and one for the name, and the compiler asks for nothing else', async () => {
  expect(checkout.edited).toEqual({
    'packages/client/src/sheets.ts': 2,
    'packages/simulator/src/providers.ts': 2,
    'src/providers/descriptors.ts': 2,
  });
  expect(await typeFaults(checkout)).toBe('');
});

test('it sells, by its own stand-in and its own signed events, and its money is booked on its own account', async () => {
  const { intent, play } = await bought('ada');
  expect(intent).toMatchObject({ provider: 'acme', nextAction: { __typename: 'MockConfirm' } });

  expect(await play('succeed')).toMatchObject({
    intent: { status: 'succeeded' },
    balance: { credits: 50 },
    errors: [],
  });

  expect(
    await rows(
      `select e.account, e.amount::int as amount from journal j join entries e on e.journal_id = j.id
       where j.intent_id = $1 and j.kind = 'receipt' order by e.account`,
      [intent.id],
    ),
  ).toContainEqual({ account: 'clearing_acme', amount: -5000 });
  expect(
    await rows('select distinct provider, status from webhook_events where intent_id = $1', [intent.id]),
  ).toEqual([{ provider: 'acme', status: 'processed' }]);
});

test('its money goes back, by a refund and by a dispute', async () => {
  const finance = await gateway.as('fin', 'finance');
  const refunded = await bought('bob');
  await refunded.play('succeed');
  const input = {
    intentId: refunded.intent.id,
    amountCents: null,
    reason: 'Bought twice',
    idempotencyKey: 'back',
  };
  expect(await finance.mutate('refundIntent', input, 'refund { status }')).toMatchObject({
    refund: { status: 'succeeded' },
    errors: [],
  });

  const disputed = await bought('eve');
  await disputed.play('succeed');
  expect(await disputed.play('dispute_open')).toMatchObject({ balance: { credits: 50, frozen: 50 } });
  expect(await disputed.play('dispute_lost')).toMatchObject({ balance: { credits: 0, frozen: 0 } });
});

test('its books are read, and agree with ours', async () => {
  const finance = await gateway.as('fin', 'finance');
  const to = Date.now() + 1_000;
  const range = { gte: new Date(to - 3_600_000).toISOString(), lt: new Date(to).toISOString() };
  const { run: started, errors } = await finance.mutate(
    'startReconciliation',
    { provider: 'acme', range },
    'run { id }',
  );
  expect(errors).toEqual([]);
  const look = async () =>
    (
      await finance.query(
        'query ($id: ID!) { admin { reconciliationRun(id: $id) { status breakCount(status: open) } } }',
        { id: started.id },
      )
    ).data.admin.reconciliationRun;
  const patienceMs = 30_000;
  for (const giveUp = Date.now() + patienceMs; Date.now() < giveUp; ) {
    if (!['queued', 'running'].includes((await look()).status)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await look()).toEqual({ status: 'succeeded', breakCount: 0 });
});

test('it is a row among the providers, in the contract with a next action of its own, and in the chart of accounts', async () => {
  expect(await rows(`select name from providers where name = 'acme'`)).toHaveLength(1);
  const finance = await gateway.as('fin', 'finance');
  const { data } = await finance.query(
    '{ provider: __type(name: "Provider") { enumValues { name } } action: __type(name: "AcmeConfirm") { fields { name } } }',
  );
  expect(data.provider.enumValues).toContainEqual({ name: 'acme' });
  expect(data.action.fields).toContainEqual({ name: 'clientSecret' });
  const listed = await finance.query(
    '{ admin { ledger(first: 1, filter: { accountCode: "clearing_acme" }) { nodes { id } } } }',
  );
  expect(listed.data.admin.ledger.nodes).toHaveLength(1);
});

test('its variables are read by its own rules, and the shop may load what its sheet needs', async () => {
  const refused = await run(process.execPath, ['dist/src/main.js'], {
    cwd: checkout.root,
    env: { AUTH_JWT_SECRET: 's'.repeat(40), ACME_SECRET_KEY: 'sk_test_of_another' },
  }).catch((error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`);
  expect(refused).toMatch(/ACME_SECRET_KEY: /);
  expect(refused).toMatch(/ACME_WEBHOOK_SECRET: needed beside ACME_SECRET_KEY/);

  const selling = await startGateway(
    {
      ...{
        DATABASE_URL: urlOf(fresh),
        AUTH_JWT_SECRET: 'a-secret-of-this-test-that-is-long-enough-for-hs256',
      },
      ...{ ACME_SECRET_KEY: 'ak_test_of_this_test', ACME_WEBHOOK_SECRET: 'whsec_of_this_test' },
      // Nothing listens on port 1.
      ACME_API_BASE: 'http://127.0.0.1:1',
    },
    checkout.root,
  );
  const answer = await fetch(`${selling.url}/shop`);
  expect(answer.headers.get('content-security-policy')).toContain('https://js.acme.example');
});
