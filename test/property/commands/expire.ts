import fc from 'fast-check';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

/** Time passes for everybody; what it ends is seen by whatever looks next. */
class Expire extends Step {
  constructor(private readonly seconds: number) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    for (const { name } of model.users) await stand.pass(name, this.seconds);
    model.now += this.seconds;
  }

  toString = () => `pass(${this.seconds} s)`;
}

export const expiries = fc.integer({ min: 1, max: 9 }).map((steps) => new Expire(steps * 10_000));
