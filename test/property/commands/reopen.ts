import fc from 'fast-check';
import { atBank, DisputeStep } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { fromLast, rarely, type World } from '../world';

/** A dispute that was decided opens again, and an inquiry becomes a chargeback. */
class Reopen extends DisputeStep {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isWithdrawn: boolean,
    isLost: boolean,
  ) {
    super(isLost);
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const closed = user.disputes.filter(({ status }) => status !== 'open');
    const dispute = fromLast(closed, this.nth);
    if (!dispute) return;
    const withdrawn = this.isWithdrawn ? dispute.minor : 0;
    await this.news(model, atBank(world, dispute), { status: 'needs_response', withdrawn }, world);
  }

  toString = () =>
    `reopen(${this.user}, dispute ${this.nth} from the last${this.isWithdrawn ? ', withdrawn' : ''}${this.lost()})`;
}

export const reopenings = fc
  .tuple(fc.nat(2), fc.nat(3), fc.boolean(), rarely)
  .map(([user, nth, isWithdrawn, isLost]) => new Reopen(user, nth, isWithdrawn, isLost));
