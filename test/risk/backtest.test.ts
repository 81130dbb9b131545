// A backtest, counted by hand: twelve purchases of which all that can be known is known.
import { backtestText } from '../../src/cli/backtest-text';
import { backtestRiskRules, DECISIONS_MAX } from '../../src/reviews/backtest';
import { proposeRiskRules } from '../../src/risk/propose-risk-rules';
import { PLACES } from '../../src/risk/signals';
import { support, useAsking } from '../graphql/asking';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { claimOf, claimsOn } from './payers';
import { freshSubject } from './subjects';

const asking = useAsking();
const finance = { id: 'fin_1', role: 'finance' } as const;
const range = { from: new Date('2026-03-01T00:00:00Z'), before: new Date('2026-04-01T00:00:00Z') };
const RULES = {
  thresholds: { challenge: 40, review: 60, block: 80 },
  rules: [
    { code: 'many', signal: 'user_purchases_1h', at_least: 5, weight: 50 },
    { code: 'cards', signal: 'user_cards_1d', at_least: 3, weight: 35 },
    { code: 'cvc', signal: 'cvc_failed', at_least: 1, weight: 10, decision: 'review', stage: 'settle' },
  ],
};
const MANY = { user_purchases_1h: 5 };
const CARDS = { user_cards_1d: 3 };

interface Stored {
  readonly intent?: string | null;
  readonly stage?: 'claim' | 'settle' | 'warning';
  readonly was?: string;
  readonly signals?: Record<string, number>;
  readonly amount?: number;
  readonly currency?: string;
  readonly at?: string;
}

async function decided({
  intent = null,
  stage = 'claim',
  was = 'allow',
  signals = {},
  amount = 0,
  ...more
}: Stored) {
  await asking.sql(
    `insert into risk_decisions (intent_id, user_id, stage, at, rule_version, score, decision, told, signals, fired, credits,
       amount_minor, currency) values ($1, 'u', $2, $3, 1, 0, $4, 'none', $5, '{}', 1, $6, $7)`,
    [
      ...[intent, stage, more.at ?? '2026-03-10T00:00:00Z', was],
      PLACES.map((signal) => (signal && signals[signal.name]) ?? null),
      ...[amount, more.currency ?? 'INR'],
    ],
  );
}

/** An intent that was made within the time. */
async function made(isPaid: boolean, createdAt = '2026-03-10T00:00:00Z'): Promise<string> {
  const pool = asking.database.pool();
  const [intent] = await claimIntents(pool, [freshSubject()]);
  const id = intent?.id as string;
  if (isPaid) await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  await asking.sql('update intents set created_at = $2 where id = $1', [id, createdAt]);
  await asking.sql('delete from risk_decisions where intent_id = $1', [id]);
  return id;
}

const disputed = (intent: string, status: string) =>
  asking.sql(
    `insert into disputes (id, provider, provider_dispute_id, provider_payment_id, intent_id, user_id, status, amount_minor,
       currency, opened_at, closed_at)
     values ('dsp_' || $1::text, 'stripe', 'du_' || $1, 'ch_' || $1, $1, 'u', $2::text, 5000, 'INR', now(), now())`,
    [intent, status],
  );
const reviewed = (intent: string, status: string) =>
  asking.sql(
    `insert into risk_reviews (id, intent_id, user_id, reason, score, status, opened_at, decided_at, decided_by)
     values ('rev_' || $1::text, $1, 'u', 'rule', 60, $2, now(), now(), 'sup_1')`,
    [intent, status],
  );
const warned = (intent: string, kind: string) =>
  asking.sql(
    `insert into risk_warnings (provider, provider_id, kind, intent_id, user_id, is_actionable, at)
     values ('stripe', 'w_' || $1::text, $2, $1, 'u', true, now())`,
    [intent, kind],
  );

