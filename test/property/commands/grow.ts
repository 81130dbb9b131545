import fc from 'fast-check';
import { atBank, DisputeStep } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { fromLast, rarely, type World } from '../world';

/** The bank raises, or lowers, the amount of a dispute. */
class Grow extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly percent: number,
    isLost: boolean,
  ) {
    super(isLost);
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const standing = user.disputes.filter(({ status }) => status === 'open' || status === 'lost');
    const dispute = fromLast(standing, this.nth);
    if (!dispute) return;
    const minor = Math.max(1, Math.floor((dispute.purchase.lot.paid * this.percent) / 100));
    const withdrawn = dispute.withdrawn === 0 ? 0 : minor;
    await this.news(model, atBank(world, dispute), { minor, withdrawn }, world);
  }

  toString = () =>
    `grow(${this.user}, dispute ${this.nth} from the last, to ${this.percent} %${this.lost()})`;
}

export const changes = fc
  .tuple(fc.nat(2), fc.nat(3), fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 99 })), rarely)
  .map(([user, nth, percent, isLost]) => new Grow(user, nth, percent, isLost));
