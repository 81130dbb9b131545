// Refunds beside everything else that takes the same credits: many refunds of one payment at once, and a refund that races
// a spend, a hold and the expiry of the same lot. The ledger is checked after each seed's round; REFUND_RACE_SEEDS=1000
// (npm run test:refund-race) for the long way.
import { workDueWallets } from '../../src/credits/due';
import { settleDispute } from '../../src/disputes/settle';
import { brokenIn } from '../support/ledger';
import { type Bought, useRefundStand } from './stand';

const stand = useRefundStand();
const SEEDS = Number(process.env.REFUND_RACE_SEEDS ?? 12);

/** mulberry32: the same seed gives the same story. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

it.each(['stripe', 'razorpay'] as const)(
  'a hundred refunds at once at %s never send back more than was paid',
  async (provider) => {
    const paid = await stand.bought({ provider });
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => paid.refund(300)));

    const done = results.filter(({ status }) => status === 'fulfilled');
    // 16 × 300 = 4800 of 5000.
    expect(done).toHaveLength(16);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
    const [sum] = await stand.rows(
      `select count(*)::int as n, sum(amount_minor)::int as minor, sum(credits_revoked)::int as credits from refunds
       where intent_id = $1 and status = 'succeeded'`,
      [paid.id],
    );
    expect(sum).toEqual({ n: 16, minor: 4800, credits: 48 });
    expect(await paid.wallet()).toEqual({ balance: 2, held: 0, frozen: 0, owed: 0 });
  },
);

it('a hundred repeats of one key at once refund once', async () => {
  const paid = await stand.bought();
  await Promise.allSettled(Array.from({ length: 100 }, () => paid.refund(300, 'one-key-100')));
  expect(await paid.refunds()).toMatchObject([{ status: 'succeeded', amount: 300 }]);
  expect(await paid.wallet()).toMatchObject({ balance: 47, frozen: 0, owed: 0 });
});

/** One user's two lots; everything at once, in an order that the seed makes. @returns what went wrong for whom */
async function race(seed: number): Promise<string[]> {
  const random = randomOf(seed);
  const first = await stand.bought({ provider: random(2) === 0 ? 'stripe' : 'razorpay' });
  const second = await stand.bought({ userId: first.userId });
  const { userId } = first;
  const trouble = random(4) === 0 ? 'answerLost' : null;
  stand.trouble = ({ path }) => (path.includes('refund') ? trouble : null);
  const lot = random(2) === 0 ? first : second;
  const acts: (() => Promise<unknown>)[] = [
    () => first.refund(1 + random(25) * 100),
    () => first.refund(null),
    () => second.refund(100 + random(49) * 100),
    () => stand.spend(userId, 1 + random(60)),
    () => stand.spend(userId, 1 + random(30)),
    () => stand.hold(userId, 1 + random(60)),
    () => stand.hold(userId, 1 + random(20)),
    () => stand.rows('update lots set expires_at = now() where intent_id = $1', [lot.id]),
    () => workDueWallets(stand.app.deps),
    () => dispute(second, 'open', seed * 10 + 1),
    () => dispute(second, random(2) === 0 ? 'won' : 'lost', seed * 10 + 2),
  ];
  for (let at = acts.length - 1; at > 0; at--) {
    const other = random(at + 1);
    [acts[at], acts[other]] = [acts[other]!, acts[at]!];
  }
  const results = await Promise.allSettled(acts.map((act) => act()));
  stand.trouble = () => null;
  return results.flatMap((result) =>
    result.status === 'rejected' &&
    !/^(INSUFFICIENT|REFUND_EXCEEDS|PROVIDER_DECLINED|IN_PROGRESS)/.test(codeOf(result.reason))
      ? [String(result.reason)]
      : [],
  );
}

// A refused spend is an assertion of the stand's.
const codeOf = (error: { code?: string; message?: string }): string =>
  error.code ?? (/spent/.test(error.message ?? '') ? 'INSUFFICIENT_CREDITS' : String(error));

async function dispute(paid: Bought, status: 'open' | 'won' | 'lost', readNumber: number): Promise<void> {
  const intent = await stand.app.deps.readIntent(paid.id);
  if (!intent) throw new Error('No intent');
  await settleDispute(stand.app.deps, {
    intent,
    readNumber,
    notes: [],
    object: {
      providerDisputeId: `dp_race_${paid.id}`,
      providerPaymentId: intent.providerPaymentId ?? '',
      providerIntentId: intent.providerIntentId,
      phase: 'chargeback',
      status,
      amount: { amountMinor: 5000n, currency: 'INR' },
      needsAnswer: true,
      amountWithdrawnMinor: status === 'won' ? 0n : 5000n,
      reason: 'fraudulent',
      respondBy: null,
      createdAt: 1_795_000_000,
    },
  });
}

it(`a refund racing a spend, a hold, a dispute and the expiry of the same lot breaks nothing (${SEEDS} seeds)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const went = await race(seed);
    // The whole ledger is read for it: after every tenth seed of a long run.
    const broken = SEEDS <= 20 || seed % 10 === 0 ? await brokenIn(stand.database.url) : [];
    expect({ seed, went, broken }).toEqual({ seed, went: [], broken: [] });
  }
}, 1_800_000);
