// Every published webhook event of both providers, signed and sent over HTTP to a running gateway, whose provider is in
// the state that the event tells of.
import pg from 'pg';
import type { ProviderName } from '../../src/providers/provider';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { fixtureNames, fixtureText, letter, post } from './letters';
import { familyOf, holdAtProvider, moneyBackFamilyOf, ownIntents } from './provider-objects';

const PRICES = { stripe: 2000, razorpay: 0 } as const;
const PAID = { status: 'succeeded', postings: ['grant', 'receipt'], failure: null };
const OPEN = { status: 'pending', postings: null };

/** What is to become of the intent, by how the file's name begins. The first that fits counts. */
const ENDS: readonly (readonly [RegExp, object])[] = [
  [/^charge\.refunded/, { ...PAID, postings: ['grant', 'receipt', 'refund'] }],
  [/^(charge\.succeeded|payment\.captured|order\.paid)/, PAID],
  [
    /^payment_intent\.succeeded\.amount_mismatch/,
    { status: 'failed', postings: ['unapplied'], failure: 'amount_mismatch' },
  ],
  [/^payment_intent\.succeeded/, PAID],
  [
    /^(payment_intent\.(amount_capturable_updated|processing)|payment\.authorized)/,
    { status: 'processing', postings: null },
  ],
  [/^payment_intent\.canceled/, { status: 'canceled', postings: null }],
  [/^payment_intent\.payment_failed/, { ...OPEN, failure: 'card_declined', attempts: 1 }],
  [/^payment\.failed/, { ...OPEN, failure: expect.any(String), attempts: 1 }],
  [/^payment_intent\./, OPEN],
];

const ALL = (['stripe', 'razorpay'] as const).flatMap((provider) =>
  fixtureNames(provider).map((name, nth) => ({ provider, name, mark: `x${provider[0]}${nth}` })),
);
const isAboutPayment = ({ provider, name, mark }: (typeof ALL)[number]) =>
  familyOf(provider, fixtureText(provider, name, mark), mark) !== null;
const PAYMENTS = ALL.filter(isAboutPayment);
const OTHERS = ALL.filter((file) => !isAboutPayment(file));

let gateway: GatewayProcess;
let pool: pg.Pool;
let owner: pg.Client;
// Before the database goes.
afterAll(async () => {
  await owner.end();
  await stopGateways();
});
const database = useDatabase();

