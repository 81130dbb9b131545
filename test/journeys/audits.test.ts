// The GraphQL Foundation's own audits of GraphQL over HTTP, against a running gateway.
import { serverAudits } from 'graphql-http';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
});
afterAll(stopGateways);

/** Every audit that is not simply ok, with its reason. */
async function shortcomings(token: string | null) {
  const headers = {
    'apollo-require-preflight': 'true',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const audits = serverAudits({
    url: `${gateway.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
  });
  const results = [];
  for (const audit of audits) results.push(await audit.fn());
  const notOk = results.filter((result) => result.status !== 'ok');
  return { count: results.length, notOk: notOk.map(({ id, name, status }) => ({ id, name, status })) };
}

it('passes 61 of 61 as a signed-in operator', async () => {
  const { token } = await gateway.as('operator', 'admin');
  expect(await shortcomings(token)).toEqual({ count: 61, notOk: [] });
});

it('has no error for anyone', async () => {
  const { count, notOk } = await shortcomings(null);
  expect(count).toBe(61);
  expect(notOk.filter(({ status }) => status === 'error')).toEqual([]);
});
