// How each kind of break comes about, made at the simulated provider: what its books or its objects say is changed by its own
// hand, and what we know of it is what we read there.
import { randomUUID } from 'node:crypto';
import { adjustCredits } from '../../src/credits/adjust';
import { balanceOf } from '../../src/credits/balance';
import { readDispute } from '../../src/disputes/read';
import { settleDispute } from '../../src/disputes/settle';
import { sweepDisputes } from '../../src/disputes/sweep';
import { CREDITS_MAX } from '../../src/kernel/credits';
import type { ProviderIntent, ProviderName } from '../../src/providers/provider';
import { type Bought, finance } from '../refunds/stand';
import { declined, plain, reading, refunded } from '../support/intents';
import type { BreakStand } from './breaks';
import { lostAt } from './lost';

export type Origin = 'books' | 'seen';
export type Plant = (stand: BreakStand, provider: ProviderName) => Promise<{ readonly key: string }>;

/** What a provider's books or objects cannot say, and why. */
export const CANNOT_BE: ReadonlySet<string> = new Set([
  // A line of its report is named by what moved: of one payment there is one.
  'razorpay books payment duplicate',
  // Its report has no line for a refund that failed.
  'razorpay books refund status_mismatch',
  // It settles in rupees only, and its report has what was settled.
  'razorpay books payment currency_mismatch',
  'razorpay books refund currency_mismatch',
  'razorpay books dispute currency_mismatch',
]);

export const paymentIdOf = async (
  stand: Pick<BreakStand, 'rows'>,
  bought: Pick<Bought, 'providerIntentId'>,
): Promise<string> => {
  const [row] = await stand.rows(
    `select id from simulator.objects where root_id = $1 and kind in ('charge', 'payment') order by serial desc limit 1`,
    [bought.providerIntentId],
  );
  return row?.id as string;
};

const cased = (provider: ProviderName, currency: string) =>
  provider === 'stripe' ? currency.toLowerCase() : currency;

/** A line of the provider's books that nothing of ours has made. */
async function line(
  stand: BreakStand,
  provider: ProviderName,
  category: string,
  amount: number,
  source: string | null,
): Promise<string> {
  const id = provider === 'stripe' || !source ? `txn_${randomUUID()}` : source.replace('disp_', 'adj_disp_');
  await stand.rows(
    `insert into simulator.balance_entries (id, provider, category, source, amount, currency, created)
     values ($1, $2, $3, $4, $5, $6, simulator.now_ms() / 1000)`,
    [id, provider, category, source, amount, cased(provider, 'INR')],
  );
  return id;
}

const change = (stand: Pick<BreakStand, 'rows'>, key: string, set: string) =>
  stand.rows(`update simulator.balance_entries set ${set} where source = $1`, [key]);

const inDollars = (provider: ProviderName) =>
  `currency = '${cased(provider, 'USD')}', amount = sign(amount) * 60, fee = 0`;

/** Of so long ago that Razorpay's books must have it by now. */
const OLD = `clock_timestamp() - interval '7 days 5 minutes'`;
export const forget = async (stand: BreakStand, provider: ProviderName, key: string) => {
  if (provider === 'razorpay') {
    await stand.rows(`update intent_payments set seen_at = ${OLD} where provider_payment_id = $1`, [key]);
    await stand.rows(`update refunds set created_at = ${OLD} where provider_refund_id = $1`, [key]);
  }
  await stand.rows('delete from simulator.balance_entries where source = $1', [key]);
};

async function boughtWith(stand: BreakStand, provider: ProviderName) {
  const bought = await stand.bought({ provider });
  return { bought, key: await paymentIdOf(stand, bought) };
}

/** A refund that somebody makes in the provider's dashboard. */
export async function refundedThere(
  stand: BreakStand,
  bought: Bought,
  paymentId: string,
  amountMinor: bigint,
): Promise<string> {
  const made = await stand.app.deps.providers.get(bought.provider)?.createRefund(
    {
      providerIntentId: bought.providerIntentId,
      providerPaymentId: paymentId,
      amount: { amountMinor, currency: 'INR' },
      ourRefundId: 'made-in-the-dashboard',
      reason: 'asked by phone',
    },
    { idempotencyKey: `dashboard-${randomUUID()}`, timeoutMs: 10_000 },
  );
  if (made?.kind !== 'ok') throw new Error(`Not refunded: ${JSON.stringify(made)}`);
  return made.value.providerRefundId;
}

