// The recipe of docs/wallet.md, as somebody would start it: events of a subscription, signed by Stripe's own SDK, come to it twice.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import Stripe from 'stripe';
import { useCreditStand } from '../credits/stand';
import { startGateway, stopGateways } from '../support/gateway';

const stand = useCreditStand();
const EXAMPLE = path.resolve(__dirname, '..', '..', 'docs', 'examples', 'subscription-grants.js');
const SECRET = 'whsec_of_this_test';
let child: ChildProcess;
let url = '';

beforeAll(async () => {
  await stand.campaign('plans');
  const gateway = await startGateway({ DATABASE_URL: stand.database.url });
  const admin = await gateway.as('admin', 'admin');
  const made = await admin.mutate('createApiKey', { name: 'plans', role: 'service' }, 'secret');
  child = spawn(process.execPath, [EXAMPLE], {
    env: {
      ...{ PATH: process.env.PATH, STRIPE_WEBHOOK_SECRET: SECRET, GATEWAY_URL: gateway.url, PORT: '0' },
      ...{ GATEWAY_API_KEY: made.secret, CAMPAIGN: 'plans' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) =>
    child.stdout?.on('data', (chunk) => resolve(JSON.parse(String(chunk)).port)),
  );
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  child.kill();
  await stopGateways();
});

const MONTH = 30 * 86_400;
const now = Math.floor(Date.now() / 1000);

const invoice = (nth: number) => ({
  id: `in_${nth}`,
  object: 'invoice',
  parent: { subscription_details: { metadata: { user_id: 'ada', credits: '100' } } },
  lines: { data: [{ period: { start: now + (nth - 1) * MONTH, end: now + nth * MONTH } }] },
});

async function sent(type: string, object: object, secret = SECRET): Promise<string> {
  const payload = JSON.stringify({ id: `evt_${type}`, object: 'event', type, data: { object } });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const response = await fetch(url, {
    method: 'POST',
    body: payload,
    headers: { 'stripe-signature': signature },
  });
  return response.ok ? ((await response.json()) as { became: string }).became : String(response.status);
}

it('each paid invoice gives once until its period ends, and one that is credited back takes what is left of its own', async () => {
  await stand.buy('ada');
  expect(await sent('invoice.paid', invoice(1))).toBe('granted');
  expect(await sent('invoice.paid', invoice(1))).toBe('replayed');
  expect(await stand.standing('ada')).toMatchObject({ credits: 150 });
  await stand.spend('ada', 30);
  expect(await sent('invoice.paid', invoice(2))).toBe('granted');
  expect(await sent('customer.updated', {})).toBe('ignored');
  expect(await sent('invoice.paid', invoice(3), 'whsec_of_somebody')).toBe('400');

  // The first period ends: what is left of it goes, the next and what was bought stay.
  await stand.pass('ada', MONTH + 60);
  expect(await stand.standing('ada')).toMatchObject({ credits: 150 });
  expect(await sent('credit_note.created', { id: 'cn_1', invoice: 'in_2' })).toBe('revoked');
  expect(await sent('credit_note.created', { id: 'cn_1', invoice: 'in_2' })).toBe('revoked before');
  expect(await stand.standing('ada')).toMatchObject({ credits: 50 });
});
