// Several pieces of news in one set, about one intent, one user or one payment: what they leave is what they would have left
// one after another.
import { randomUUID } from 'node:crypto';
import { createSpend } from '../../src/credits/spend';
import type { Fact } from '../../src/payments/facts';
import type { Intent } from '../../src/payments/intent.entity';
import type { Reading } from '../../src/payments/settle';
import { captured, claimIntents, declined, doorOn, plain, reading, refunded } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let users = 0;

/** Intents of one user of their own, and what is left of them. */
async function openIntents(count: number) {
  const pool = database.pool();
  const userId = `sets_${++users}`;
  const intents = await claimIntents(pool, Array(count).fill(userId));
  const rows = async (sql: string, ...values: unknown[]) => (await pool.query(sql, values)).rows;
  const door = doorOn(pool);
  return {
    pool,
    userId,
    ids: intents.map(({ id }) => id),
    rows,
    /** All in one turn of the event loop, so that they leave as one set. */
    set: async (...readings: Reading[]) => Promise.all(readings.map((item) => door(item))),
    spend: (credits: bigint) =>
      createSpend(pool)({
        ...{ userId, credits, reason: 'work', key: randomUUID(), inputHash: 'h', actor: userId },
        kind: 'user',
      }),
    wallet: async () =>
      (await rows('select balance::text, owed::int, version from wallets where user_id = $1', userId))[0],
    lines: async () =>
      (
        await rows(
          `select j.kind || ' ' || e.amount || ' = ' || e.balance_after as line from entries e
           join journal j on j.id = e.journal_id
           where e.user_id = $1 and e.account = 'wallet' order by e.sequence`,
          userId,
        )
      ).map(({ line }) => line),
    told: async (intentId: string) =>
      (await rows('select kind from events where subject = $1 order by sequence', intentId)).map(
        ({ kind }) => kind,
      ),
  };
}

const outcomes = (settled: readonly { readonly outcomes: readonly string[] }[]) =>
  settled.map((one) => one.outcomes);
const statuses = (settled: readonly { readonly intent: Intent }[]) => settled.map((one) => one.intent.status);

