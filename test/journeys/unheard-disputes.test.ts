// Disputes of which no event ever came, from outside: whoever looks, the credits and both sides of the books end up as the bank
// has them. A small package is 50 credits for INR 50.00.
import type { Outcome } from '../../packages/simulator/src/outcomes';
import { awayFromTheSweep } from '../support/schedule';
import { type Paid, PROVIDERS, useBooks } from './books-stand';

const stand = useBooks({ UNAPPLIED_REFUND: 'manual' });
beforeEach(awayFromTheSweep);

const balanceOf = (credits: number, frozen = 0) => ({
  credits,
  available: credits - frozen,
  held: 0,
  frozen,
  owed: 0,
});
const unheard = (paid: Paid, outcome: Outcome) => paid.play(outcome, { isLost: true });

/** What a run finds about the payment is settled by its first fix, or by another. */
async function reconcileBy(paid: Paid, fix?: string): Promise<void> {
  await stand.reconcile(paid.provider);
  const found = await stand.open({ intentId: paid.id });
  expect(found).toMatchObject([{ subject: 'dispute' }]);
  const { id, suggestedFix } = found[0] as Record<string, string>;
  expect((await stand.resolve(String(id), String(fix ?? suggestedFix))).errors).toEqual([]);
}

const LOOKS: readonly [string, (paid: Paid) => Promise<void>][] = [
  ['the user asks anew', (paid) => paid.sync()],
  ['the gateway looks by itself', () => stand.sweep()],
  ['finance reconciles', (paid) => reconcileBy(paid)],
];

describe.each(PROVIDERS)('At %s', (provider) => {
  it.each(LOOKS)('a dispute that opened, and how it ended, are made good once %s', async (_, look) => {
    for (const [ends, status, credits] of [
      ['dispute_won', 'won', 50],
      ['dispute_lost', 'lost', 0],
    ] as const) {
      const paid = await stand.bought(provider);
      await unheard(paid, 'dispute_open');
      expect(await paid.balance()).toEqual(balanceOf(50));
      await look(paid);
      expect(await paid.intent()).toMatchObject({ disputes: [{ status: 'open', creditsFrozen: 50 }] });
      expect(await paid.balance()).toEqual(balanceOf(50, 50));

      await unheard(paid, ends);
      expect(await paid.balance()).toEqual(balanceOf(50, 50));
      await look(paid);
      expect(await paid.intent()).toMatchObject({ disputes: [{ status, creditsFrozen: 0 }] });
      expect(await paid.balance()).toEqual(balanceOf(credits));
    }
    await stand.expectAgreement(provider);
  });
});

// What the provider says of it is booked; what its books have in dollars differs from that, and is adjusted.
it.each([...LOOKS.slice(0, 2), ['finance reconciles', (paid: Paid) => reconcileBy(paid, 'adjust')] as const])(
  'one about rupees that is won with dollars moved at three rates is made good once %s',
  async (_, look) => {
    const paid = await stand.bought('stripe');
    await unheard(paid, 'dispute_open');
    const [dispute] = await stand.rows(
      `select id from simulator.objects where root_id = $1 and kind = 'dispute'`,
      [paid.providerIntentId],
    );
    await stand.movedInDollars(dispute?.id, [-55]);
    await look(paid);
    expect(await paid.balance()).toEqual(balanceOf(50, 50));

    await unheard(paid, 'dispute_won');
    await stand.movedInDollars(dispute?.id, [-55, -2, 56]);
    await look(paid);

    expect(await paid.intent()).toMatchObject({ disputes: [{ status: 'won', creditsFrozen: 0 }] });
    expect(await paid.balance()).toEqual(balanceOf(50));
    await stand.reconcile('stripe');
    for (const { id, fixes } of await stand.open({ intentId: paid.id })) {
      expect(fixes).toContain('adjust');
      expect((await stand.resolve(id, 'adjust')).errors).toEqual([]);
    }
    await stand.expectAgreement('stripe');
  },
);
