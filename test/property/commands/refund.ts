import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { readAndSettle } from '../../../src/intents/read';
import { refundIntent } from '../../../src/refunds/refund';
import { codeOf, finance } from '../../credits/stand';
import { paymentIdOf, type RefundFate } from '../bank';
import type { LedgerModel, PurchaseModel, UserModel } from '../ledger-model';
import { purchaseOf, Step, type World } from '../world';

type How = RefundFate | 'is made at the provider';

class Refund extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isHeld: boolean,
    /** Of what was paid; null: all that is left. */
    private readonly percent: number | null,
    private readonly how: How,
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const purchase = purchaseOf(user, this.nth, this.isHeld);
    if (!purchase) return;
    const { how, percent } = this;
    const minor = percent === null ? null : Math.max(1, Math.floor((purchase.lot.paid * percent) / 100));
    if (how === 'is made at the provider') await this.elsewhere(user, purchase, minor, world);
    else await this.asked(user, purchase, minor, how, world);
  }

  private async asked(
    user: UserModel,
    purchase: PurchaseModel,
    amountCents: number | null,
    fate: RefundFate,
    { deps, bank }: World,
  ): Promise<void> {
    const { intentId } = purchase;
    const input = { intentId, amountCents, reason: 'asked', idempotencyKey: randomUUID() };
    const ask = () => codeOf(refundIntent(deps, finance, input));
    bank.fate = fate;
    const code = await ask();
    expect(code).toBe(user.refund(purchase, amountCents, fate, () => bank.refunds.at(-1)?.id ?? ''));
    // A refund that was too large is no refund: its key is as new.
    if (this.repeated && code !== 'REFUND_EXCEEDS_AMOUNT') expect(await ask()).toBe(code);
  }

  private async elsewhere(
    user: UserModel,
    purchase: PurchaseModel,
    asked: number | null,
    { deps, bank }: World,
  ): Promise<void> {
    const paymentId = paymentIdOf(purchase.provider, purchase.intentId);
    const left = bank.left(paymentId);
    const minor = asked ?? left;
    if (minor < 1 || minor > left) return;
    bank.fate = 'succeeds';
    const { id } = bank.refund(paymentId, minor, null);
    const intent = await deps.readIntent(purchase.intentId);
    const read = intent && (await readAndSettle(deps, intent, { actor: 'provider', note: null }));
    expect(read?.kind).toBe('settled');
    user.refundedElsewhere(purchase, minor, id);
  }

  toString = () =>
    `refund(${this.user}, purchase ${this.nth} from the last${this.isHeld ? ' on hold' : ''}, ${this.percent ?? 'what is left of the 100'} %, ${this.how}${this.repeated ? ', twice under one key' : ''})`;
}

const hows = fc.oneof(
  { weight: 5, arbitrary: fc.constant<How>('succeeds') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<How>(
      'is pending',
      'is refused',
      'is lost',
      'loses its answer',
      'is made at the provider',
    ),
  },
);

export const refunds = fc
  .tuple(fc.nat(2), fc.nat(5), fc.boolean(), fc.option(fc.integer({ min: 1, max: 70 })), hows, fc.boolean())
  .map(
    ([user, nth, isHeld, percent, how, repeated]) => new Refund(user, nth, isHeld, percent, how, repeated),
  );