beforeAll(async () => {
  // A refund by policy would post between two counts.
  gateway = await startGateway({ DATABASE_URL: database.url, UNAPPLIED_REFUND: 'manual' });
  pool = database.pool();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

const stored = async () => (await owner.query('select count(*)::int as n from webhook_events')).rows[0].n;

async function eventOf(body: string, isEnough: (event: any) => boolean) {
  for (const untilMs = Date.now() + 30_000; ; ) {
    const { rows } = await owner.query(
      "select * from webhook_events where body_sha256 = encode(sha256($1), 'hex')",
      [Buffer.from(body)],
    );
    if (rows[0] && isEnough(rows[0])) return rows[0];
    if (Date.now() > untilMs) throw new Error(`Not worked: ${JSON.stringify(rows[0])}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('knows what each published event of a payment is to do, and there are many', () => {
  for (const { name } of PAYMENTS)
    expect([name, ENDS.some(([begins]) => begins.test(name))]).toEqual([name, true]);
  expect([PAYMENTS.length, OTHERS.length]).toEqual([28, 25]);
});

it.each(PAYMENTS)('$provider $name brings its payment to where it says', async ({ provider, name, mark }) => {
  const text = fixtureText(provider, name, mark);
  const held = familyOf(provider, text, mark)!;
  const root = held.objects[0].body;
  const price = { amountMinor: PRICES[provider] || root.amount, currency: root.currency.toUpperCase() };
  const [intentId] = await ownIntents(
    pool,
    owner,
    [{ provider, providerIntentId: root.id, ...price }],
    `of_${mark}`,
  );
  if (provider === 'razorpay') Object.assign(root, { receipt: intentId });
  await holdAtProvider(owner, [held]);

  expect(await post(gateway.url, letter(provider, text))).toEqual({
    status: 200,
    received: true,
    duplicate: false,
  });

  const event = await eventOf(text, ({ processed_at }) => processed_at !== null);
  expect(event).toMatchObject({ status: 'processed', intent_id: intentId, attempt_count: 1 });
  const { rows } = await owner.query(
    `select i.status, i.failure ->> 'code' as failure, i.attempt_count as attempts,
       (select json_agg(j.kind order by j.kind) from journal j where j.intent_id = i.id) as postings
     from intents i where i.id = $1`,
    [intentId],
  );
  expect(rows[0]).toMatchObject(ENDS.find(([begins]) => begins.test(name))![1]);
  expect(await post(gateway.url, letter(provider, text))).toMatchObject({ status: 200, duplicate: true });
});

/** What is to become of the refund or the dispute, and which postings it leaves beside the purchase's own. */
const MONEY_BACK_ENDS: readonly (readonly [RegExp, { back: object | null; postings: string[] }])[] = [
  [/^refund\.created\.pending/, { back: { status: 'pending' }, postings: ['refund'] }],
  // It was never on our books, so that nothing has to come back.
  [/^refund\.failed/, { back: null, postings: [] }],
  [/^refund\./, { back: { status: 'succeeded' }, postings: ['refund'] }],
  [/^charge\.dispute\.created\.inquiry/, { back: { status: 'inquiry', frozen: 0 }, postings: [] }],
  [/^charge\.dispute\.closed\.warning_closed/, { back: { status: 'closed', frozen: 0 }, postings: [] }],
  [
    /^charge\.dispute\.closed\.lost/,
    { back: { status: 'lost', revoked: 50 }, postings: ['chargeback', 'dispute_withdrawn'] },
  ],
  [/^charge\.dispute\.(closed\.won|funds_reinstated)/, { back: { status: 'won', frozen: 0 }, postings: [] }],
  [/^charge\.dispute\./, { back: { status: 'open', frozen: 50 }, postings: ['dispute_withdrawn'] }],
  [/^payment\.dispute\.closed/, { back: { status: 'closed', frozen: 0 }, postings: [] }],
  [/^payment\.dispute\.won/, { back: { status: 'won', frozen: 0 }, postings: [] }],
  // 39000 of 5297600 bought less than a credit.
  [/^payment\.dispute\.lost/, { back: { status: 'lost', revoked: 0 }, postings: ['dispute_withdrawn'] }],
  // Of 50 credits: floor(50 × 390000 ÷ 5297600), floor(50 × 39000 ÷ 5297600), floor(50 × 130000 ÷ 1000000).
  [/^payment\.dispute\.action_required/, { back: { status: 'open', frozen: 3 }, postings: [] }],
  [/^payment\.dispute\.created/, { back: { status: 'open', frozen: 0 }, postings: [] }],
  [/^payment\.dispute\.under_review/, { back: { status: 'open', frozen: 6 }, postings: [] }],
];

const isMoneyBack = ({ provider, name, mark }: (typeof ALL)[number]) =>
  moneyBackFamilyOf(provider, fixtureText(provider, name, mark), mark) !== null;
const MONEY_BACK = OTHERS.filter(isMoneyBack);
const SETTLEMENTS = OTHERS.filter((file) => !isMoneyBack(file));

it.each(MONEY_BACK)(
  '$provider $name brings its refund or dispute to where it says',
  async ({ provider, name, mark }) => {
    const text = fixtureText(provider, name, mark);
    const held = moneyBackFamilyOf(provider, text, mark)!;
    const root = held.objects[0].body;
    const price = { amountMinor: PRICES[provider] || root.amount, currency: root.currency.toUpperCase() };
    const [intentId] = await ownIntents(
      pool,
      owner,
      [{ provider, providerIntentId: root.id, ...price }],
      `of_${mark}`,
    );
    if (provider === 'razorpay') Object.assign(root, { receipt: intentId });
    await holdAtProvider(owner, [held]);

    expect(await post(gateway.url, letter(provider, text))).toMatchObject({ status: 200, duplicate: false });

    const event = await eventOf(text, ({ processed_at }) => processed_at !== null);
    expect(event).toMatchObject({ status: 'processed', intent_id: intentId, attempt_count: 1 });
    const { back, postings } = MONEY_BACK_ENDS.find(([begins]) => begins.test(name))![1];
    const { rows } = await owner.query(
      `select i.status,
         (select json_agg(j.kind order by j.kind) from journal j where j.intent_id = i.id) as postings,
         (select json_agg(json_build_object('status', b.status, 'frozen', b.credits_frozen, 'revoked', b.credits_revoked))
          from (select intent_id, status, credits_frozen, credits_revoked from refunds
                union all select intent_id, status, credits_frozen, credits_revoked from disputes) b
          where b.intent_id = i.id) as backs
       from intents i where i.id = $1`,
      [intentId],
    );
    expect(rows[0]).toMatchObject({
      status: 'succeeded',
      postings: [...postings, 'grant', 'receipt'].sort(),
    });
    expect(rows[0].backs).toEqual(back === null ? null : [expect.objectContaining(back)]);
    expect(await post(gateway.url, letter(provider, text))).toMatchObject({ status: 200, duplicate: true });
  },
);

it.each(SETTLEMENTS)('$provider $name is left to reconciliation', async ({ provider, name, mark }) => {
  const text = fixtureText(provider, name, mark);
  const { rows } = await owner.query('select count(*)::int as n from journal');

  expect(await post(gateway.url, letter(provider, text))).toMatchObject({ status: 200, duplicate: false });

  const event = await eventOf(text, ({ attempt_count }) => attempt_count > 0);
  expect(event).toMatchObject({
    status: 'ignored',
    subject: 'settlement',
    last_error: 'Settlements are read by reconciliation.',
  });
  expect((await owner.query('select count(*)::int as n from journal')).rows).toEqual(rows);
});

const WRONG: readonly (readonly [
  string,
  readonly ProviderName[],
  (provider: ProviderName, text: string) => any,
])[] = [
  [
    'one flipped byte',
    ['stripe', 'razorpay'],
    (provider, text) => ({ ...letter(provider, text), body: text.replace(/"created/, '"createe') }),
  ],
  [
    'another secret',
    ['stripe', 'razorpay'],
    (provider, text) => letter(provider, text, { secret: 'whsec_other' }),
  ],
  [
    'an old signature',
    ['stripe'],
    (provider, text) => letter(provider, text, { atMs: Date.now() - 302_000 }),
  ],
  [
    'a signature of the future',
    ['stripe'],
    (provider, text) => letter(provider, text, { atMs: Date.now() + 302_000 }),
  ],
];

it.each(WRONG)(
  '%s is refused for every published event, and nothing is stored',
  async (_, providers, spoil) => {
    const before = await stored();
    for (const { provider, name } of ALL.filter((file) => providers.includes(file.provider))) {
      const spoiled = spoil(provider, fixtureText(provider, name, 'spoiled'));
      expect([name, (await post(gateway.url, spoiled)).status]).toEqual([name, 400]);
    }
    expect(await stored()).toBe(before);
  },
);
