import fc from 'fast-check';
import { as, codeOf, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { holdOf, mostly, Step, type World } from '../world';

class Release extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isOpen: boolean,
    private readonly byService: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const hold = holdOf(user, this.nth, this.isOpen);
    if (!hold) return;
    const caller = this.byService ? service : as(user.name);
    const code = await codeOf(stand.release(user.name, hold.id, caller));
    expect(code).toBe(user.release(hold, this.byService));
  }

  toString = () =>
    `release(${this.user}, ${this.isOpen ? 'open ' : ''}hold ${this.nth} from the last${this.byService ? ', by a back end' : ''})`;
}

export const releases = fc
  .tuple(fc.nat(2), fc.nat(4), mostly, mostly)
  .map(([user, nth, isOpen, byService]) => new Release(user, nth, isOpen, byService));