async function makeAll(): Promise<void> {
  const [a, b, c, d, e, f] = [
    await made(true),
    await made(true),
    await made(true),
    await made(true),
    await made(true),
    await made(true),
  ];
  await decided({ intent: a, signals: { ...MANY, ...CARDS }, amount: 10000 });
  await disputed(a, 'lost');
  await decided({ intent: b, signals: MANY, was: 'challenge', amount: 2000 });
  await disputed(b, 'won');
  await decided({ intent: c, amount: 3000 });
  await decided({ intent: c, stage: 'settle', signals: { cvc_failed: 1 }, was: 'review', amount: 3000 });
  await warned(c, 'early_fraud_warning');
  await decided({ intent: d, amount: 4000 });
  await decided({ intent: d, stage: 'settle', was: 'review', amount: 4000 });
  await reviewed(d, 'rejected');
  await decided({ intent: e, amount: 5000 });
  await warned(e, 'provider_review');
  await decided({ intent: f, signals: CARDS, amount: 6000 });
  await decided({ intent: await made(false), signals: MANY, amount: 700 });
  await decided({ signals: { user_purchases_1h: 9, user_cards_1d: 9 }, was: 'block', amount: 800 });
  await decided({ was: 'block', amount: 900 });
  const j = await made(true);
  await decided({ intent: j, signals: MANY, amount: 1000 });
  await decided({ intent: j, stage: 'settle', signals: CARDS, amount: 1000 });
  await reviewed(j, 'expired');
  await decided({ intent: await made(true), amount: 100, currency: 'USD' });
  await decided({ intent: await made(false), amount: 50 });
  // Not of this time, or no decision of a purchase.
  const l = await made(true, '2026-02-28T23:59:59Z');
  await decided({ intent: l, at: '2026-02-28T23:59:59Z', signals: MANY, amount: 7 });
  await decided({ intent: l, stage: 'settle', signals: { cvc_failed: 1 }, amount: 7 });
  await decided({ intent: e, stage: 'warning', signals: { ...MANY, cvc_failed: 1 }, amount: 5000 });
  await decided({ intent: await made(true), at: '2026-04-01T00:00:00Z', signals: MANY, amount: 7 });
}

beforeAll(makeAll);

const backtest = (more: object = { document: RULES }) =>
  backtestRiskRules(asking.deps, { ...range, ...more });

const EXPECTED = {
  decisions: 15,
  purchases: 12,
  paid: 8,
  all: { bad: 3, honest: 5, unpaid: 4 },
  byDecision: [
    { decision: 'allow', was: 7, would: 6, bad: 1, honest: 3, unpaid: 2 },
    { decision: 'challenge', was: 1, would: 3, bad: 0, honest: 2, unpaid: 1 },
    { decision: 'review', was: 2, would: 1, bad: 1, honest: 0, unpaid: 0 },
    { decision: 'block', was: 2, would: 2, bad: 1, honest: 0, unpaid: 1 },
  ],
  changes: [
    { was: 'allow', would: 'allow', purchases: 4 },
    { was: 'allow', would: 'challenge', purchases: 2 },
    { was: 'allow', would: 'block', purchases: 1 },
    { was: 'challenge', would: 'challenge', purchases: 1 },
    { was: 'review', would: 'allow', purchases: 1 },
    { was: 'review', would: 'review', purchases: 1 },
    { was: 'block', would: 'allow', purchases: 1 },
    { was: 'block', would: 'block', purchases: 1 },
  ],
  caught: { bad: 2, honest: 2, unpaid: 2 },
  caughtBefore: { bad: 2, honest: 1, unpaid: 2 },
  precision: 2 / 4,
  precisionBefore: 2 / 3,
  recall: 2 / 3,
  recallBefore: 2 / 3,
  money: [
    {
      ...{ currency: 'INR', bad: 17000n, badCaught: 13000n, badCaughtBefore: 7000n },
      ...{ honest: 14000n, honestTouched: 3000n, honestTouchedBefore: 2000n },
    },
    {
      ...{ currency: 'USD', bad: 0n, badCaught: 0n, badCaughtBefore: 0n },
      ...{ honest: 100n, honestTouched: 0n, honestTouchedBefore: 0n },
    },
  ],
  rules: [
    { code: 'many', weight: 50, fired: 5, bad: 1, honest: 2, unpaid: 2 },
    { code: 'cards', weight: 35, fired: 4, bad: 1, honest: 2, unpaid: 1 },
    { code: 'cvc', weight: 10, fired: 1, bad: 1, honest: 0, unpaid: 0 },
  ],
};

test('each figure is what a person counts', async () => {
  const found = await backtest();
  expect(found).toMatchObject({ ...EXPECTED, ...range, version: null });
  expect(found.scores.filter(({ bad, honest, unpaid }) => bad + honest + unpaid > 0)).toEqual([
    { from: 0, to: 4, bad: 1, honest: 2, unpaid: 2 },
    { from: 10, to: 14, bad: 1, honest: 0, unpaid: 0 },
    { from: 35, to: 39, bad: 0, honest: 1, unpaid: 0 },
    { from: 50, to: 54, bad: 0, honest: 2, unpaid: 1 },
    { from: 85, to: 89, bad: 1, honest: 0, unpaid: 1 },
  ]);
  const at = (score: number) => found.curve.find((point) => point.score === score);
  expect(at(5)).toEqual({ score: 5, bad: 2 / 3, honest: 3 / 5 });
  expect(at(40)).toEqual({ score: 40, bad: 1 / 3, honest: 2 / 5 });
  expect(at(50)).toEqual({ score: 50, bad: 1 / 3, honest: 2 / 5 });
  expect(at(55)).toEqual({ score: 55, bad: 1 / 3, honest: 0 });
  expect(at(90)).toEqual({ score: 90, bad: 0, honest: 0 });
});

