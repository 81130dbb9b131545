import fc from 'fast-check';
import { applyPayment } from '../../../src/intents/apply-payment';
import { finance } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { fromLast, Step, type World } from '../world';
import { CREDITS, DAYS } from './pay-for-nothing';

/** Somebody accepts money that bought nothing: it buys the package after all, if all of it is here. */
class Apply extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
  ) {
    super();
  }

  async act(model: LedgerModel, { deps }: World): Promise<void> {
    const user = model.user(this.user);
    const payment = fromLast(user.unapplied, this.nth);
    if (!payment) return;
    const { provider, paymentId } = payment;
    expect(await applyPayment(deps, finance.id, provider, paymentId)).toBe(
      user.apply(payment, CREDITS, DAYS),
    );
  }

  toString = () => `apply(${this.user}, what bought nothing ${this.nth} from the last)`;
}

export const applications = fc.tuple(fc.nat(2), fc.nat(3)).map(([user, nth]) => new Apply(user, nth));
