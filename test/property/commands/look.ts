import fc from 'fast-check';
import { sweepDisputes } from '../../../src/disputes/sweep';
import { syncIntent } from '../../../src/disputes/sync';
import { as } from '../../credits/stand';
import { heard, isUnheard } from '../dispute-step';
import type { LedgerModel } from '../ledger-model';
import { purchaseOf, Step, type World } from '../world';

/** The gateway looks for disputes of which it was not told, newest first as they are listed: all, or one payment's. */
class Look extends Step {
  constructor(
    private readonly user: number,
    /** Null: it looks by itself, at everything. */
    private readonly nth: number | null,
  ) {
    super();
  }

  act(model: LedgerModel, world: World): Promise<void> {
    return this.nth === null ? this.sweep(model, world) : this.sync(model, world, this.nth);
  }

  private async sweep(model: LedgerModel, { deps, bank }: World): Promise<void> {
    const unheard = (['stripe', 'razorpay'] as const)
      .flatMap((provider) => bank.listed(provider))
      .filter((dispute) => isUnheard(model, dispute));
    expect(await sweepDisputes(deps)).toBe(unheard.length);
    for (const dispute of unheard) heard(model, dispute);
  }

  private async sync(model: LedgerModel, { deps, bank }: World, nth: number): Promise<void> {
    const user = model.user(this.user);
    const purchase = purchaseOf(user, nth, false);
    if (!purchase) return;
    const unheard = bank
      .listed(purchase.provider)
      .filter((dispute) => dispute.intentId === purchase.intentId && isUnheard(model, dispute));
    await syncIntent(deps, as(user.name), { id: purchase.intentId });
    user.lookAt(purchase);
    for (const dispute of unheard) heard(model, dispute);
  }

  toString = () =>
    this.nth === null ? 'look for disputes' : `sync(${this.user}, purchase ${this.nth} from the last)`;
}

export const looks = fc.tuple(fc.nat(2), fc.option(fc.nat(5))).map(([user, nth]) => new Look(user, nth));
