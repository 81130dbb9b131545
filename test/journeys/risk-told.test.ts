// What others hear of risk: the back end at its endpoint, and whoever runs the gateway at /metrics. Played from outside, at a gateway
// that is a process of its own.
import { Webhook } from 'standardwebhooks';
import { closeReceivers, type Receiver, startReceiver } from '../deliveries/receiver';
import { faultsOf } from '../deliveries/schemas';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const METRICS_TOKEN = 'a-token-of-this-test';
const database = useDatabase();
let gateway: GatewayProcess;
let receiver: Receiver;
let secret: string;
let keys = 0;

// The second purchase of an hour is challenged, the third blocked, and what is paid with a prepaid card reviewed.
const RULES = {
  thresholds: { challenge: 40, review: 60, block: 80 },
  rules: [
    { code: 'third', signal: 'user_purchases_1h', at_least: 3, weight: 0, decision: 'block', stage: 'claim' },
    {
      code: 'second',
      signal: 'user_purchases_1h',
      at_least: 2,
      weight: 0,
      decision: 'challenge',
      stage: 'claim',
    },
    { code: 'prepaid', signal: 'card_prepaid', at_least: 1, weight: 65, stage: 'settle' },
  ],
};

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, RISK: 'act', METRICS_TOKEN });
  receiver = await startReceiver();
  const admin = await gateway.as('adm_1', 'admin');
  const { rules } = await admin.mutate('proposeRiskRules', { document: RULES }, 'rules { version }');
  await admin.mutate('activateRiskRules', { version: rules.version }, 'rules { state }');
  const made = await admin.mutate(
    'createWebhookEndpoint',
    { url: receiver.url, events: ['risk.*'] },
    'secret endpoint { id }',
    'WebhookEndpointInput',
  );
  secret = made.secret;
});
afterAll(closeReceivers);
afterAll(stopGateways);

async function buy(userId: string, outcome: string | null = null, provider = 'stripe') {
  const client = await gateway.as(userId);
  const { intent, errors } = await client.mutate(
    'createIntent',
    { packageId: 'small', provider, idempotencyKey: `key-${++keys}` },
    'intent { id }',
  );
  if (outcome) await client.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
  return intent?.id ?? errors[0].code;
}

/** The figures of a name, by their labels. */
async function figures(name: string): Promise<Record<string, number>> {
  const text = await (
    await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  ).text();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', figure] = /^[a-z_]+(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return [labels.replaceAll('"', ''), Number(figure)];
    }),
  );
}

/** What came, oldest first, believed as a receiver believes it. */
const heard = async (type: string, count: number) => {
  const ofType = (all: readonly { event: any }[]) => all.filter(({ event }) => event.type === type);
  const got = await receiver.until((all) => ofType(all).length >= count, 60_000);
  for (const { body, headers, event } of got) {
    expect(new Webhook(secret).verify(body, headers)).toEqual(event);
    expect(faultsOf(event)).toEqual([]);
  }
  return ofType(got).map(({ event }) => event);
};

async function reviewOf(intentId: string): Promise<string> {
  const opened = await eventually(
    async () =>
      receiver.got.find(
        ({ event }) => event.type === 'risk.review_opened' && event.data.intentId === intentId,
      ),
    (found) => found !== undefined,
  );
  return opened?.event.data.reviewId;
}
const decide = async (id: string, approve: boolean) =>
  (await gateway.as('fin_1', 'finance')).mutate(
    'decideRiskReview',
    { id, approve, note: 'Looked at it.' },
    'review { status }',
  );