async function refundOfOurs(stand: BreakStand, provider: ProviderName) {
  const { bought, key: paymentId } = await boughtWith(stand, provider);
  await bought.refund(1000);
  const [row] = await stand.rows('select provider_refund_id as id from refunds where intent_id = $1', [
    bought.id,
  ]);
  return { bought, paymentId, key: row?.id as string };
}

const disputed = async (stand: BreakStand, provider: ProviderName, isKnown: boolean) =>
  disputeOf(stand, (await boughtWith(stand, provider)).bought, isKnown);

/** A dispute whose money is with the bank: Stripe takes it at once, Razorpay when it is lost. */
export async function disputeOf(stand: BreakStand, bought: Bought, isKnown: boolean) {
  const { provider } = bought;
  await bought.play('dispute_open');
  if (provider === 'razorpay') await bought.play('dispute_lost');
  const [row] = await stand.rows(`select id from simulator.objects where root_id = $1 and kind = 'dispute'`, [
    bought.providerIntentId,
  ]);
  const key = row?.id as string;
  const intent = await stand.app.deps.readIntent(bought.id);
  if (isKnown && intent) await readDispute(stand.app.deps, intent, key, []);
  return { bought, key };
}

/** Another object of the same payment or order, as a copy under another id. */
export async function copied(stand: Pick<BreakStand, 'rows'>, id: string, more: string): Promise<string> {
  const [kind = '', mock = ''] = id.split('_');
  const copy = `${kind}_${mock}_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
  await stand.rows(
    `insert into simulator.objects (id, root_id, provider, kind, created, body)
     select $2, root_id, provider, kind, created,
       (replace(replace(body::text, $1, $2), 'txn_mock_', 'txn_mock_' || right($2, 6))::jsonb || $3)::json
     from simulator.objects where id = $1`,
    [id, copy, more],
  );
  return copy;
}

export const paidInDollars = async (
  stand: Pick<BreakStand, 'rows'>,
  bought: Pick<Bought, 'provider'>,
  paymentId: string,
) => {
  await stand.rows(
    `update simulator.objects set body = replace(replace(body::text, '"currency":"inr"', '"currency":"usd"'),
       '"currency":"INR"', '"currency":"USD"')::json where id = $1`,
    [paymentId],
  );
  // Razorpay settles in rupees only: what came in dollars stands on hold there.
  const payout = bought.provider === 'razorpay' ? `, fee = 0, payout_id = 'on_hold'` : '';
  await change(stand, paymentId, `currency = '${cased(bought.provider, 'USD')}'${payout}`);
};

export const PLANTED: Readonly<Record<string, Plant>> = {
  'books payment missing_here': async (stand, provider) => {
    const bought = await stand.paidUnseen({ provider });
    return { key: await paymentIdOf(stand, bought) };
  },
  'books payment status_mismatch': async (stand, provider) => {
    const bought = await stand.paidUnseen({ provider });
    const key = await paymentIdOf(stand, bought);
    await stand.app.deps.settle(reading(bought.id, declined(key)));
    return { key };
  },
  // settle() writes the payment and its grant in one statement: only a hand in the database parts them.
  'books payment credits_not_granted': async (stand, provider) => {
    const bought = await stand.paidUnseen({ provider });
    const key = await paymentIdOf(stand, bought);
    await stand.rows(
      `with paid as (
         insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as,
           seen_at)
         values ($1, $2, $3, 'captured', 5000, 'INR', 'bought', clock_timestamp())
       ), posted as (
         insert into journal (kind, reference, user_id, intent_id, actor, epoch)
         select 'receipt', $2 || ':' || $1, $4, $3, 'provider', epoch from gateway returning id)
       insert into entries (journal_id, line, account, unit, amount)
       select id, line, account, 'INR', amount from posted
       cross join (values (1, 'clearing_' || $2, -5000), (2, 'deferred_revenue', 5000)) l(line, account, amount)`,
      [key, provider, bought.id, bought.userId],
    );
    return { key };
  },
  'books payment unknown_payment': async (stand, provider) => {
    const lost = await lostAt(stand, provider);
    await lost.play('succeed');
    return { key: await lost.paymentId() };
  },
  'books payment duplicate': async (stand, provider) => {
    const { key } = await boughtWith(stand, provider);
    await line(stand, provider, 'charge', 5000, key);
    return { key };
  },
  'books payment amount_mismatch': async (stand, provider) => {
    const { key } = await boughtWith(stand, provider);
    await change(stand, key, 'amount = amount - 100');
    return { key };
  },
  'books payment currency_mismatch': async (stand, provider) => {
    const { key } = await boughtWith(stand, provider);
    await change(stand, key, inDollars(provider));
    return { key };
  },
  'books payment missing_at_provider': async (stand, provider) => {
    const { key } = await boughtWith(stand, provider);
    await forget(stand, provider, key);
    return { key };
  },
  'books refund missing_here': async (stand, provider) => {
    const { bought, key } = await boughtWith(stand, provider);
    return { key: await refundedThere(stand, bought, key, 1000n) };
  },
  'books refund status_mismatch': async (stand, provider) => {
    const { bought, key } = await refundOfOurs(stand, provider);
    await bought.play('refund_fails');
    return { key };
  },
  'books refund unknown_payment': async (stand, provider) => {
    const key = `${provider === 'stripe' ? 're' : 'rfnd'}_${randomUUID()}`;
    // Something to pay out beside it.
    await boughtWith(stand, provider);
    await line(stand, provider, 'refund', -300, key);
    return { key };
  },
  'books refund amount_mismatch': async (stand, provider) => {
    const { key } = await refundOfOurs(stand, provider);
    await change(stand, key, 'amount = amount + 1');
    return { key };
  },
  'books refund currency_mismatch': async (stand, provider) => {
    const { key } = await refundOfOurs(stand, provider);
    await change(stand, key, inDollars(provider));
    return { key };
  },
  'books refund missing_at_provider': async (stand, provider) => {
    const { key } = await refundOfOurs(stand, provider);
    await forget(stand, provider, key);
    return { key };
  },
  'books dispute missing_here': async (stand, provider) => {
    await boughtWith(stand, provider);
    return disputed(stand, provider, false);
  },
  'books dispute status_mismatch': async (stand, provider) => {
    const { bought } = await boughtWith(stand, provider);
    await bought.play('dispute_open');
    await sweepDisputes(stand.app.deps);
    await bought.play('dispute_lost');
    const [row] = await stand.rows(`select provider_dispute_id as key from disputes where intent_id = $1`, [
      bought.id,
    ]);
    return { key: row?.key };
  },
  'books dispute unknown_payment': async (stand, provider) => {
    const key = `${provider === 'stripe' ? 'dp' : 'disp'}_${randomUUID()}`;
    await boughtWith(stand, provider);
    await line(stand, provider, provider === 'stripe' ? 'dispute' : 'adjustment', -300, key);
    return { key };
  },
  'books dispute amount_mismatch': async (stand, provider) => {
    await boughtWith(stand, provider);
    const { key } = await disputed(stand, provider, true);
    await change(stand, key, 'amount = amount + 1');
    return { key };
  },
  'books dispute currency_mismatch': async (stand, provider) => {
    const { key } = await disputed(stand, provider, true);
    await change(stand, key, inDollars(provider));
    return { key };
  },
  'books fee fee_mismatch': async (stand, provider) => {
    await boughtWith(stand, provider);
    return { key: await line(stand, provider, provider === 'stripe' ? 'fee' : 'adjustment', -70, null) };
  },
  'books payout payout_mismatch': async (stand, provider) => {
    await boughtWith(stand, provider);
    const [payout] = await stand.rows('select simulator.pay_out($1) as id', [provider]);
    await change(stand, payout?.id, 'amount = amount + 3');
    return { key: payout?.id };
  },
  'books payout missing_at_provider': async (stand, provider) => {
    await boughtWith(stand, provider);
    const [payout] = await stand.rows('select simulator.pay_out($1) as id', [provider]);
    await stand.rows('delete from simulator.balance_entries where source = $1', [payout?.id]);
    return { key: payout?.id };
  },
  'seen payment amount_mismatch': async (stand, provider) => {
    const bought = await stand.opened({ provider });
    await bought.play('amount_mismatch');
    await bought.look();
    return { key: await paymentIdOf(stand, bought) };
  },
  'seen payment currency_mismatch': async (stand, provider) => {
    const bought = await stand.paidUnseen({ provider });
    const key = await paymentIdOf(stand, bought);
    await paidInDollars(stand, bought, key);
    await bought.look();
    return { key };
  },
  'seen payment unapplied': async (stand, provider) => {
    const bought = await stand.paidUnseen({ provider });
    await stand.app.deps.settle(reading(bought.id, plain('canceled')));
    await bought.look();
    return { key: await paymentIdOf(stand, bought) };
  },
  'seen payment duplicate': async (stand, provider) => {
    const { bought, key } = await boughtWith(stand, provider);
    const second = await copied(stand, key, '{}');
    await bought.look();
    return { key: second };
  },
  'seen payment status_mismatch': async (stand, provider) => {
    const { bought } = await boughtWith(stand, provider);
    const { providerIntentId } = bought;
    const object = { providerIntentId, providerStatus: 'canceled', clientSecret: null } as ProviderIntent;
    await stand.app.deps.settle({ ...reading(bought.id, plain('canceled')), object });
    return { key: providerIntentId };
  },
  // A whole refund, and then the bank takes the same money back.
  'seen payment more_back_than_paid': async (stand, provider) => {
    const { bought, key } = await boughtWith(stand, provider);
    await bought.refund(null);
    await disputeOf(stand, bought, true);
    return { key };
  },
  'seen refund unknown_payment': async (stand, provider) => {
    const bought = await stand.paidUnseen({ provider });
    const paymentId = await paymentIdOf(stand, bought);
    const key = await refundedThere(stand, bought, paymentId, 1000n);
    await stand.app.deps.settle(reading(bought.id, refunded(paymentId, key, 1000n)));
    return { key };
  },
  'seen refund amount_mismatch': async (stand, provider) => {
    const { bought, key: paymentId } = await boughtWith(stand, provider);
    // Something to pay out beside it.
    await boughtWith(stand, provider);
    await bought.refund(null);
    const [row] = await stand.rows('select provider_refund_id as id from refunds where intent_id = $1', [
      bought.id,
    ]);
    const key = await copied(stand, row?.id, provider === 'stripe' ? '{"metadata":{}}' : '{"notes":[]}');
    await stand.app.deps.settle(reading(bought.id, refunded(paymentId, key, 5000n)));
    return { key };
  },
  'seen refund status_mismatch': async (stand, provider) => {
    const { bought, paymentId, key } = await refundOfOurs(stand, provider);
    await bought.play('refund_fails');
    await bought.look();
    const again = provider === 'stripe' ? 'succeeded' : 'processed';
    await stand.rows(
      `update simulator.objects set body = (body::jsonb || jsonb_build_object('status', $2::text))::json where id = $1`,
      [key, again],
    );
    if (provider === 'stripe') await line(stand, provider, 'refund', -1000, key);
    await stand.app.deps.settle(reading(bought.id, refunded(paymentId, key, 1000n)));
    return { key };
  },
  'seen refund missing_here': async (stand, provider) => {
    const { bought, key } = await refundOfOurs(stand, provider);
    const empty = await filled(stand, bought.userId);
    await bought.play('refund_fails');
    await bought.look();
    await empty();
    return { key };
  },
  'seen dispute missing_here': async (stand, provider) => {
    const { bought, key } = await disputed(stand, provider, true);
    const intent = await stand.app.deps.readIntent(bought.id);
    if (!intent) throw new Error('No intent');
    const [known] = await stand.rows(
      'select provider_payment_id as id, applied_read_number as read from disputes where provider_dispute_id = $1',
      [key],
    );
    await settleDispute(stand.app.deps, {
      intent,
      readNumber: known?.read + 1,
      notes: [],
      object: {
        ...{
          providerDisputeId: key,
          providerPaymentId: known?.id,
          providerIntentId: intent.providerIntentId,
        },
        ...{ phase: 'chargeback', status: 'lost', amount: { amountMinor: 4000n, currency: 'INR' } },
        ...{
          amountWithdrawnMinor: 5000n,
          reason: 'fraudulent',
          needsAnswer: true,
          respondBy: null,
          createdAt: 1_795_000_000,
        },
      },
    });
    const empty = await filled(stand, bought.userId);
    await readDispute(stand.app.deps, intent, key, []);
    await empty();
    return { key };
  },
};

/** A balance that holds no credit more. @returns what makes room again */
async function filled(stand: BreakStand, userId: string) {
  const credits = CREDITS_MAX - (await balanceOf(stand.app.deps, userId)).balance;
  const adjust = (by: bigint) =>
    adjustCredits(stand.app.deps, finance, {
      ...{ userId, credits: by, reason: 'fills it', idempotencyKey: randomUUID() },
    });
  await adjust(credits);
  return () => adjust(-credits);
}
