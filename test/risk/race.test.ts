// Two processes count as one.
import { type GatewayProcess, startGateway } from '../support/gateway';
import { useRisk } from './stand';

const risk = useRisk();
const CREATES = 200;
const LIMIT = 10;
let gateways: GatewayProcess[];

beforeAll(async () => {
  const env = { DATABASE_URL: risk.database.url, RISK: 'act' };
  gateways = await Promise.all([startGateway(env), startGateway(env)]);
});
afterAll(() => Promise.all(gateways.map((gateway) => gateway.stop())));

it.each([
  ['a user starts', 'user_purchases_1h', () => ({ userId: 'ada' })],
  [
    '200 users start from one device',
    'device_purchases_1h',
    (nth: number) => ({ userId: `dev_${nth}`, fingerprintId: 'one' }),
  ],
  [
    '200 users start in one network',
    'address_purchases_1h',
    (nth: number) => ({ userId: `net_${nth}`, payer: { ipAddress: `192.0.2.${nth}` } }),
  ],
])(
  `of ${CREATES} purchases that %s at once at two processes exactly ${LIMIT} pass a limit of ${LIMIT}`,
  async (_who, signal, inputOf) => {
    await risk.useRules({ signal, at_least: LIMIT + 1, decision: 'block' });
    const clients = await Promise.all(gateways.map((gateway) => gateway.as('shop', 'service')));
    const before = await risk.rows('select id from intents');
    const answers = await Promise.all(
      Array.from({ length: CREATES }, (_, at) =>
        clients[at % 2]?.mutate(
          'createIntent',
          { packageId: 'small', provider: 'stripe', idempotencyKey: `${signal}-${at}`, ...inputOf(at) },
          'intent { id }',
        ),
      ),
    );

    expect(answers.filter((answer) => answer?.intent)).toHaveLength(LIMIT);
    expect(answers.filter((answer) => answer?.errors[0]?.code === 'RISK_BLOCKED')).toHaveLength(
      CREATES - LIMIT,
    );
    expect(await risk.rows('select id from intents')).toHaveLength(before.length + LIMIT);
  },
);
