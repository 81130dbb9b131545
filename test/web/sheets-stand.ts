// A product's page of its own origin that sells by the tag through a gateway with test keys. The simulator stands in for the
// providers; scripts stand in for theirs in the page, and pay at the simulator as those do at the provider.
import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import pg from 'pg';
import type { Page, Route } from 'playwright-core';
import { installSimulator } from '../../packages/simulator/src/install';
import type { Outcome } from '../../packages/simulator/src/outcomes';
import { type SimulatorServer, serve } from '../../packages/simulator/src/server';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import { freshDatabase, onServer, urlOf } from '../support/database';
import { heardPool } from '../support/pools';
import { type Stand, useBrowser } from './browser';

const SECRET = 'a-secret-of-this-test-that-is-long-enough-for-hs256';
const SECRETS = { stripe: 'whsec_of_a_test', razorpay: 'razorpay-secret-of-a-test' };
const RAZORPAY_SECRET = 'key-secret-of-a-test';

/** What is used of Stripe.js: a form with one field, and a confirmation that the simulated bank answers. */
export const STRIPE_JS = `
  window.loads = (window.loads ?? 0) + 1;
  window.Stripe = () => ({
    elements: ({ clientSecret, appearance }) => ({ clientSecret, create: () => {
      const on = {};
      return { on: (event, listener) => { on[event] = listener; }, mount: (at) => {
        window.mounts = (window.mounts ?? 0) + 1;
        window.appearance = appearance.theme;
        at.innerHTML = '<label>Card number <input></label>';
        setTimeout(() => on[window.formFails ? 'loaderror' : 'ready']?.(), 20);
      } };
    } }),
    confirmPayment: async ({ elements }) => {
      window.confirmations = (window.confirmations ?? 0) + 1;
      const id = elements.clientSecret.split('_secret')[0];
      return (await fetch('/play/stripe/' + id + '/' + (window.outcome ?? 'succeed'), { method: 'POST' })).json();
    },
  });`;

/** What is used of Razorpay Checkout: a window with a button that pays, one that fails, and one that closes it. */
export const RAZORPAY_JS = `
  window.loads = (window.loads ?? 0) + 1;
  window.Razorpay = class {
    constructor(options) { this.options = options; this.listeners = {}; window.prefill = options.prefill; }
    on(event, listener) { this.listeners[event] = listener; }
    open() {
      const { options, listeners } = this;
      const dialog = document.createElement('dialog');
      const button = (text, act) => dialog.append(Object.assign(document.createElement('button'), { textContent: text, onclick: act }));
      const send = (fields) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action: options.callback_url });
        for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
        document.body.append(form);
        form.submit();
      };
      button('Pay by UPI', async () => {
        dialog.remove();
        const proof = await (await fetch('/play/razorpay/' + options.order_id + '/' + (window.outcome ?? 'succeed'), { method: 'POST' })).json();
        if (options.redirect) send({ ...proof, ...window.forged });
        else options.handler(proof);
      });
      button('Use a bad card', () => options.redirect ? send({ 'error[code]': 'BAD_REQUEST_ERROR', 'error[description]': 'no' }) : listeners['payment.failed']?.({ error: { description: 'Your bank said no.' } }));
      button('Close', () => { dialog.remove(); options.modal.ondismiss(); });
      document.body.append(dialog);
      dialog.showModal();
    }
  };`;

export const SCRIPTS = {
  stripe: 'https://js.stripe.com/endive/stripe.js',
  razorpay: 'https://checkout.razorpay.com/v1/checkout.js',
} as const;
type Name = keyof typeof SCRIPTS;

export interface Sheets {
  readonly stand: Stand;
  readonly origin: string;
  /** A page with the tag. @param answers what becomes of each request for the provider's script; the last one of all others */
  open(name: Name, options?: Opened): Promise<Page>;
  /** What a payer did at the bank. */
  play(name: Name, providerIntentId: string, outcome: Outcome, isLost?: boolean): Promise<void>;
  /** Somebody's calls, beside the page. */
  query(userId: string, query: string): Promise<any>;
}

export interface Opened {
  readonly userId?: string;
  readonly answers?: readonly ((route: Route) => unknown)[];
  /** Before the tag, and a script after it. */
  readonly head?: string;
  readonly script?: string;
  readonly attributes?: string;
  readonly search?: string;
  readonly before?: (page: Page) => Promise<void>;
}

export const served = (body: string) => (route: Route) =>
  route.fulfill({ contentType: 'text/javascript', body });

