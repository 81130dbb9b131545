// Disputes whose events never came, as finance finds them in a run over the provider's books and settles them over GraphQL. A
// small package is 50 credits for INR 50.00.
import { sweepDisputes } from '../../src/disputes/sweep';
import type { ProviderName } from '../../src/providers/provider';
import type { BreakKind } from '../../src/reconciliation/match';
import { awayFromTheSweep } from '../support/schedule';
import { useBreaks } from './breaks';

const stand = useBreaks();
beforeEach(awayFromTheSweep);

/** The simulated providers' events go nowhere here: whatever is played is not heard. */
const disputeOf = async (providerIntentId: string): Promise<string> => {
  const [row] = await stand.rows(`select id from simulator.objects where root_id = $1 and kind = 'dispute'`, [
    providerIntentId,
  ]);
  return row?.id;
};
const foundAs = (provider: ProviderName, key: string, kind: BreakKind) =>
  stand.breakOf(provider, key, 'dispute', kind, 'books');

async function booksAgree(provider: ProviderName): Promise<void> {
  const run = await stand.reconcile(provider);
  expect(run.result).toMatchObject({ broken: 0, differences: {} });
  const { ours, theirs } = await stand.clearing(provider);
  expect(ours).toEqual(theirs);
}

describe.each(['stripe', 'razorpay'] as const)('A run over %s', (provider) => {
  it('finds a dispute that nobody was told of, moved money or not, and its fix freezes the credits', async () => {
    const paid = await stand.bought({ provider });
    await paid.play('dispute_open');
    await stand.reconcile(provider);

    const found = await foundAs(provider, await disputeOf(paid.providerIntentId), 'missing_here');
    expect(found).toMatchObject({ status: 'open', suggestedFix: 'apply_to_intent' });
    expect(await paid.wallet()).toMatchObject({ balance: 50, frozen: 0 });
    expect(await stand.resolve(found.id, 'apply_to_intent')).toMatchObject({
      break: { status: 'resolved', resolvedBy: 'fin_1' },
      errors: [],
    });

    expect(await paid.wallet()).toMatchObject({ balance: 50, frozen: 50 });
    await booksAgree(provider);
  });

  it.each([
    ['dispute_won', { balance: 50, frozen: 0 }],
    ['dispute_lost', { balance: 0, frozen: 0 }],
  ] as const)(
    'finds one that was %s without a word, and its fix leaves books and credits right',
    async (end, after) => {
      const paid = await stand.bought({ provider });
      await paid.play('dispute_open');
      await sweepDisputes(stand.app.deps);
      expect(await paid.wallet()).toMatchObject({ frozen: 50 });
      await paid.play(end);
      await stand.reconcile(provider);

      const found = await foundAs(provider, await disputeOf(paid.providerIntentId), 'status_mismatch');
      expect(found).toMatchObject({ status: 'open', suggestedFix: 'apply_to_intent' });
      expect(await stand.resolve(found.id, 'apply_to_intent')).toMatchObject({
        break: { status: 'resolved' },
        errors: [],
      });

      expect(await paid.wallet()).toMatchObject(after);
      await booksAgree(provider);
    },
  );

  it('a break of a dispute closes by itself once the gateway has looked', async () => {
    const paid = await stand.bought({ provider });
    await paid.play('dispute_open');
    await stand.reconcile(provider);
    const key = await disputeOf(paid.providerIntentId);
    await foundAs(provider, key, 'missing_here');

    await sweepDisputes(stand.app.deps);

    const [row] = await stand.rows('select status, note from breaks where provider_entry_id = $1', [key]);
    expect(row).toEqual({ status: 'resolved', note: 'The provider has told of it since.' });
    await booksAgree(provider);
  });
});
