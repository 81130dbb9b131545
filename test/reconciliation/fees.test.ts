// Fees that changed after they were booked, and those of lines that are gone, at both providers, settled over GraphQL.
import { brokenIn } from '../support/ledger';
import { useBreaks } from './breaks';
import { forget, paymentIdOf } from './planted-breaks';

const stand = useBreaks();

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  /** A purchase whose fee a run has booked: the line of the books. */
  async function booked() {
    const bought = await stand.bought({ provider });
    const key = await paymentIdOf(stand, bought);
    expect((await stand.reconcile(provider)).result).toMatchObject({ broken: 0 });
    const [line] = await stand.rows(
      'select id, fee::int as fee from simulator.balance_entries where source = $1',
      [key],
    );
    expect(line?.fee).toBeGreaterThan(0);
    return { key, line: line?.id as string, fee: line?.fee as number };
  }
  /** Razorpay's lines are paid out: what their payout left is what they are worth now. */
  const payoutFollows = async (line: string, payoutId?: string) => {
    const [row] = await stand.rows('select payout_id as id from simulator.balance_entries where id = $1', [
      line,
    ]);
    const id = payoutId ?? row?.id;
    if (provider === 'razorpay')
      await stand.rows(
        `update simulator.balance_entries set amount = -(select sum(amount - fee) from simulator.balance_entries
           where payout_id = $1 and category <> 'settlement') where source = $1`,
        [id],
      );
    return id as string;
  };
  const settlePayout = async (id: string) => {
    if (provider === 'stripe') return;
    const payout = await stand.breakOf(provider, id, 'payout', 'payout_mismatch', 'books');
    expect((await stand.resolve(payout.id, 'adjust')).errors).toEqual([]);
  };
  const areEqual = async () => {
    expect((await stand.reconcile(provider)).result).toMatchObject({ broken: 0, differences: {} });
    const { ours, theirs } = await stand.clearing(provider);
    expect(ours).toEqual(theirs);
  };
  const fees = async () =>
    Number(
      (await stand.rows(`select coalesce(sum(amount), 0) as sum from entries where account = 'fees'`))[0]
        ?.sum,
    );

  it.each([
    ['book_fee', 'more', 30],
    ['adjust', 'more', 30],
    ['book_fee', 'less', -20],
  ] as const)(
    'a fee that changed after it was booked is found, and %s settles it: %s than before',
    async (fix, _, by) => {
      const { line, fee } = await booked();
      await stand.rows('update simulator.balance_entries set fee = fee + $2 where id = $1', [line, by]);
      const payout = await payoutFollows(line);
      const before = await fees();

      const run = await stand.reconcile(provider);
      // A payout that left more or less than was booked is a difference of its own, and the two make up for each other.
      expect(run.result).toMatchObject(
        provider === 'stripe'
          ? { broken: 1, differences: { INR: String(-by) } }
          : { broken: 2, differences: { INR: '0' } },
      );
      await settlePayout(payout);
      const found = await stand.breakOf(provider, line, 'fee', 'fee_mismatch', 'books');
      expect(found).toMatchObject({
        ours: { amountMinor: String(fee) },
        theirs: { amountMinor: String(fee + by) },
        fixes: ['book_fee', 'adjust'],
      });
      expect((await stand.resolve(found.id, fix)).errors).toEqual([]);

      await areEqual();
      // What the runs book of other sales is in the sum as well.
      if (fix === 'book_fee' && provider === 'stripe') expect((await fees()) - before).toBe(-by);
    },
  );

  it('one that changes twice is settled twice, each time by what is left of the difference', async () => {
    const { line } = await booked();
    for (const by of [10, -25]) {
      await stand.rows('update simulator.balance_entries set fee = fee + $2 where id = $1', [line, by]);
      const payout = await payoutFollows(line);
      await stand.reconcile(provider);
      await settlePayout(payout);
      const found = await stand.breakOf(provider, line, 'fee', 'fee_mismatch', 'books');
      expect((await stand.resolve(found.id, 'book_fee')).errors).toEqual([]);
      await areEqual();
    }
    expect(await brokenIn(stand.database.url)).toEqual([]);
  });

  it('the fee of a payment that is gone from the books is gone with it', async () => {
    const { key, line } = await booked();
    const payout = await payoutFollows(line);
    await forget(stand, provider, key);
    await payoutFollows(line, payout);
    await stand.reconcile(provider);
    await settlePayout(payout);
    const fee = await stand.breakOf(provider, line, 'fee', 'fee_mismatch', 'books', 'fee');
    const payment = await stand.breakOf(provider, key, 'payment', 'missing_at_provider', 'books', 'payment');
    expect(fee).toMatchObject({ theirs: { amountMinor: '0' } });
    for (const [id, fix] of [
      [payment.id, 'adjust'],
      [fee.id, 'book_fee'],
    ])
      expect((await stand.resolve(id, fix)).errors).toEqual([]);
    await areEqual();
  });
});
