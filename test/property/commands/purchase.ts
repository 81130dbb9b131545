import fc from 'fast-check';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

class Purchase extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly paid: number,
    private readonly days: number | null,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand, bank }: World): Promise<void> {
    const user = model.user(this.user);
    const bought = { credits: this.credits, amountMinor: BigInt(this.paid) };
    const intentId = await stand.buy(user.name, this.days, bought);
    // The object that a look at the bank reads.
    await stand.sql(`update intents set provider_intent_id = 'pi_' || id where id = $1`, [intentId]);
    bank.paid(intentId, this.paid);
    user.purchase(intentId, this.credits, this.paid, this.days);
  }

  toString = () => `purchase(${this.user}, ${this.credits} for ${this.paid}, ${this.days ?? 'no'} days)`;
}

// Prices that do not divide evenly: what is lost to rounding down must come back with the last credit.
export const purchases = fc
  .tuple(
    fc.nat(2),
    fc.integer({ min: 1, max: 90 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.option(fc.integer({ min: 1, max: 3 })),
  )
  .map(([user, credits, paid, days]) => new Purchase(user, credits, paid, days));
