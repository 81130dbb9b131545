// A purchase that is held up, as the client tells it: a captcha is solved and the same purchase goes on, or the payer hears what to do.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { useRisk } from '../risk/stand';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';

interface Checkout {
  readonly state: {
    readonly phase: string;
    readonly trouble: {
      readonly code: string;
      readonly message: string;
      readonly decisionId?: string;
    } | null;
    readonly intent: { readonly id: string } | null;
  };
  buy(packageId: string): Promise<void>;
  close(): void;
}
// Its types speak of a page, which these tests know nothing of.
const { createCheckout, createGateway, isGatewayError } = require('@credits-gateway/client') as {
  createCheckout(options: object): Checkout;
  createGateway(options: object): { createIntent(input: object): Promise<{ intent: { id: string } }> };
  isGatewayError(error: unknown, code?: string): boolean;
};

const risk = useRisk();
const verifier = http.createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () =>
    response.end(JSON.stringify({ success: new URLSearchParams(text).get('response') === 'solved' })),
  );
});
let gateway: GatewayProcess;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    verifier.listen(0, '127.0.0.1', resolve);
  });
  gateway = await startGateway({
    ...{
      DATABASE_URL: risk.database.url,
      RISK: 'act',
      RISK_CAPTCHA_SITE_KEY: 'site',
      RISK_CAPTCHA_SECRET: 's',
    },
    RISK_CAPTCHA_URL: `http://127.0.0.1:${(verifier.address() as AddressInfo).port}/siteverify`,
  });
});
afterAll(async () => {
  await stopGateways();
  verifier.close();
});

/** What is needed to be a user at the gateway. */
async function as(userId: string) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ userId });
  const response = await fetch(`${gateway.url}/dev/token`, { method: 'POST', headers, body });
  const { token } = (await response.json()) as { token: string };
  // At this provider nobody but a captcha can ask the payer for more.
  return { url: gateway.url, token: () => token, webSocket: require('ws'), provider: 'razorpay' };
}

const intentsOf = (userId: string) =>
  risk.rows('select idempotency_key from intents where user_id = $1', [userId]);

describe('where a captcha is asked for', () => {
  beforeAll(() => risk.useRules({ signal: 'is_first_purchase', at_least: 1, decision: 'challenge' }));

  it('solves it by the callback and goes on with the same purchase', async () => {
    const keys: string[] = [];
    const solveCaptcha = async (siteKey: string) => {
      keys.push(siteKey);
      return 'solved';
    };
    const checkout = createCheckout({ ...(await as('solver')), solveCaptcha });
    await checkout.buy('small');
    expect(checkout.state).toMatchObject({ phase: 'pay', trouble: null, intent: { id: expect.any(String) } });
    expect(keys).toEqual(['site']);
    expect(await intentsOf('solver')).toHaveLength(1);
    checkout.close();
  });

  it('says what to do where nobody solves it, where the payer leaves it, and where it is solved wrongly, and takes it the next time', async () => {
    const answers = [() => Promise.reject(new Error('left')), async () => 'guessed', async () => 'solved'];
    const plain = createCheckout(await as('quitter'));
    await plain.buy('small');
    const checkout = createCheckout({
      ...(await as('quitter')),
      solveCaptcha: () => (answers.shift() as () => Promise<string>)(),
    });
    const told = [plain.state];
    for (let time = 0; time < 2; time++) {
      await checkout.buy('small');
      told.push(checkout.state);
    }
    for (const { phase, trouble } of told)
      expect({ phase, trouble }).toEqual({
        phase: 'choose',
        trouble: { code: 'RISK_CHALLENGE', message: expect.stringContaining('you are a person') },
      });
    expect(await intentsOf('quitter')).toHaveLength(0);
    await checkout.buy('small');
    expect(checkout.state).toMatchObject({ phase: 'pay', trouble: null });
    checkout.close();
  });

  it('hands the site key to who calls without a checkout', async () => {
    const { createIntent } = createGateway(await as('caller'));
    const wish = { packageId: 'small', provider: 'razorpay', idempotencyKey: 'mine' };
    const refusal = await createIntent(wish).catch((error: unknown) => error);
    expect(isGatewayError(refusal, 'RISK_CHALLENGE')).toBe(true);
    expect(refusal).toMatchObject({ siteKey: 'site', retryAfterSeconds: null });
    await createIntent({ ...wish, captchaResponse: 'solved' });
    expect(await intentsOf('caller')).toEqual([{ idempotency_key: 'mine' }]);
  });
});

it('tells a payer who is blocked a number for support and no reason, and asks for no captcha', async () => {
  await risk.useRules({ signal: 'is_first_purchase', at_least: 1, decision: 'block' });
  const solveCaptcha = async () => Promise.reject(new Error('It was asked for.'));
  const checkout = createCheckout({ ...(await as('blocked')), solveCaptcha });
  await checkout.buy('small');
  const { phase, trouble } = checkout.state;
  expect(phase).toBe('choose');
  expect(trouble).toMatchObject({ code: 'RISK_BLOCKED', decisionId: expect.stringMatching(/^rsk_\w+$/) });
  expect(trouble?.message).toContain(trouble?.decisionId);
  expect(trouble?.message).not.toMatch(/rule|score|fraud|first/i);
  expect(await intentsOf('blocked')).toHaveLength(0);
});
