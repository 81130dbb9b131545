import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { codeOf } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

class Spend extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const key = randomUUID();
    const code = await codeOf(stand.spend(user.name, this.credits, key));
    expect(code).toBe(user.spend(this.credits));
    if (this.repeated) expect(await codeOf(stand.spend(user.name, this.credits, key))).toBe(code);
  }

  toString = () => `spend(${this.user}, ${this.credits}${this.repeated ? ', twice under one key' : ''})`;
}

export const spends = fc
  .tuple(fc.nat(2), fc.integer({ min: 1, max: 25 }), fc.boolean())
  .map(([user, credits, repeated]) => new Spend(user, credits, repeated));
