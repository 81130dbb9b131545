import type { Caller } from '../../src/callers/caller';
import { metrics } from '../../src/reports/metrics';
import { support, useAsking } from '../graphql/asking';
import { captured, claimIntents, doorOn, plain, reading, refunded } from '../support/intents';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };

/** An intent that ended so at that instant, 90 seconds after it was started. */
async function ended(at: string, how: 'succeeded' | 'failed' | 'refunded'): Promise<string> {
  const pool = asking.database.pool();
  const settle = doorOn(pool);
  const [intent] = await claimIntents(pool, ['ann']);
  const id = intent?.id ?? '';
  await settle(reading(id, how === 'failed' ? plain('failed') : captured(`ch_${id}`)));
  if (how === 'refunded') await settle(reading(id, refunded(`ch_${id}`, `re_${id}`, 2000n)));
  await asking.sql(
    `update intents set completed_at = $2, created_at = $2::timestamptz - interval '90 seconds' where id = $1`,
    [id, at],
  );
  await asking.sql('update refunds set completed_at = $2 where intent_id = $1', [id, at]);
  return id;
}

beforeAll(async () => {
  // The evening of the first is already the second in Kolkata.
  await ended('2026-03-01T10:00:00Z', 'succeeded');
  await ended('2026-03-01T20:00:00Z', 'refunded');
  await ended('2026-03-01T20:30:00Z', 'failed');
  await ended('2026-03-03T05:00:00Z', 'succeeded');
  await ended('2026-04-01T00:00:00Z', 'succeeded');
});

const MARCH = { gte: '2026-03-01T00:00:00Z', lt: '2026-03-04T00:00:00Z' };
const QUESTION = `query ($range: DateTimeRange!, $bucket: MetricBucket!, $timezone: String) { admin {
  metrics(range: $range, bucket: $bucket, timezone: $timezone) {
    totals { currency gross { amountMinor } refunded { amountMinor } net { amountMinor } payments successRate creditsSold }
    series { at gross { amountMinor } refunded { amountMinor } succeeded failed canceled p95ConfirmMs }
    byPackage { package { id } payments gross { amountMinor } } conversion { name count } } } }`;

const ask = async (range: object = MARCH, bucket = 'day', timezone = 'UTC') =>
  (await asking.data(finance, QUESTION, { range, bucket, timezone })).admin.metrics;

test('a payment that finance accepted at another price counts for what was paid', async () => {
  const pool = asking.database.pool();
  const settle = doorOn(pool);
  const [intent] = await claimIntents(pool, ['bea']);
  const id = intent?.id ?? '';
  await settle(reading(id, captured(`ch_${id}`, 4000n)));
  await settle(reading(id, { ...captured(`ch_${id}`, 4000n), news: 'applied' }));
  await asking.sql(
    `update intents set completed_at = '2026-06-02T00:00:00Z', created_at = '2026-06-01T23:59:00Z' where id = $1`,
    [id],
  );
  const { totals, byPackage } = await ask({ gte: '2026-06-01T00:00:00Z', lt: '2026-06-03T00:00:00Z' });
  expect(totals).toMatchObject([{ gross: { amountMinor: '4000' }, payments: 1, creditsSold: 50 }]);
  expect(byPackage).toMatchObject([{ gross: { amountMinor: '4000' } }]);
});

test('totals are what was sold, sent back and lost in the range, and nothing of after it', async () => {
  const { totals, byPackage } = await ask();

  expect(totals).toEqual([
    {
      currency: 'INR',
      gross: { amountMinor: '15000' },
      refunded: { amountMinor: '2000' },
      net: { amountMinor: '13000' },
      payments: 3,
      successRate: 0.75,
      creditsSold: 150,
    },
  ]);
  expect(byPackage).toEqual([{ package: { id: 'small' }, payments: 3, gross: { amountMinor: '15000' } }]);
});

test('the days are those of the time zone, and a day without a payment is there with zeros', async () => {
  const [utc, kolkata] = [(await ask()).series, (await ask(MARCH, 'day', 'Asia/Kolkata')).series];

  expect(utc.map((point: any) => [point.at, point.succeeded, point.failed])).toEqual([
    ['2026-03-01T00:00:00.000Z', 2, 1],
    ['2026-03-02T00:00:00.000Z', 0, 0],
    ['2026-03-03T00:00:00.000Z', 1, 0],
  ]);
  expect(kolkata.map((point: any) => [point.at, point.succeeded, point.failed])).toEqual([
    ['2026-02-28T18:30:00.000Z', 1, 0],
    ['2026-03-01T18:30:00.000Z', 1, 1],
    ['2026-03-02T18:30:00.000Z', 1, 0],
    ['2026-03-03T18:30:00.000Z', 0, 0],
  ]);
  expect(utc[0]).toMatchObject({
    gross: { amountMinor: '10000' },
    refunded: { amountMinor: '2000' },
    p95ConfirmMs: 90_000,
  });
  expect(utc[1]).toMatchObject({ gross: { amountMinor: '0' }, p95ConfirmMs: null });
});

