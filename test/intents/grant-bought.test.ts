// Credits that a hand in the database parted from their payment, granted by a person.
import { randomUUID } from 'node:crypto';
import { settleDispute } from '../../src/disputes/settle';
import { createReadIntent } from '../../src/intents/find';
import { useCreditStand } from '../credits/stand';
import { claimIntents } from '../support/intents';

const stand = useCreditStand();

/** 50 credits that are paid and not granted. */
async function paidOnly(userId: string): Promise<string> {
  const [intent] = await claimIntents(stand.deps.pool, [userId]);
  const { id } = intent!;
  await stand.sql(
    `with paid as (
       insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as,
         seen_at)
       values ('ch_' || $1, 'stripe', $1, 'captured', 5000, 'INR', 'bought', clock_timestamp())
     ), posted as (
       insert into journal (kind, reference, user_id, intent_id, actor, epoch)
       select 'receipt', 'stripe:ch_' || $1, $2, $1, 'provider', epoch from gateway returning id)
     insert into entries (journal_id, line, account, unit, amount)
     select id, line, account, 'INR', amount from posted
     cross join (values (1, 'clearing_stripe', -5000), (2, 'deferred_revenue', 5000)) l(line, account, amount)`,
    [id, userId],
  );
  return id;
}

const grant = async (id: string): Promise<boolean> =>
  (await stand.deps.pool.query("select grant_bought($1, 'fin_1') as granted", [id])).rows[0].granted;

async function dispute(intentId: string): Promise<void> {
  const intent = await createReadIntent(stand.deps.pool)(intentId);
  if (!intent) throw new Error('No intent');
  await settleDispute(stand.deps, {
    intent,
    readNumber: 100,
    notes: [],
    object: {
      ...{ providerDisputeId: `dp_${randomUUID()}`, providerPaymentId: `ch_${intentId}` },
      ...{ providerIntentId: intent.providerIntentId, phase: 'chargeback', status: 'open' },
      ...{ amount: { amountMinor: 2500n, currency: 'INR' }, amountWithdrawnMinor: 0n },
      ...{ reason: 'fraudulent', needsAnswer: true, respondBy: null, createdAt: 1_795_000_000 },
    },
  });
}

it('a purchase that was paid and never granted is granted once', async () => {
  const id = await paidOnly('ann');

  expect([await grant(id), await grant(id)]).toEqual([true, false]);

  expect(await stand.standing('ann')).toEqual({ credits: 50, held: 0, frozen: 0, owed: 0 });
});

it('credits that are granted while their payment is disputed are frozen for the dispute', async () => {
  const id = await paidOnly('bob');
  await dispute(id);

  expect(await grant(id)).toBe(true);

  expect(await stand.standing('bob')).toEqual({ credits: 50, held: 0, frozen: 25, owed: 0 });
});