test('purchases that change hands are named: known frauds first, then honest ones, the dearest first', async () => {
  const { moved } = await backtest();
  const told = moved.map(({ kind, was, would, score, amountMinor }) => [
    ...[kind, was, would, score, Number(amountMinor)],
  ]);
  expect(told).toEqual([
    ['bad', 0, 3, 85, 10000],
    ['bad', 2, 0, 0, 4000],
    ['honest', 0, 1, 50, 1000],
    ['unpaid', 3, 0, 0, 900],
    ['unpaid', 0, 1, 50, 700],
  ]);
  expect(moved[0]?.codes).toEqual(['many', 'cards']);
  expect(moved.map(({ purchase }) => purchase.slice(0, 4))).toEqual(['int_', 'int_', 'int_', 'rsk_', 'int_']);
});

test('a version is replayed as its document is, and nothing is written', async () => {
  const { version } = await proposeRiskRules(
    asking.deps,
    { id: 'adm_1', role: 'admin' },
    { document: RULES },
  );
  const state = () => asking.sql('select count(*), max(id) from risk_decisions');
  const before = await state();
  expect(await backtest({ version })).toMatchObject({ ...EXPECTED, version });
  expect(await state()).toEqual(before);
});

test('what cannot be replayed is refused: no rules, two of them, bad ones, no such version, no time', async () => {
  const refusal = (more: object) => backtest(more).catch(({ code, message }) => `${code}: ${message}`);
  expect(await refusal({})).toMatch(/^INVALID_INPUT: Give a document or a version/);
  expect(await refusal({ document: RULES, version: 1 })).toMatch(
    /^INVALID_INPUT: Give a document or a version/,
  );
  expect(await refusal({ document: { ...RULES, rules: [] } })).toBe(
    'INVALID_INPUT: rules: is at least 1 long.',
  );
  expect(await refusal({ version: 999_999 })).toMatch(/^NOT_FOUND/);
  expect(await refusal({ document: RULES, before: range.from })).toMatch(/^INVALID_INPUT: The range/);
  expect(
    await backtest({ document: RULES, from: new Date('2020-01-01'), before: new Date('2020-02-01') }),
  ).toMatchObject({
    ...{ decisions: 0, purchases: 0, precision: null, recall: null, money: [] },
  });
  expect(DECISIONS_MAX).toBeGreaterThanOrEqual(1_000_000);
});

test('one backtest runs at a time, in whatever process', async () => {
  const client = await asking.database.pool().connect();
  await client.query('begin');
  await client.query(`select pg_advisory_xact_lock(hashtextextended('risk backtest', 0))`);
  await expect(backtest()).rejects.toMatchObject({
    code: 'IN_PROGRESS',
    retryAfterSeconds: expect.any(Number),
  });
  await client.query('rollback');
  client.release();
  expect(await backtest()).toMatchObject({ purchases: 12 });
});

test('a person at a terminal reads the same figures', async () => {
  const text = backtestText('rules.json', { ...(await backtest()), tookMs: 1234 });
  expect(text.split('\n').slice(0, 13)).toEqual([
    'rules.json, 2026-03-01 to 2026-04-01',
    '15 decisions about 12 purchases: 3 paid and known to be bad, 5 paid and honest as far as is known, 4 never paid. 1.2 s',
    '',
    'Decision   was  would be  bad  honest  never paid',
    '─────────────────────────────────────────────────',
    'allow        7         6    1       3           2',
    'challenge    1         3    0       2           1',
    'review       2         1    1       0           0',
    'block        2         2    1       0           1',
    '',
    'Challenged, reviewed or blocked                 was  would be',
    '─────────────────────────────────────────────────────────────',
    'of what is bad (recall)                      66.7 %    66.7 %',
  ]);
  expect(text).toContain('INR    ₹170.00       ₹70.00   ₹130.00  ₹60.00  ₹140.00        ₹20.00    ₹30.00');
  expect(text).toMatch(/^many +50 +5 +1 +2 +2 +33\.3 %$/m);
  expect(text).toMatch(/^ 85–89 {3}████████ +33\.3 % +0\.0 %$/m);
});

