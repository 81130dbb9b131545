import fc from 'fast-check';
import { as, codeOf, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { amounts, holdOf, mostly, Step, type World } from '../world';

class Settle extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isOpen: boolean,
    private readonly credits: number,
    private readonly byService: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const hold = holdOf(user, this.nth, this.isOpen);
    if (!hold) return;
    const caller = this.byService ? service : as(user.name);
    let journalId = '';
    const settled = stand.settle(user.name, hold.id, this.credits, { caller }).then((answer) => {
      journalId = answer.journalId ?? '';
    });
    const code = await codeOf(settled);
    expect(code).toBe(user.settle(hold, this.credits, this.byService, () => journalId));
  }

  toString = () =>
    `settle(${this.user}, ${this.isOpen ? 'open ' : ''}hold ${this.nth} from the last, ${this.credits}${this.byService ? ', by a back end' : ''})`;
}

export const settlements = fc
  .tuple(fc.nat(2), fc.nat(4), mostly, fc.oneof(fc.constant(0), amounts), mostly)
  .map(([user, nth, isOpen, credits, byService]) => new Settle(user, nth, isOpen, credits, byService));
