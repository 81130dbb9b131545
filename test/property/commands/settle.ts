import fc from 'fast-check';
import { as, codeOf, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { amounts, fromLast, Step, type World } from '../world';

class Settle extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly credits: number,
    private readonly byService: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const hold = fromLast(user.holds, this.nth);
    if (!hold) return;
    const caller = this.byService ? service : as(user.name);
    const code = await codeOf(stand.settle(user.name, hold.id, this.credits, { caller }));
    expect(code).toBe(user.settle(hold, this.credits, this.byService));
  }

  toString = () =>
    `settle(${this.user}, hold ${this.nth} from the last, ${this.credits}${this.byService ? ', by a back end' : ''})`;
}

export const settlements = fc
  .tuple(fc.nat(2), fc.nat(4), fc.oneof(fc.constant(0), amounts), fc.boolean())
  .map(([user, nth, credits, byService]) => new Settle(user, nth, credits, byService));
