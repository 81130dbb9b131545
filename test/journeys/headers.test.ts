// What every answer says to a browser about itself.
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
});
afterAll(stopGateways);

const headersOf = async (path: string, init: RequestInit = {}) => {
  const { headers } = await fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init });
  return Object.fromEntries(headers);
};
const ASKED = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query": "{ viewer { id } }"}',
};

it.each<[string, RequestInit]>([
  ['/graphql', ASKED],
  ['/graphql/stream', { ...ASKED, headers: { ...ASKED.headers, accept: 'text/event-stream' } }],
  ['/graphql/stream', ASKED],
  ['/webhooks/stripe', ASKED],
  ['/schema.graphql', {}],
  ['/healthz', {}],
  ['/exports/exp_none.csv', {}],
  ['/nowhere', {}],
])('%s is not guessed at, framed or told about', async (path, init) => {
  const headers = await headersOf(path, init);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'x-dns-prefetch-control': 'off',
  });
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('server');
  // A browser that believed it here would refuse every other server of this machine.
  expect(headers).not.toHaveProperty('strict-transport-security');
});

it.each(['/console', '/console/payments/int_1', '/console/signed-in', '/explorer', '/shop', '/docs/'])(
  '%s runs nothing from elsewhere and nothing inline, and stands in no frame',
  async (path) => {
    const headers = await headersOf(path);
    const policy = Object.fromEntries(
      (headers['content-security-policy'] ?? '').split('; ').map((rule) => {
        const [name = '', ...values] = rule.split(' ');
        return [name, values.join(' ')];
      }),
    );
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'script-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
  },
);
