import fc from 'fast-check';
import { atBank, DisputeStep } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { fromLast, rarely, type World } from '../world';

/** A dispute is lost: what was not withdrawn before is withdrawn now. */
class Lost extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    isLost: boolean,
  ) {
    super(isLost);
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const open = user.disputes.filter(({ status }) => status === 'open');
    const dispute = fromLast(open, this.nth);
    if (dispute)
      await this.news(model, atBank(world, dispute), { status: 'lost', withdrawn: dispute.minor }, world);
  }

  toString = () => `lost(${this.user}, dispute ${this.nth} from the last${this.lost()})`;
}

export const losses = fc
  .tuple(fc.nat(2), fc.nat(3), rarely)
  .map(([user, nth, isLost]) => new Lost(user, nth, isLost));