describe('A set of news', () => {
  it('with two captures of one intent buys with the first and leaves the second unapplied', async () => {
    const { ids, set, rows, wallet } = await openIntents(1);
    const [id = ''] = ids;

    const settled = await set(reading(id, captured(`ch_a_${id}`)), reading(id, captured(`ch_b_${id}`)));

    expect(outcomes(settled)).toEqual([['granted'], ['unapplied']]);
    expect(await wallet()).toEqual({ balance: '50', owed: 0, version: 1 });
    expect(
      await rows(
        `select left(provider_payment_id, 4) as id, booked_as from intent_payments
         where intent_id = $1 order by 1`,
        id,
      ),
    ).toEqual([
      { id: 'ch_a', booked_as: 'bought' },
      { id: 'ch_b', booked_as: 'unapplied' },
    ]);
    expect(await rows('select kind from breaks where intent_id = $1', id)).toEqual([{ kind: 'duplicate' }]);
  });

  it('with the same capture three times buys once', async () => {
    const { ids, set, wallet, told } = await openIntents(1);
    const [id = ''] = ids;
    const news = reading(id, captured(`ch_${id}`));

    expect(outcomes(await set(news, news, news))).toEqual([['granted'], ['same'], ['same']]);
    expect(await wallet()).toEqual({ balance: '50', owed: 0, version: 1 });
    expect(await told(id)).toEqual(['created', 'status_changed', 'credits_granted']);
  });

  it('with two intents of one user fills the wallet in the order of the set', async () => {
    const { ids, set, wallet, lines } = await openIntents(2);

    await set(...ids.map((id) => reading(id, captured(`ch_${id}`))));

    expect(await wallet()).toEqual({ balance: '100', owed: 0, version: 2 });
    expect(await lines()).toEqual(['grant 50 = 50', 'grant 50 = 100']);
  });

  it('for a user in debt pays it with the first purchases, and grants the rest', async () => {
    const { ids, set, spend, wallet, lines, rows, userId } = await openIntents(4);
    const [first = '', second = '', ...others] = ids;
    await set(reading(first, captured(`ch_${first}`)), reading(second, captured(`ch_${second}`)));
    await spend(90n);
    await set(reading(first, refunded(`ch_${first}`, `re_${first}`, 5000n)));
    await set(reading(second, refunded(`ch_${second}`, `re_${second}`, 5000n)));
    expect(await wallet()).toEqual({ balance: '0', owed: 90, version: 5 });

    await set(...others.map((id) => reading(id, captured(`ch_${id}`))));

    expect(await wallet()).toEqual({ balance: '10', owed: 0, version: 7 });
    expect((await lines()).slice(-4)).toEqual([
      'grant 50 = 50',
      'debt_payment -50 = 0',
      'grant 50 = 50',
      'debt_payment -40 = 10',
    ]);
    expect(
      await rows(
        `select account, amount::int from entries e join journal j on j.id = e.journal_id
         where j.kind = 'debt_payment' and j.user_id = $1
         order by (select w.sequence from entries w where w.journal_id = j.id and w.account = 'wallet'), e.line`,
        userId,
      ),
    ).toEqual([
      { account: 'wallet', amount: -50 },
      { account: 'debt', amount: 50 },
      { account: 'deferred_revenue', amount: -5000 },
      { account: 'revenue', amount: 5000 },
      { account: 'wallet', amount: -40 },
      { account: 'debt', amount: 40 },
      { account: 'deferred_revenue', amount: -4000 },
      { account: 'revenue', amount: 4000 },
    ]);
    expect(
      await rows(
        `select data->'delta' as delta, data->'balance' as balance, data->'owed' as owed from events
         where subject = 'wallet:' || $1 and version > 5 order by version`,
        userId,
      ),
    ).toEqual([
      { delta: 0, balance: 0, owed: 40 },
      { delta: 10, balance: 10, owed: 0 },
    ]);
  });

  it('with a wrong amount and then the right one fails the intent and buys all the same', async () => {
    const { ids, set, rows, told } = await openIntents(1);
    const [id = ''] = ids;

    const settled = await set(
      reading(id, captured(`ch_short_${id}`, 4999n), captured(`ch_right_${id}`)),
      reading(id, captured(`ch_usd_${id}`, 5000n, 'USD')),
    );

    expect(outcomes(settled)).toEqual([['unapplied', 'granted'], ['unapplied']]);
    expect(settled[0]?.intent).toMatchObject({ status: 'succeeded', failure: null, attemptCount: 2 });
    expect(settled[1]?.intent).toMatchObject({ status: 'succeeded', attemptCount: 3 });
    expect(await rows('select kind from breaks where intent_id = $1 order by id', id)).toEqual([
      { kind: 'amount_mismatch' },
      { kind: 'duplicate' },
    ]);
    expect(await told(id)).toEqual([
      ...['created', 'status_changed', 'money_unapplied', 'status_changed', 'credits_granted'],
      ...['payment_changed', 'money_unapplied'],
    ]);
  });

  it('with an earlier reading after a later one applies the later one alone', async () => {
    const { ids, set } = await openIntents(1);
    const [id = ''] = ids;
    const at = (readNumber: number, ...facts: Fact[]): Reading => ({ ...reading(id, ...facts), readNumber });

    const settled = await set(
      at(5, plain('accepted')),
      at(4, plain('reopened')),
      at(3, captured(`ch_${id}`)),
      at(5, plain('reopened')),
    );

    expect(outcomes(settled)).toEqual([['moved'], ['stale'], ['granted'], ['same']]);
    expect(statuses(settled)).toEqual(['processing', 'processing', 'succeeded', 'succeeded']);
  });

  it('answers each reading with the intent as it was after it', async () => {
    const { ids, set, told } = await openIntents(1);
    const [id = ''] = ids;
    const note = { kind: 'webhook_received', data: { event: 'e' } } as const;

    const settled = await set(
      { ...reading(id, { ...declined(`ch_${id}`), news: 'accepted' }), note },
      { ...reading(id, declined(`ch_${id}`), plain('reopened')), note, moreNotes: [note, note] },
      reading(id, declined(`ch_${id}`)),
      reading(id, captured(`ch_2_${id}`)),
    );

    expect(outcomes(settled)).toEqual([['moved'], ['changed', 'moved'], ['same'], ['granted']]);
    expect(statuses(settled)).toEqual(['processing', 'pending', 'pending', 'succeeded']);
    expect(settled.map(({ intent }) => intent.version)).toEqual([2, 4, 4, 5]);
    expect(settled.map(({ intent }) => intent.attemptCount)).toEqual([1, 1, 1, 2]);
    expect(await told(id)).toEqual([
      ...['created', 'webhook_received', 'status_changed', 'webhook_received', 'webhook_received'],
      ...['attempt_declined', 'webhook_received', 'status_changed', 'status_changed', 'credits_granted'],
    ]);
  });

  it('with captures and refunds of one user takes back what was bought before', async () => {
    const { ids, set, wallet, lines } = await openIntents(2);
    const [first = '', second = ''] = ids;

    const settled = await set(
      reading(
        first,
        captured(`ch_${first}`),
        refunded(`ch_${first}`, `re_${first}`, 2500n),
        plain('canceled'),
      ),
      reading(second, captured(`ch_${second}`)),
    );

    expect(outcomes(settled)).toEqual([['granted', 'changed', 'illegal'], ['granted']]);
    expect(await wallet()).toEqual({ balance: '75', owed: 0, version: 3 });
    expect([...(await lines())].sort().map((line) => line.split(' =')[0])).toEqual([
      'grant 50',
      'grant 50',
      'refund -25',
    ]);
  });

  it('answers what is not there beside what is', async () => {
    const { ids, pool } = await openIntents(1);
    const [id = ''] = ids;
    const door = doorOn(pool);

    const [known, unknown] = await Promise.allSettled([
      door(reading(id, captured(`ch_${id}`))),
      door(reading('int_nowhere', captured('ch_nowhere'))),
    ]);

    expect(known).toMatchObject({ value: { outcomes: ['granted'] } });
    expect(unknown).toMatchObject({ status: 'rejected' });
  });

  it('with the tenth decline among others fails the intent once', async () => {
    const { ids, set, told } = await openIntents(1);
    const [id = ''] = ids;

    const settled = await set(
      ...Array.from({ length: 12 }, (_, nth) => reading(id, declined(`ch_${nth}_${id}`))),
    );

    expect(outcomes(settled).flat()).toEqual([...Array(9).fill('changed'), 'moved', 'changed', 'changed']);
    expect(settled.at(-1)?.intent).toMatchObject({
      status: 'failed',
      attemptCount: 12,
      failure: { code: 'attempts' },
    });
    expect((await told(id)).filter((kind) => kind === 'status_changed')).toHaveLength(1);
  });
});
