import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { codeOf } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { amounts, Step, type World } from '../world';

class Move extends Step {
  constructor(
    private readonly from: number,
    private readonly by: number,
    private readonly credits: number,
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const [from, to] = [model.user(this.from), model.user(this.from + this.by)];
    const key = randomUUID();
    const ask = () => codeOf(stand.move(from.name, to.name, this.credits, { key }));
    const code = await ask();
    expect(code).toBe(from.move(to, this.credits));
    if (this.repeated) expect(await ask()).toBe(code);
  }

  toString = () =>
    `move(${this.from} to ${(this.from + this.by) % 3}, ${this.credits}${this.repeated ? ', twice under one key' : ''})`;
}

export const moves = fc
  .tuple(fc.nat(2), fc.integer({ min: 1, max: 2 }), amounts, fc.boolean())
  .map(([from, by, credits, repeated]) => new Move(from, by, credits, repeated));
