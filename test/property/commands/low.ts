import fc from 'fast-check';
import { setLowBalance } from '../../../src/credits/set-low-balance';
import { named, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

/** Watches a balance. What is told of it is held by an invariant, after every step. */
class Low extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number | null,
    private readonly percent: number | null,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const levels = [
      ...(this.credits === null ? [] : [{ credits: BigInt(this.credits) }]),
      ...(this.percent === null ? [] : [{ percentOfLastPurchase: this.percent }]),
    ];
    await setLowBalance(stand.deps, service, { ...named(model.user(this.user).name), levels });
    model.user(this.user).workDue();
  }

  toString = () => `low(${this.user}, ${this.credits ?? 'no'} credits, ${this.percent ?? 'no'} %)`;
}

export const lows = fc
  .tuple(fc.nat(2), fc.option(fc.integer({ min: 1, max: 60 })), fc.option(fc.integer({ min: 1, max: 100 })))
  .map(([user, credits, percent]) => new Low(user, credits, percent));
