import fc from 'fast-check';
import { DisputeStep } from '../dispute-step';
import { type LedgerModel, newDispute } from '../ledger-model';
import { purchaseOf, type World } from '../world';

/** The payer disputes a payment at the bank, or the bank asks first. */
class Dispute extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isHeld: boolean,
    private readonly percent: number,
    private readonly isInquiry: boolean,
    private readonly isWithdrawn: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const purchase = purchaseOf(user, this.nth, this.isHeld);
    if (!purchase) return;
    const paymentId = `ch_${purchase.intentId}`;
    const minor = Math.max(1, Math.floor((purchase.lot.paid * this.percent) / 100));
    if (minor > world.bank.left(paymentId)) return;
    const there = world.bank.dispute(paymentId, minor);
    const dispute = newDispute(there.id, purchase);
    if (this.isInquiry) await this.news(user, dispute, { status: 'warning_needs_response' }, world);
    else await this.news(user, dispute, { withdrawn: this.isWithdrawn ? minor : 0 }, world);
  }

  toString = () =>
    `dispute(${this.user}, purchase ${this.nth} from the last${this.isHeld ? ' on hold' : ''}, ${this.percent} %${this.isInquiry ? ', an inquiry' : ''}${this.isWithdrawn ? ', withdrawn' : ''})`;
}

export const disputes = fc
  .tuple(
    fc.nat(2),
    fc.nat(5),
    fc.boolean(),
    fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 99 })),
    fc.nat(4).map((one) => one === 0),
    fc.boolean(),
  )
  .map(
    ([user, nth, isHeld, percent, isInquiry, isWithdrawn]) =>
      new Dispute(user, nth, isHeld, percent, isInquiry, isWithdrawn),
  );
