import fc from 'fast-check';
import { readRefund } from '../../../src/refunds/read';
import type { LedgerModel } from '../ledger-model';
import { fromLast, Step, type World } from '../world';

/** A refund that the provider took fails after all. */
class Fail extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
  ) {
    super();
  }

  async act(model: LedgerModel, { deps, bank }: World): Promise<void> {
    const user = model.user(this.user);
    const taken = user.refunds.filter((refund) => refund.isAccepted && refund.status !== 'failed');
    const refund = fromLast(taken, this.nth);
    if (!refund) return;
    const there = bank.refunds.find(({ id }) => id === refund.bankId);
    const intent = await deps.readIntent(refund.purchase.intentId);
    if (!there || !intent) throw new Error('No such refund');
    there.status = 'failed';
    expect(await readRefund(deps, intent, there.id, { note: null })).toEqual({ kind: 'settled' });
    user.fail(refund);
  }

  toString = () => `fail(${this.user}, refund ${this.nth} from the last)`;
}

export const failures = fc.tuple(fc.nat(2), fc.nat(3)).map(([user, nth]) => new Fail(user, nth));
