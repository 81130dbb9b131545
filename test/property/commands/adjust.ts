import fc from 'fast-check';
import { codeOf } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

class Adjust extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly ttlSeconds: number | null,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const ttlSeconds = this.credits > 0 ? this.ttlSeconds : null;
    const more = ttlSeconds === null ? {} : { expiresAt: new Date(Date.now() + ttlSeconds * 1000) };
    const code = await codeOf(stand.adjust(user.name, this.credits, more));
    expect(code).toBe(user.adjust(this.credits, ttlSeconds));
  }

  toString = () => `adjust(${this.user}, ${this.credits}, ${this.ttlSeconds ?? 'no'} s)`;
}

// Half an hour away from the whole days of purchases and from the steps of time, so that the model's order is the real one.
export const adjustments = fc
  .tuple(
    fc.nat(2),
    fc.integer({ min: -20, max: 30 }).filter((credits) => credits !== 0),
    fc.option(fc.integer({ min: 1, max: 25 })),
  )
  .map(([user, credits, steps]) => new Adjust(user, credits, steps === null ? null : steps * 10_000 + 4_000));