const tokenOf = (userId: string) =>
  new SignJWT({ role: 'user' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('1h')
    .setIssuer('a-test')
    .setAudience('credits-gateway')
    .sign(new TextEncoder().encode(SECRET));

export function useSheets(): Sheets {
  const made = {} as { simulator: Simulator; wire: SimulatorServer; pool: pg.Pool; drop(): Promise<void> };
  const pages = new Map<string, string>();
  const product = http.createServer((request, response) => void answer(request, response));
  let origin = '';
  // One on which nobody sold in mock mode.
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const stand = useBrowser(async () => {
    await onServer(`create database ${database}`);
    const { url, drop } = await freshDatabase();
    const pool = heardPool({ connectionString: url, max: 4 });
    await installSimulator(pool);
    const simulator = createSimulator({
      pool,
      secrets: SECRETS,
      deliver: async ({ provider, headers, body }) => {
        const to = `${stand.gateway.url}/webhooks/${provider}`;
        return fetch(to, { method: 'POST', headers, body });
      },
    });
    simulator.start();
    const wire = await serve(simulator, { port: 0, host: '127.0.0.1' });
    Object.assign(made, { pool, simulator, wire, drop });
    await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(product.address() as AddressInfo).port}`;
    stand.friends.add(new URL(origin).host);
    return {
      DATABASE_URL: urlOf(database),
      ...{ ALLOWED_ORIGINS: origin, AUTH_JWT_SECRET: SECRET },
      ...{ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_PUBLISHABLE_KEY: 'pk_test_1' },
      ...{ STRIPE_WEBHOOK_SECRET: SECRETS.stripe, STRIPE_API_BASE: wire.url },
      ...{ RAZORPAY_KEY_ID: 'rzp_test_1', RAZORPAY_KEY_SECRET: RAZORPAY_SECRET },
      ...{ RAZORPAY_WEBHOOK_SECRET: SECRETS.razorpay, RAZORPAY_API_BASE: wire.url },
    };
  });
  afterAll(async () => {
    product.closeAllConnections();
    product.close();
    await made.simulator.stop();
    await made.wire.close();
    await made.pool.end();
    await made.drop();
    await onServer(`drop database ${database} with (force)`);
  });

  const play = async (provider: Name, providerIntentId: string, outcome: Outcome) => {
    await made.simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });
  };

  /** As the provider hands it to the page: of the newest payment on the order. */
  async function proofOf(orderId: string): Promise<Record<string, string>> {
    const authorization = `Basic ${Buffer.from(`rzp_test_1:${RAZORPAY_SECRET}`).toString('base64')}`;
    const response = await fetch(`${made.wire.url}/v1/orders/${orderId}/payments`, {
      headers: { authorization },
    });
    const { items } = (await response.json()) as { items: { id: string }[] };
    const paymentId = items[0]?.id ?? '';
    const signed = createHmac('sha256', RAZORPAY_SECRET).update(`${orderId}|${paymentId}`).digest('hex');
    return { razorpay_order_id: orderId, razorpay_payment_id: paymentId, razorpay_signature: signed };
  }

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const [, what = '', name = '', id = '', outcome = ''] =
      (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const json = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (what === 'token') return void json({ token: await tokenOf(name) });
    if (what === 'play') {
      await play(name as Name, id, outcome as Outcome);
      if (name === 'razorpay') return void json(await proofOf(id));
      return void json(outcome === 'decline' ? { error: { message: 'Your card was declined.' } } : {});
    }
    const gateway = stand.gateway.url;
    const policy = `default-src 'none'; script-src 'self' ${gateway} ${Object.values(SCRIPTS).join(' ')}; connect-src 'self' ${gateway} ${gateway.replace('http', 'ws')}`;
    const type = what.endsWith('.js') ? 'text/javascript' : 'text/html';
    response
      .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy })
      .end(pages.get(`/${what}`) ?? '<!doctype html>');
  }

  return {
    stand,
    get origin() {
      return origin;
    },
    play,
    query: async (userId, query) => {
      const authorization = `Bearer ${await tokenOf(userId)}`;
      const headers = { 'content-type': 'application/json', authorization };
      const body = JSON.stringify({ query });
      return (await fetch(`${stand.gateway.url}/graphql`, { method: 'POST', headers, body })).json();
    },
    open: async (name, options = {}) => {
      const {
        userId = `${name}_${pages.size}_${Date.now()}`,
        answers = [],
        head = '',
        script = '',
      } = options;
      const tag = `<buy-credits endpoint="${stand.gateway.url}" provider="${name}" token-provider="/token/${userId}" ${options.attributes ?? ''}></buy-credits>`;
      pages.set(
        '/',
        `<!doctype html><html lang="en"><title>Product</title>${head}<main>${tag}</main><script type="module" src="/page.js"></script>`,
      );
      pages.set('/page.js', `${script};await import('${stand.gateway.url}/checkout/buy-credits.js');`);
      let asked = 0;
      return stand.open(`${origin}/${options.search ?? ''}`, {
        before: async (page) => {
          const given = answers.length > 0 ? answers : [served(name === 'stripe' ? STRIPE_JS : RAZORPAY_JS)];
          await page.route(`${new URL(SCRIPTS[name]).origin}/**`, (route) =>
            given[Math.min(asked++, given.length - 1)]?.(route),
          );
          await options.before?.(page);
        },
      });
    },
  };
}