test('what is not asked for is not counted', async () => {
  const metricsWith = (fields: string) =>
    asking.statementsOf(() =>
      asking.data(
        finance,
        `query ($range: DateTimeRange!) { admin { metrics(range: $range) { ${fields} } } }`,
        { range: MARCH },
      ),
    );
  await metricsWith('conversion { name }');

  // The first tells the buckets. Totals and series are counted together, and how long purchases took by itself.
  expect(await metricsWith('totals { payments } series { succeeded }')).toBe(2);
  expect(await metricsWith('totals { payments } series { succeeded p95ConfirmMs }')).toBe(3);
  expect(await metricsWith('conversion { count }')).toBe(2);
});

test.each([
  ['a day of 23 hours', '2026-03-29T00:00:00+01:00', '2026-03-31T00:00:00+02:00', 'day', 2, 23],
  ['a day of 25 hours', '2026-10-25T00:00:00+02:00', '2026-10-27T00:00:00+01:00', 'day', 2, 25],
])('%s is one day', async (_, gte, lt, bucket, count, hours) => {
  const { series } = await ask({ gte, lt }, bucket, 'Europe/Berlin');

  expect(series).toHaveLength(count);
  expect((Date.parse(series[1].at) - Date.parse(series[0].at)) / 3_600_000).toBe(hours);
});

test('hours go by in a row where clocks are put back', async () => {
  const range = { gte: '2026-10-25T00:00:00+02:00', lt: '2026-10-26T00:00:00+01:00' };

  expect((await ask(range, 'hour', 'Europe/Berlin')).series).toHaveLength(25);
});

test('each bucket length adds up to the totals', async () => {
  const range = { gte: '2026-03-01T09:00:00Z', lt: '2026-03-01T21:00:00Z' };
  for (const bucket of ['minute', 'hour', 'day', 'week', 'month']) {
    const { series } = await ask(range, bucket, 'Asia/Kolkata');
    expect(series.reduce((sum: number, point: any) => sum + point.succeeded, 0)).toBe(2);
  }
});

test('the way of purchases started in the range is counted step by step', async () => {
  const { conversion } = await ask();

  expect(conversion.map((step: any) => step.name)).toEqual(['started', 'offered', 'attempted', 'succeeded']);
  expect(conversion[0].count).toBe(4);
  expect(conversion[3].count).toBe(3);
});

test.each([
  [{ gte: '2026-03-02T00:00:00Z', lt: '2026-03-01T00:00:00Z' }, 'day', 'UTC', 'range'],
  [{ gte: '2020-01-01T00:00:00Z', lt: '2026-03-01T00:00:00Z' }, 'minute', 'UTC', 'bucket'],
  [MARCH, 'day', 'Mars/Olympus', 'timezone'],
  [MARCH, 'day', '+05:30', 'timezone'],
  [MARCH, 'day', "x'; drop table intents; --", 'timezone'],
])('a bad question is refused: %j %s %s', async (range, bucket, timezone, field) => {
  const { errors } = await asking.ask(finance, QUESTION, { range, bucket, timezone });

  expect((errors?.[0]?.originalError as any)?.originalError ?? errors?.[0]?.originalError).toMatchObject({
    code: 'INVALID_INPUT',
    path: [field],
  });
});

test('numbers are for finance', async () => {
  const { errors } = await asking.ask(support, QUESTION, { range: MARCH, bucket: 'day' });

  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('a range without an end is the last thirty days', async () => {
  const { buckets } = await metrics(asking.deps, {});

  expect(buckets.length).toBeGreaterThanOrEqual(30);
  expect(buckets.length).toBeLessThanOrEqual(31);
});

test.each(['2024-04-06T12:00:00Z', '2024-10-05T12:00:00Z'])(
  'hours add up to the whole where clocks move by half of one, around %s',
  async (gte) => {
    const lt = new Date(Date.parse(gte) + 12 * 3_600_000).toISOString();
    // One each ten minutes, over the night in which Lord Howe Island puts its clocks by half an hour.
    for (let minutes = 0; minutes < 12 * 60; minutes += 10)
      await ended(new Date(Date.parse(gte) + minutes * 60_000).toISOString(), 'succeeded');

    for (const bucket of ['hour', 'minute']) {
      const { totals, series } = await ask({ gte, lt }, bucket, 'Australia/Lord_Howe');
      const sum = series.reduce(
        (total: number, { succeeded }: { succeeded: number }) => total + succeeded,
        0,
      );
      expect([totals[0].payments, sum]).toEqual([72, 72]);
    }
  },
);
