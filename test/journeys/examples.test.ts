// Every saved operation as the explorer runs it: as whoever may, with what is there.
import fs from 'node:fs';
import path from 'node:path';
import { atHand } from '../../web/explorer/at-hand';
import { type Role, roleOfExample } from '../../web/explorer/example-roles';
import { variablesFor, wantedBy } from '../../web/explorer/variables';
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const folder = path.resolve(__dirname, '..', '..', 'schema', 'operations');
const EXAMPLES = fs.readdirSync(folder).map((file) => {
  const source = fs.readFileSync(path.join(folder, file), 'utf8');
  const [, kind = '', name = ''] = /^\s*(query|mutation|subscription)\s+(\w+)/.exec(source) ?? [];
  return { kind, name, source };
});
const PEOPLE: Readonly<Record<Role, string>> = {
  user: 'user_1',
  service: 'backend',
  support: 'sue',
  finance: 'finn',
  admin: 'ada',
};
/** What stops an operation before it has said anything. */
const STOPPED = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'INTERNAL_SERVER_ERROR',
];

let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  const payer = await gateway.as('user_1');
  for (const [outcome, packageId] of [
    ['succeed', 'small'],
    ['succeed', 'medium'],
    [null, 'large'],
  ] as const) {
    const wish = { packageId, provider: 'stripe', idempotencyKey: `example-${packageId}` };
    const { intent } = await payer.mutate('createIntent', wish, 'intent { id }');
    if (outcome) await payer.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
  }
  const hold = { credits: 3, reason: 'One film', idempotencyKey: 'example-hold' };
  await payer.mutate('holdCredits', hold, 'hold { id }');
});
afterAll(stopGateways);

// What only looks goes first, and the clock last.
const order = ({ kind, name }: (typeof EXAMPLES)[number]) =>
  kind === 'query' ? 0 : name === 'AdvanceClock' ? 2 : 1;
const RUN = EXAMPLES.filter(({ kind }) => kind !== 'subscription').sort((a, b) => order(a) - order(b));

it.each(RUN.map(({ name, source }) => [name, source] as const))('%s runs as it is', async (name, source) => {
  const role = roleOfExample(name) ?? 'user';
  const client = await gateway.as(PEOPLE[role], role);
  const ask = async (query: string, variables = {}) => (await client.query(query, variables)).data;
  const variables = variablesFor(source, await atHand(ask, wantedBy(source)));
  const { errors = [] } = await new Client(gateway.url, client.token).query(source, variables);
  const stopped = errors.filter(({ extensions }) =>
    STOPPED.includes(extensions?.code ?? 'INTERNAL_SERVER_ERROR'),
  );
  expect({ name, variables, stopped }).toEqual({ name, variables, stopped: [] });
});
