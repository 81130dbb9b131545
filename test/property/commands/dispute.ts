import fc from 'fast-check';
import { DisputeStep } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { fromLast, purchaseOf, rarely, type World } from '../world';

/** The payer disputes a payment at the bank, or the bank asks first; also what was refunded already, or bought nothing. */
class Dispute extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isHeld: boolean,
    private readonly percent: number,
    private readonly isInquiry: boolean,
    private readonly isWithdrawn: boolean,
    private readonly isOfNothing: boolean,
    isLost: boolean,
  ) {
    super(isLost);
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const purchase = this.isOfNothing
      ? fromLast(user.unapplied, this.nth)
      : purchaseOf(user, this.nth, this.isHeld);
    if (!purchase) return;
    const minor = Math.max(1, Math.floor((purchase.lot.paid * this.percent) / 100));
    const there = world.bank.dispute(purchase.paymentId, minor);
    if (this.isInquiry) await this.news(model, there, { status: 'warning_needs_response' }, world);
    else await this.news(model, there, { withdrawn: this.isWithdrawn ? minor : 0 }, world);
  }

  toString = () =>
    `dispute(${this.user}, ${this.isOfNothing ? 'what bought nothing' : 'purchase'} ${this.nth} from the last${this.isHeld ? ' on hold' : ''}, ${this.percent} %${this.isInquiry ? ', an inquiry' : ''}${this.isWithdrawn ? ', withdrawn' : ''}${this.lost()})`;
}

export const disputes = fc
  .tuple(
    fc.nat(2),
    fc.nat(5),
    fc.boolean(),
    fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 99 })),
    fc.nat(4).map((one) => one === 0),
    fc.boolean(),
    rarely,
    rarely,
  )
  .map(
    ([user, nth, isHeld, percent, isInquiry, isWithdrawn, isOfNothing, isLost]) =>
      new Dispute(user, nth, isHeld, percent, isInquiry, isWithdrawn, isOfNothing, isLost),
  );
