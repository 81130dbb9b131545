// A past balance: the figures and the lots as they were booked at an instant.
import { balanceAt } from '../../src/credits/balance-at';
import { codeOf, useCreditStand } from './stand';

const stand = useCreditStand();

const instant = async (): Promise<Date> => {
  // Apart from what comes before and after by more than a millisecond, which is all that a Date can tell.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const [{ now }] = await stand.sql('select clock_timestamp() as now');
  await new Promise((resolve) => setTimeout(resolve, 5));
  return now;
};

const figures = async (at: Date) => {
  const past = await balanceAt(stand.deps, { userId: 'ada', at });
  const [credits, held, frozen, owed] = [past.balance, past.held, past.frozen, past.owed].map(Number);
  return {
    credits,
    held,
    frozen,
    owed,
    lots: past.lots.map(({ granted, remaining }) => [Number(granted), Number(remaining)]),
  };
};

it('is what was booked then, however much has happened since', async () => {
  const nothing = await instant();
  const intent = await stand.buy('ada');
  const bought = await instant();
  const { hold } = await stand.hold('ada', 20);
  const held = await instant();
  await stand.settle('ada', hold.id, 15);
  await stand.adjust('ada', 10);
  const settled = await instant();
  await stand.spend('ada', 45);
  await stand.refund(intent, 5000n);
  const owing = await instant();
  await stand.buy('ada');
  const paid = await instant();

  const none = { credits: 0, held: 0, frozen: 0, owed: 0, lots: [] };
  expect(await figures(nothing)).toEqual(none);
  expect(await figures(bought)).toEqual({ ...none, credits: 50, lots: [[50, 50]] });
  expect(await figures(held)).toEqual({ ...none, credits: 50, held: 20, lots: [[50, 50]] });
  expect(await figures(settled)).toEqual({
    ...none,
    credits: 45,
    lots: [
      [50, 35],
      [10, 10],
    ],
  });
  expect(await figures(owing)).toEqual({ ...none, owed: 50 });
  expect(await figures(paid)).toEqual(none);
});

it('finds the change among many by a few looks', async () => {
  await stand.adjust('bea', 1000);
  const instants: Date[] = [];
  for (let nth = 0; nth < 30; nth++) {
    await stand.spend('bea', 1);
    if (nth % 7 === 0) instants.push(await instant());
  }

  const balances = await Promise.all(instants.map((at) => balanceAt(stand.deps, { userId: 'bea', at })));

  expect(balances.map(({ balance }) => Number(balance))).toEqual([999, 992, 985, 978, 971]);
});

it('is nothing for a user who never had any, and refused for an instant that lies ahead', async () => {
  expect(await balanceAt(stand.deps, { userId: 'nobody', at: new Date() })).toMatchObject({
    balance: 0n,
    lots: [],
  });
  const ahead = new Date(Date.now() + 60_000);
  expect(await codeOf(balanceAt(stand.deps, { userId: 'ada', at: ahead }))).toBe('INVALID_INPUT');
});

it.each(['update lot_history set remaining = 0', 'delete from lot_history', 'truncate lot_history'])(
  'keeps the history of lots from the application: %s',
  async (statement) => {
    await expect(stand.deps.pool.query(statement)).rejects.toThrow('permission denied');
  },
);
