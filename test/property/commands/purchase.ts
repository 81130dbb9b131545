import fc from 'fast-check';
import type { ProviderName } from '../../../src/providers/provider';
import { objectIdOf } from '../bank';
import type { LedgerModel } from '../ledger-model';
import { fromLast, Step, type World } from '../world';

const DAY = 86_400;

class Purchase extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly paid: number,
    private readonly days: number | null,
    private readonly provider: ProviderName,
    /** Beside it. */
    private readonly bonus: { readonly credits: number; readonly days: number | null } | null,
    /** A code is typed for it: the nth from the last. */
    private readonly code: number | null,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand, bank }: World): Promise<void> {
    const user = model.user(this.user);
    const { credits, paid, days, provider, bonus } = this;
    const campaign = this.code === null ? undefined : fromLast(model.campaigns, this.code);
    const promo = campaign && { code: campaign.code, credits: campaign.credits };
    const bought = { credits, amountMinor: BigInt(paid), provider, bonus, promo };
    const intentId = await stand.buy(user.name, days, bought);
    // The object that a look at the bank reads.
    await stand.sql('update intents set provider_intent_id = $2 where id = $1', [
      intentId,
      objectIdOf(provider, intentId),
    ]);
    const { id: paymentId } = bank.paid(provider, intentId, paid);
    const purchase = user.purchase({ intentId, paymentId, provider }, credits, paid, days);
    const ids = await stand.sql('select id from credit_grants where intent_id = $1 order by journal_id', [
      intentId,
    ]);
    if (bonus) {
      const seconds = bonus.days === null ? null : bonus.days * DAY;
      user.bonus(purchase, bonus.credits, seconds, ids.shift()?.id, 'of a package');
    }
    if (campaign) {
      const isGiven =
        !campaign.isRevoked && !campaign.redeemedBy.has(user) && campaign.redeemedBy.size < campaign.limit;
      if (isGiven)
        campaign.redeemedBy.set(
          user,
          user.bonus(purchase, campaign.credits, null, ids.shift()?.id, campaign.key),
        );
    }
    expect(ids).toEqual([]);
  }

  toString = () =>
    `purchase(${this.user}, ${this.credits} for ${this.paid}, ${this.days ?? 'no'} days, ${this.provider}${this.bonus ? `, and ${this.bonus.credits} beside it` : ''}${this.code === null ? '' : `, code ${this.code} from the last`})`;
}

// Prices that do not divide evenly: what is lost to rounding down must come back with the last credit.
export const purchases = fc
  .tuple(
    fc.nat(2),
    fc.integer({ min: 1, max: 90 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.option(fc.integer({ min: 1, max: 3 })),
    fc.constantFrom<ProviderName>('stripe', 'razorpay'),
    fc.option(
      fc.record({
        credits: fc.integer({ min: 1, max: 40 }),
        days: fc.option(fc.integer({ min: 1, max: 3 })),
      }),
      { freq: 1 },
    ),
    fc.option(fc.nat(5), { freq: 1 }),
  )
  .map(
    ([user, credits, paid, days, provider, bonus, code]) =>
      new Purchase(user, credits, paid, days, provider, bonus, code),
  );
