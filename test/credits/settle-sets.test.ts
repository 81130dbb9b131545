// Holds that are settled in one set: what a user's holds leave does not depend on how many of them the set has.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { SETTLE_ROW } from '../../src/credits/settle-hold';
import { arrayText } from '../../src/db/set-call';
import { settleDispute } from '../../src/disputes/settle';
import { createReadIntent } from '../../src/intents/find';
import { leftBehind } from '../property/left';
import { ownerOf } from '../support/database';
import { service, useCreditStand } from './stand';

const stand = useCreditStand();

let owner: pg.Client;
beforeAll(async () => {
  owner = new pg.Client(ownerOf(stand.database.url));
  await owner.connect();
});
afterAll(() => owner.end());

interface Settle {
  /** The nth hold that was made. */
  readonly hold: number;
  readonly credits: number;
  readonly key: string;
  readonly role: 'user' | 'service';
}

interface Wallet {
  readonly userId: string;
  readonly holds: readonly string[];
}

/** Lots of prices that do not divide, one of which runs out and one of which may be disputed, and holds over them. */
async function walletWith(held: readonly number[], disputedMinor: number): Promise<Wallet> {
  const userId = `u_${randomUUID()}`;
  await stand.adjust(userId, 5, { expiresAt: new Date(Date.now() + 3_600_000) });
  const disputed = await stand.buy(userId, 30, { credits: 30, amountMinor: 1000n });
  await stand.buy(userId, 60, { credits: 7, amountMinor: 555n });
  await stand.buy(userId, null, { credits: 50, amountMinor: 4999n });
  await stand.spend(userId, 2);
  const holds: string[] = [];
  for (const [nth, credits] of held.entries())
    holds.push((await stand.hold(userId, credits, nth % 3 === 2 ? { caller: service } : {})).hold.id);
  if (disputedMinor > 0) await dispute(disputed, BigInt(disputedMinor));
  return { userId, holds };
}

async function dispute(intentId: string, amountMinor: bigint): Promise<void> {
  const intent = await createReadIntent(stand.deps.pool)(intentId);
  if (!intent) throw new Error('No intent');
  await settleDispute(stand.deps, {
    intent,
    readNumber: 100,
    notes: [],
    object: {
      ...{ providerDisputeId: `dp_${intentId}`, providerPaymentId: `ch_${intentId}` },
      ...{ providerIntentId: intent.providerIntentId, phase: 'chargeback', status: 'open' },
      ...{ amount: { amountMinor, currency: 'INR' }, amountWithdrawnMinor: 0n },
      ...{ reason: 'fraudulent', needsAnswer: true, respondBy: null, createdAt: 1_795_000_000 },
    },
  });
}

/** Sends them as one set. @returns the outcomes, and for each the place of its posting among the user's. */
async function settle({ userId, holds }: Wallet, settles: readonly Settle[]): Promise<unknown[]> {
  const rows = settles.map(({ hold, credits, key, role }) => ({
    ...{ id: holds[hold] ?? 'hld_nothing', userId, credits: BigInt(credits), key, role },
    ...{ inputHash: `${hold}:${credits}`, actor: role === 'user' ? userId : 'svc_1' },
  }));
  const { rows: answers } = await stand.deps.pool.query(
    'select ord, outcome, journal_id from settle_holds($1::settle_row[], true) order by ord',
    [arrayText(SETTLE_ROW, rows)],
  );
  const { rows: postings } = await owner.query('select id from journal where user_id = $1 order by id', [
    userId,
  ]);
  return answers.map(({ outcome, journal_id: id }) => [
    outcome,
    postings.findIndex((posting) => posting.id === id),
  ]);
}

/** What a posting took of which lot is compared too, and in which order the wallet's events and each hold's were told. */
async function leftTo({ userId, holds }: Wallet): Promise<unknown> {
  const [left] = await leftBehind(owner, [userId]);
  const { rows: taken } = await owner.query(
    `select (select count(*) from journal o where o.user_id = $1 and o.id <= t.journal_id)::int as posting,
       (select count(*) from lots o where o.user_id = $1 and o.id <= t.lot_id)::int as lot,
       t.credits::int, t.minor::int
     from spend_lots t join lots l on l.id = t.lot_id where l.user_id = $1 order by 1, 2`,
    [userId],
  );
  const { rows: told } = await owner.query(
    `select kind, version from events where subject = any($1) order by array_position($1, subject), id`,
    [[`wallet:${userId}`, ...holds]],
  );
  return { left, taken, told };
}

// SETTLE_SET_RUNS for a long run.
const RUNS = Number(process.env.SETTLE_SET_RUNS ?? 20);
const HELD_MAX = 9;
const settles: fc.Arbitrary<Settle[]> = fc.array(
  fc.record({
    hold: fc.nat(HELD_MAX),
    credits: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 6, max: 40 })),
    // Few, so that keys come again in a set, with the same input and with another one.
    key: fc.nat(25).map((nth) => `key ${nth}`),
    role: fc.constantFrom('service' as const, 'service' as const, 'user' as const),
  }),
  { minLength: 4, maxLength: 14 },
);

it('leave the same whether they are settled one after another or in one set, also of a disputed lot', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 4, maxLength: HELD_MAX }),
      fc.oneof(fc.constant(0), fc.integer({ min: 500, max: 1000 })),
      settles,
      async (held, disputedMinor, asked) => {
        const [one, other] = [await walletWith(held, disputedMinor), await walletWith(held, disputedMinor)];

        const inOneSet = await settle(one, asked);
        const oneByOne: unknown[] = [];
        for (const each of asked) oneByOne.push(...(await settle(other, [each])));

        expect(inOneSet).toEqual(oneByOne);
        expect(await leftTo(one)).toEqual(await leftTo(other));
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);
