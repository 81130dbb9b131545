import fc from 'fast-check';
import { atBank, DisputeStep } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { fromLast, rarely, type World } from '../world';

/** The bank raises, or lowers, the amount of a dispute; or takes its money, or gives it back, and changes nothing else. */
class Grow extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    /** Null: the amount stays. */
    private readonly percent: number | null,
    isLost: boolean,
  ) {
    super(isLost);
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const standing = user.disputes.filter(
      ({ status, withdrawn }) => status === 'open' || status === 'lost' || withdrawn > 0,
    );
    const dispute = fromLast(standing, this.nth);
    if (!dispute) return;
    const { percent } = this;
    const minor =
      percent === null ? dispute.minor : Math.max(1, Math.floor((dispute.purchase.lot.paid * percent) / 100));
    const isTaken = dispute.withdrawn > 0 !== (percent === null);
    const withdrawn = isTaken ? minor : 0;
    await this.news(model, atBank(world, dispute), { minor, withdrawn }, world);
  }

  toString = () =>
    `grow(${this.user}, dispute ${this.nth} from the last, ${this.percent === null ? 'its money alone' : `to ${this.percent} %`}${this.lost()})`;
}

export const changes = fc
  .tuple(
    fc.nat(2),
    fc.nat(3),
    fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 99 }), fc.constant(null)),
    rarely,
  )
  .map(([user, nth, percent, isLost]) => new Grow(user, nth, percent, isLost));
