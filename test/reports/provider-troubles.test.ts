// What an operator reads in health when a provider refuses our keys: the provider's own words, until it answers again.
import { type App, startApp } from '../../src/app';
import { syncIntent } from '../../src/disputes/sync';
import { createIntent } from '../../src/intents/create';
import { readConfig } from '../../src/providers/read-config';
import type { Transport } from '../../src/providers/transport';
import { checkProviders } from '../../src/reports/provider-troubles';
import type { Logger } from '../../src/telemetry/logger';
import { eventually } from '../support/eventually';
import { useDatabase } from '../support/pools';

const PERMISSION =
  "The provided key 'rk_test_*********2345' does not have the required permissions for this endpoint on account 'acct_1'. Having the 'rak_charge_read' permission would allow this request to continue.";

const database = useDatabase();
let app: App;
let refused: 'charges' | 'silent' | null = null;
const lines: [string, object | undefined][] = [];
const caller = { id: 'user_trouble', role: 'user' as const };

beforeAll(async () => {
  const log: Logger = {
    info: () => undefined,
    warn: () => undefined,
    critical: () => undefined,
    error: (event, facts) => void lines.push([event, facts]),
  };
  const stripe: Transport = (request) => {
    if (refused === 'silent') return Promise.reject(new Error('no route'));
    if (refused === 'charges' && request.path.startsWith('/v1/payment_intents/pi_'))
      return Promise.resolve({
        status: 403,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: { type: 'invalid_request_error', message: PERMISSION } }),
      });
    return app.deps.simulator?.handle(request) as ReturnType<Transport>;
  };
  const config = readConfig({ DATABASE_URL: database.url, PORT: '0', ROLE: 'api' });
  app = await startApp(config, log, { stripe });
});
afterAll(() => app.close());

const health = async (name: string) => (await checkProviders(app.deps)).find((check) => check.name === name);
/** What is written beside the call may come a moment later. */
const healthIs = (name: string, standing: object) =>
  eventually(async () => expect(await health(name)).toMatchObject(standing));

it('shows the words with which Stripe names the missing permission, in health and in the log, until it is given', async () => {
  const { intent } = await createIntent(app.deps, caller, { packageId: 'small', provider: 'stripe' });
  await healthIs('stripe', { ok: true, latencyMs: null, detail: null });

  refused = 'charges';
  await expect(syncIntent(app.deps, caller, { id: intent.id })).rejects.toMatchObject({
    code: 'PROVIDER_UNAVAILABLE',
  });

  await healthIs('stripe', {
    ok: false,
    detail: expect.stringMatching(
      /^GET \/v1\/payment_intents\/:id since \d{4}-.*Having the 'rak_charge_read' permission would allow this/,
    ),
  });
  // The key itself, or its ends, are in neither.
  expect(JSON.stringify([await health('stripe'), lines])).not.toContain('rk_test');
  await eventually(() =>
    expect(lines).toContainEqual([
      'provider.misconfigured',
      expect.objectContaining({
        provider: 'stripe',
        operation: 'GET /v1/payment_intents/:id',
        reason: expect.stringContaining('rak_charge_read'),
      }),
    ]),
  );
  await healthIs('razorpay', { ok: true });

  refused = null;
  await syncIntent(app.deps, caller, { id: intent.id });
  await healthIs('stripe', { ok: true, detail: null });
});

it('says which operations a provider leaves unanswered', async () => {
  refused = 'silent';
  const { intent } = await createIntent(
    app.deps,
    { ...caller, id: 'user_silent' },
    {
      packageId: 'small',
      provider: 'stripe',
    },
  );
  expect(intent.status).toBe('pending');

  await healthIs('stripe', {
    ok: false,
    detail: expect.stringMatching(/^POST \/v1\/payment_intents since .*: No answer: connection_lost$/),
  });
  refused = null;
});
