// Providers forget an idempotency key after a day. What was asked before that and never answered must be looked for, not
// asked again: the same request would act a second time.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type App, startApp } from '../../src/app';
import { syncIntent } from '../../src/disputes/sync';
import { createIntent } from '../../src/intents/create';
import { recoverIntents } from '../../src/intents/recover';
import { readConfig } from '../../src/providers/read-config';
import { recoverRefunds } from '../../src/refunds/recover';
import { refundIntent } from '../../src/refunds/refund';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { type Sent, Wire } from '../support/wire';

const database = useDatabase();
let wire: Wire;
let app: App;
let owner: pg.Client;

beforeAll(async () => {
  wire = await Wire.open(database.url);
  const bases = { STRIPE_API_BASE: wire.url, RAZORPAY_API_BASE: wire.url };
  // An API without background work: what is carried on is carried on by the test.
  app = await startApp(readConfig({ DATABASE_URL: database.url, ROLE: 'api', PORT: '0', ...bases }), silent);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await app.close();
  await wire.close();
});
afterEach(() => {
  wire.fault = () => null;
});

const isRefund = ({ method, path }: Sent) => method === 'POST' && /refund/.test(path);
const isCreate = ({ method, path }: Sent) => method === 'POST' && /\/(payment_intents|orders)$/.test(path);
const sent = (what: (request: Sent) => boolean) => wire.seen.filter(what).length;
const objects = async (kind: string, root: string) =>
  (await owner.query('select 1 from simulator.objects where kind = $1 and root_id = $2', [kind, root]))
    .rowCount;

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  const started = async () => {
    const caller = { id: randomUUID(), role: 'user' as const };
    const { intent } = await createIntent(app.deps, caller, { packageId: 'small', provider });
    return { caller, intent };
  };

  it('a refund whose answer was lost is looked for before it is asked for again: the money goes back once', async () => {
    const { caller, intent } = await started();
    const providerIntentId = intent.providerIntentId ?? '';
    await app.deps.simulator?.play({ provider, providerIntentId, outcome: 'succeed', delayMs: 0 });
    await syncIntent(app.deps, caller, { id: intent.id });
    wire.fault = (request) => (isRefund(request) ? '500_after' : null);
    const finance = { id: 'finance_1', role: 'finance' as const };
    const input = { intentId: intent.id, amountCents: 1000, reason: 'asked', idempotencyKey: randomUUID() };
    const { refund } = await refundIntent(app.deps, finance, input);
    expect(refund.status).toBe('pending');

    wire.fault = () => null;
    await wire.forgetKeys();
    const before = sent(isRefund);
    await owner.query(`update refunds set lease_until = now() - interval '1 second' where id = $1`, [
      refund.id,
    ]);
    await recoverRefunds(app.deps);

    const { rows } = await owner.query('select status from refunds where intent_id = $1', [intent.id]);
    expect(rows).toEqual([{ status: 'succeeded' }]);
    expect(sent(isRefund) - before).toBe(0);
    expect(await objects('refund', providerIntentId)).toBe(1);
  });

  it('a create that was never answered is looked up once its key may be forgotten, and never sent again', async () => {
    const { intent } = await started();
    await owner.query(
      `update intents set provider_intent_id = null, client_secret = null, created_at = now() - interval '21 hours',
         lease_until = now() - interval '1 second', lease_token = null where id = $1`,
      [intent.id],
    );
    await wire.forgetKeys();
    const before = sent(isCreate);
    await recoverIntents(app.deps);

    expect(sent(isCreate) - before).toBe(0);
    const { rows } = await owner.query('select status, provider_intent_id from intents where id = $1', [
      intent.id,
    ]);
    expect(rows).toEqual([{ status: 'pending', provider_intent_id: intent.providerIntentId }]);
  });
});
