// What comes of purchases of a story, through the gateway's own spends, refunds, disputes and reviews.
import type pg from 'pg';
import { createSpend } from '../../../src/credits/spend';
import { settleDispute } from '../../../src/disputes/settle';
import { createHub } from '../../../src/events/hub';
import type { Intent } from '../../../src/payments/intent.entity';
import type { Settle } from '../../../src/payments/settle';
import { type MoneyBack, moneyBackOf, previewOf } from '../../../src/refunds/preview';
import { reading, refunded, silent } from '../../support/intents';
import type { Shop } from './shop';

type Aftermath = Pick<Shop, 'spend' | 'decide' | 'warn' | 'asksBack' | 'dispute' | 'isSpent'>;

export function aftermathOf(pool: pg.Pool, settle: Settle): Aftermath {
  const spend = createSpend(pool);
  const told = { pool, hub: createHub(), log: silent };
  const backOf = async ({ id }: Pick<Intent, 'id'>): Promise<MoneyBack> => {
    const [back] = await moneyBackOf({ pool }, [id]);
    if (!back) throw new Error(`Nothing bought ${id}`);
    return back;
  };
  const sendBack = async ({ id }: Intent, amountMinor: bigint) => {
    const fact = { ...refunded(`ch_${id}`, `re_${id}`, amountMinor), currency: 'USD' };
    await settle(reading(id, fact));
  };
  return {
    spend: async ({ id, userId, credits }) => {
      const { takeable } = await backOf({ id });
      const spends = takeable < credits ? takeable : credits;
      if (spends < 1n) return;
      await spend({
        ...{ userId, credits: spends, reason: 'Used', key: id, inputHash: 'hash', actor: userId },
        ...{ kind: 'user', operator: null, reference: null, metadata: null },
      });
    },
    decide: async (intent, reviewId, isFraud) => {
      if (isFraud) await sendBack(intent, intent.amountMinor);
      else await pool.query("select approve_review($1, 'adm_1', null, null)", [reviewId]);
    },
    warn: async ({ id, provider }) => {
      await pool.query(
        "select warn_of_fraud($1, $2, 'early_fraud_warning', $3, 'fraud', true, instant(), true, null)",
        [...[provider, `ch_${id}`, `issfr_${id}`]],
      );
    },
    asksBack: async (intent, isBelieved) => {
      const back = await backOf(intent);
      const left = leftOf(back);
      if (back.disputedMinor > 0n || (left < 1n && !isBelieved)) return 0;
      const amount = isBelieved ? back.paidMinor : left;
      // The shop sees before it sends anything what was spent of it.
      if (!isBelieved && (previewOf(back, amount)?.wouldOwe ?? 0n) > 0n) return 0;
      await sendBack(intent, amount);
      return Number(amount - left);
    },
    dispute: async (intent, reason) => {
      const back = await backOf(intent);
      const amountMinor = back.paidMinor - back.refundedMinor;
      if (amountMinor < 1n) return 0;
      await settleDispute(told, {
        ...{ intent, readNumber: 1, notes: [] },
        object: {
          ...{
            providerDisputeId: `dp_${intent.id}`,
            providerPaymentId: `ch_${intent.id}`,
            providerIntentId: null,
          },
          ...{ phase: 'chargeback', status: 'open', amount: { amountMinor, currency: 'USD' }, reason },
          ...{
            amountWithdrawnMinor: amountMinor,
            needsAnswer: true,
            respondBy: null,
            createdAt: Math.floor(Date.now() / 1000),
          },
        },
      });
      const left = leftOf(back);
      return Number(amountMinor > left ? amountMinor - left : 0n);
    },
    isSpent: async (intent) => leftOf(await backOf(intent)) === 0n,
  };
}

/** Minor units of what is not spent. */
const leftOf = ({ paidMinor, unspent, credits }: MoneyBack): bigint => (paidMinor * unspent) / credits;
