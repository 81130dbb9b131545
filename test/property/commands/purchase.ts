import fc from 'fast-check';
import type { ProviderName } from '../../../src/providers/provider';
import { objectIdOf } from '../bank';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

class Purchase extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly paid: number,
    private readonly days: number | null,
    private readonly provider: ProviderName,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand, bank }: World): Promise<void> {
    const user = model.user(this.user);
    const { credits, paid, days, provider } = this;
    const intentId = await stand.buy(user.name, days, { credits, amountMinor: BigInt(paid), provider });
    // The object that a look at the bank reads.
    await stand.sql('update intents set provider_intent_id = $2 where id = $1', [
      intentId,
      objectIdOf(provider, intentId),
    ]);
    const { id: paymentId } = bank.paid(provider, intentId, paid);
    user.purchase({ intentId, paymentId, provider }, credits, paid, days);
  }

  toString = () =>
    `purchase(${this.user}, ${this.credits} for ${this.paid}, ${this.days ?? 'no'} days, ${this.provider})`;
}

// Prices that do not divide evenly: what is lost to rounding down must come back with the last credit.
export const purchases = fc
  .tuple(
    fc.nat(2),
    fc.integer({ min: 1, max: 90 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.option(fc.integer({ min: 1, max: 3 })),
    fc.constantFrom<ProviderName>('stripe', 'razorpay'),
  )
  .map(([user, credits, paid, days, provider]) => new Purchase(user, credits, paid, days, provider));
