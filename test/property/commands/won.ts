import fc from 'fast-check';
import { atBank, DisputeStep } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { fromLast, rarely, type World } from '../world';

/** A dispute is won, also one that was lost before; an inquiry ends well. */
class Won extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    /** The bank keeps the money for now. */
    private readonly isKept: boolean,
    isLost: boolean,
  ) {
    super(isLost);
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const standing = user.disputes.filter(({ status }) => status !== 'won' && status !== 'closed');
    const dispute = fromLast(standing, this.nth);
    if (!dispute) return;
    const status = dispute.status === 'inquiry' ? 'warning_closed' : 'won';
    const there = atBank(world, dispute);
    await this.news(model, there, { status, withdrawn: this.isKept ? there.withdrawn : 0 }, world);
  }

  toString = () =>
    `won(${this.user}, dispute ${this.nth} from the last${this.isKept ? ', its money later' : ''}${this.lost()})`;
}

export const wins = fc
  .tuple(fc.nat(2), fc.nat(3), rarely, rarely)
  .map(([user, nth, isKept, isLost]) => new Won(user, nth, isKept, isLost));
