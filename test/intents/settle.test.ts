// What news does to one intent, its payments, its ledger and its breaks.
import pg from 'pg';
import { createSpend } from '../../src/credits/spend';
import { captured, claimIntents, declined, doorOn, plain, reading, refunded } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let count = 0;

async function bought(...userIds: string[]) {
  const pool = database.pool();
  const door = doorOn(pool);
  const intents = await claimIntents(pool, userIds.length > 0 ? userIds : [`user_${++count}`]);
  const [intent] = intents;
  if (!intent) throw new Error('No intent');
  const breaks = async () =>
    (
      await pool.query(
        'select kind, theirs_minor::int as minor from breaks where intent_id = $1 order by id',
        [intent.id],
      )
    ).rows;
  const wallet = async () =>
    (
      await pool.query('select balance::int, owed::int, version from wallets where user_id = $1', [
        intent.userId,
      ])
    ).rows[0];
  return {
    pool,
    door,
    intent,
    intents,
    breaks,
    wallet,
    news: (...facts: Parameters<typeof reading>[1][]) => door(reading(intent.id, ...facts)),
  };
}

describe('News about an intent', () => {
  it('buys the credits once, however often the capture is seen', async () => {
    const { news, wallet } = await bought();
    expect((await news(captured('ch_once'))).outcomes).toEqual(['granted']);
    const again = await news(captured('ch_once'), captured('ch_once'));
    expect(again.outcomes).toEqual(['same', 'same']);
    expect(await wallet()).toEqual({ balance: 50, owed: 0, version: 1 });
  });

  it('keeps an intent open after a decline, counts the attempt once, and lets the payer try again', async () => {
    const { news } = await bought();
    await news(declined('ch_no'));
    const { intent } = await news(declined('ch_no'));
    expect(intent).toMatchObject({ status: 'pending', attemptCount: 1, failure: { code: 'card_declined' } });
    const paid = await news(declined('ch_no'), captured('ch_yes'));
    expect(paid.intent).toMatchObject({ status: 'succeeded', attemptCount: 2, failure: null });
  });

  it('fails at the tenth declined attempt, and still grants money that comes after it, once', async () => {
    const { news, wallet } = await bought();
    for (let i = 1; i <= 9; i++) expect((await news(declined(`ch_ten_${i}`))).intent.status).toBe('pending');
    const { intent } = await news(declined('ch_ten_10'));
    expect(intent).toMatchObject({ status: 'failed', failure: { code: 'attempts', retryable: false } });
    expect((await news(captured('ch_late'))).outcomes).toEqual(['granted']);
    expect((await wallet()).balance).toBe(50);
  });

  it('fails at once when the provider calls the decline final', async () => {
    const { news } = await bought();
    expect((await news(declined('ch_final', true))).intent).toMatchObject({
      status: 'failed',
      attemptCount: 1,
    });
  });

  it('books a wrong amount as unapplied, opens a break and grants nothing', async () => {
    const { news, breaks, wallet } = await bought();
    const settled = await news(captured('ch_short', 4999n));
    expect(settled).toMatchObject({
      outcomes: ['unapplied'],
      intent: { status: 'failed', failure: { code: 'amount_mismatch' } },
    });
    expect(await breaks()).toEqual([{ kind: 'amount_mismatch', minor: 4999 }]);
    expect((await wallet()).balance).toBe(0);
    expect((await news(captured('ch_right'))).outcomes).toEqual(['granted']);
  });

  it('books another currency as unapplied', async () => {
    const { news, breaks } = await bought();
    expect((await news(captured('ch_usd', 5000n, 'USD'))).outcomes).toEqual(['unapplied']);
    expect(await breaks()).toEqual([{ kind: 'currency_mismatch', minor: 5000 }]);
  });

  it('books a second payment on a paid intent as a duplicate', async () => {
    const { news, breaks, wallet } = await bought();
    await news(captured('ch_first'));
    const second = await news(captured('ch_first'), captured('ch_second'));
    expect(second).toMatchObject({ outcomes: ['same', 'unapplied'], intent: { status: 'succeeded' } });
    expect(await breaks()).toEqual([{ kind: 'duplicate', minor: 5000 }]);
    expect((await wallet()).balance).toBe(50);
  });

  it('books money that comes after a cancel as unapplied and leaves the intent canceled', async () => {
    const { news, breaks } = await bought();
    await news(plain('canceled'));
    expect(await news(captured('ch_after'))).toMatchObject({
      outcomes: ['unapplied'],
      intent: { status: 'canceled' },
    });
    expect(await breaks()).toEqual([{ kind: 'unapplied', minor: 5000 }]);
  });

  it('opens a break when the provider calls a paid intent canceled, and keeps it succeeded', async () => {
    const { news, breaks } = await bought();
    await news(captured('ch_paid'));
    expect(await news(plain('canceled'))).toMatchObject({
      outcomes: ['illegal'],
      intent: { status: 'succeeded' },
    });
    expect(await breaks()).toEqual([{ kind: 'status_mismatch', minor: null }]);
  });

  it('never applies a reading over a later one, unless there is money in it', async () => {
    const { door, intent } = await bought();
    await door({ ...reading(intent.id, plain('accepted')), readNumber: 5 });
    const late = await door({ ...reading(intent.id, plain('reopened')), readNumber: 4 });
    expect(late).toMatchObject({ outcomes: ['stale'], intent: { status: 'processing' } });
    const money = await door({ ...reading(intent.id, captured('ch_old_read')), readNumber: 3 });
    expect(money.outcomes).toEqual(['granted']);
  });

  it('posts a purchase and its refund that are first seen together, in this order', async () => {
    const { news, wallet } = await bought();
    const settled = await news(captured('ch_both'), refunded('ch_both', 're_both', 2500n));
    expect(settled.outcomes).toEqual(['granted', 'changed']);
    expect(await wallet()).toEqual({ balance: 25, owed: 0, version: 2 });
    expect((await news(refunded('ch_both', 're_both', 2500n))).outcomes).toEqual(['same']);
  });

  it('takes what was spent already as a debt, which the next purchase pays first', async () => {
    const { door, intents, pool, wallet } = await bought('debtor', 'debtor');
    const [first, second] = intents;
    await door(reading(first?.id ?? '', captured('ch_debt_1')));
    await createSpend(pool)({
      userId: 'debtor',
      credits: 40n,
      reason: 'work',
      key: 'k',
      inputHash: 'h',
      actor: 'debtor',
      kind: 'user',
    });
    await door(reading(first?.id ?? '', refunded('ch_debt_1', 're_debt', 5000n)));
    expect(await wallet()).toEqual({ balance: 0, owed: 40, version: 3 });
    await door(reading(second?.id ?? '', captured('ch_debt_2')));
    expect(await wallet()).toEqual({ balance: 10, owed: 0, version: 4 });
  });

  it('gives a refund of more than was paid to a person', async () => {
    const { news, breaks } = await bought();
    await news(captured('ch_over'));
    expect((await news(refunded('ch_over', 're_over', 5001n))).outcomes).toEqual(['illegal']);
    expect(await breaks()).toEqual([{ kind: 'amount_mismatch', minor: 5001 }]);
  });

  it('calls an intent that we ended because its time ran out failed, not canceled', async () => {
    const { news, pool, intent } = await bought();
    await pool.query('update intents set expire_requested_at = now() where id = $1', [intent.id]);
    expect((await news(plain('canceled'))).intent).toMatchObject({
      status: 'failed',
      failure: { code: 'expired' },
    });
    expect((await news(captured('ch_expired'))).outcomes).toEqual(['granted']);
  });
});

describe('The ledger', () => {
  it.each([
    'update entries set amount = amount + 1',
    'delete from entries',
    'truncate entries',
    'update journal set reason = null',
    'delete from events',
  ])('cannot be changed by the application: %s', async (statement) => {
    await expect(database.pool().query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('refuses a posting that does not balance', async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const insert = `with j as (insert into journal (kind, reference, user_id, actor, epoch)
      values ('receipt', 'unbalanced', 'u', 'test', 1) returning id)
      insert into entries (journal_id, line, account, unit, amount)
      select id, 1, 'clearing_stripe', 'INR', -100 from j union all select id, 2, 'deferred_revenue', 'INR', 99 from j`;
    await expect(owner.query(insert)).rejects.toThrow('a posting does not balance');
    await owner.end();
  });
});