it('a back end hears of each review that is opened and of each end that it can have, once', async () => {
  const ids: string[] = [];
  for (const [user, provider] of [
    ['ann', 'stripe'],
    ['ben', 'razorpay'],
    ['cyd', 'stripe'],
  ])
    ids.push(await buy(user as string, 'succeed_prepaid', provider));
  const reviews = [];
  for (const id of ids) reviews.push(await reviewOf(id));
  expect((await decide(reviews[0] as string, true)).review).toEqual({ status: 'approved' });
  expect((await decide(reviews[1] as string, false)).review).toEqual({ status: 'rejected' });
  const admin = await gateway.as('adm_1', 'admin');
  expect((await admin.mutate('advanceClock', { bySeconds: 25 * 3_600 }, 'clock { now }')).errors).toEqual([]);

  const opened = await heard('risk.review_opened', 3);
  const decided = await heard('risk.decided', 3);
  expect(
    // News of different purchases may come in another order.
    opened
      .map(({ userId, data }) => [userId, data.intentId, data.reason, data.score, data.creditsFrozen])
      .sort(),
  ).toEqual(['ann', 'ben', 'cyd'].map((userId, nth) => [userId, ids[nth], 'rule', 65, 50]));
  expect(decided.map(({ userId, data }) => [userId, data.reviewId, data.status]).sort()).toEqual([
    ['ann', reviews[0], 'approved'],
    ['ben', reviews[1], 'rejected'],
    ['cyd', reviews[2], 'expired'],
  ]);
  for (const end of decided)
    expect(end.sequence).toBeGreaterThan(opened.find(({ userId }) => userId === end.userId)?.sequence);
});

it('who runs the gateway reads at /metrics what was decided, when, and what came of it', async () => {
  const before = await figures('risk_decisions_total');
  expect(before).toEqual({
    'stage=claim,decision=allow,told=none': 3,
    'stage=settle,decision=review,told=frozen': 3,
  });
  await buy('dan', 'succeed');
  // Stripe has the bank ask; Razorpay cannot, and there is no captcha here: somebody looks.
  expect(await buy('dan', 'succeed')).toMatch(/^int_/);
  expect(await buy('dan')).toBe('RISK_BLOCKED');
  await buy('eva');
  await buy('eva', null, 'razorpay');
  expect(await figures('risk_decisions_total')).toEqual({
    'stage=claim,decision=allow,told=none': 5,
    'stage=claim,decision=challenge,told=challenge': 1,
    'stage=claim,decision=challenge,told=frozen': 1,
    'stage=claim,decision=block,told=blocked': 1,
    'stage=settle,decision=allow,told=none': 2,
    'stage=settle,decision=review,told=frozen': 3,
  });
  expect(await figures('risk_reviews_total')).toEqual({
    'outcome=opened': 3,
    ...{ 'outcome=approved': 1, 'outcome=rejected': 1, 'outcome=expired': 1 },
  });
  expect(await figures('risk_reviews_open')).toEqual({ '': 0 });
});

it('both hear of an attack when it begins and when it is over', async () => {
  expect(await figures('risk_attack_open')).toEqual({ '': 0 });
  for (let nth = 0; nth < 12; nth++) await buy(`tester_${nth}`, 'decline');
  const [started] = await heard('risk.attack_started', 1);
  expect(started).toMatchObject({ sequence: 1, userId: null, data: { endedAt: null } });
  expect(await figures('risk_attack_open')).toEqual({ '': 1 });

  const admin = await gateway.as('adm_1', 'admin');
  const pass = (minutes: number) =>
    admin.mutate('advanceClock', { bySeconds: minutes * 60 }, 'clock { now }');
  const isQuiet = async () =>
    (await database.pool().query('select 1 from risk_attacks where quiet_at is not null')).rows.length > 0;
  await pass(10);
  await eventually(isQuiet, (quiet) => quiet, 30_000);
  await pass(16);
  const [ended] = await heard('risk.attack_ended', 1);
  expect(ended).toMatchObject({
    ...{ sequence: 2, userId: null },
    data: { attackId: started.data.attackId, sign: started.data.sign, endedAt: expect.any(String) },
  });
  expect(await figures('risk_attack_open')).toEqual({ '': 0 });
  // What was gathered meanwhile is counted as before.
  expect(await figures('risk_reviews_total')).toMatchObject({ 'outcome=opened': 3, 'outcome=approved': 1 });
});