test('finance asks for it over GraphQL', async () => {
  const source = `query Q($document: JSON, $range: DateTimeRange!) { admin { riskBacktest(document: $document, range: $range) {
    purchases precision caught { bad honest unpaid } money { bad { formatted } saved { amountMinor currency } }
    rules { code fired } changes { was would purchases }
    moved { kind was would codes decisionId amount { formatted } intent { userId } } } } }`;
  const variables = {
    document: RULES,
    range: { gte: range.from.toISOString(), lt: range.before.toISOString() },
  };
  const { admin } = await asking.data(finance, source, variables);
  expect(admin.riskBacktest).toMatchObject({
    ...{ purchases: 12, precision: 0.5, caught: EXPECTED.caught, changes: EXPECTED.changes },
    money: [
      { saved: { amountMinor: '6000', currency: 'INR' } },
      { saved: { amountMinor: '0', currency: 'USD' } },
    ],
  });
  expect(admin.riskBacktest.moved[0]).toMatchObject({
    ...{ kind: 'bad', was: 'allow', would: 'block', codes: ['many', 'cards'], decisionId: null },
    ...{ amount: { formatted: '₹100.00' }, intent: { userId: expect.any(String) } },
  });
  expect(admin.riskBacktest.moved[3]).toMatchObject({
    decisionId: expect.stringMatching(/^rsk_[0-9a-z]{12}$/),
    intent: null,
  });
  const { errors } = await asking.ask(finance, source, { ...variables, range: { gte: variables.range.gte } });
  expect(errors?.[0]?.message).toContain('both ends');
  expect((await asking.ask(support, source, variables)).errors?.[0]?.message).toBeDefined();
});

test('replaying the rules that ran says of each purchase what they said', async () => {
  const rules = [
    { code: 'many', signal: 'user_purchases_1h', at_least: 3, weight: 45 },
    { code: 'cheap', signal: 'is_cheapest_package', at_least: 1, weight: 20 },
    { code: 'flood', signal: 'user_purchases_10m', at_least: 5, weight: 0, decision: 'block' },
  ];
  const [row] = await asking.sql(
    `select add_rules($1, 'shadow', 'adm_1', null)::integer as version, instant() as from`,
    [JSON.stringify({ ...RULES, rules })],
  );
  await asking.sql(`update risk_rules set state = case version when $1 then 'active' else 'retired' end`, [
    row?.version,
  ]);
  const claim = claimsOn(asking.database.pool());
  const users = Array.from({ length: 40 }, (_, nth) => `again_${nth % 9}`);
  for (const user of users) await claim(claimOf(user));
  const [{ before }] = (await asking.sql(`select instant() + interval '1 second' as before`)) as [
    { before: Date },
  ];

  const found = await backtest({ version: row?.version, from: row?.from, before });
  expect(found.decisions).toBe(40);
  expect(found.changes.filter(({ was, would }) => was !== would)).toEqual([]);
  expect(found.changes.map(({ was }) => was)).toEqual(expect.arrayContaining(['allow', 'review']));
});

test('a purchase whose decisions lie far apart is counted once, among many', async () => {
  const at = '2025-06-10T00:00:00Z';
  const intent = await made(true, at);
  await decided({ intent, at, signals: MANY, amount: 500 });
  await asking.sql(
    `insert into risk_decisions (user_id, stage, at, score, decision, told, signals, fired, credits, amount_minor, currency)
     select 'u', 'claim', $1, 0, 'allow', 'none', $2, '{}', 1, 10, 'INR' from generate_series(1, 45000)`,
    [at, PLACES.map(() => null)],
  );
  await decided({ intent, at, stage: 'settle', signals: CARDS, amount: 500 });
  const told: [number, number][] = [];
  const found = await backtestRiskRules(
    asking.deps,
    { document: RULES, from: new Date(at), before: new Date('2025-06-11T00:00:00Z') },
    (done, total) => told.push([done, total]),
  );
  expect(found).toMatchObject({ decisions: 45_002, purchases: 45_001, all: { honest: 1, unpaid: 45_000 } });
  expect(found.rules.map(({ fired }) => fired)).toEqual([1, 1, 0]);
  expect(found.scores[10]).toMatchObject({ from: 50, honest: 1 });
  expect(told.length).toBeGreaterThan(2);
});
