import fc from 'fast-check';
import { readAndSettle } from '../../../src/intents/read';
import type { ProviderName } from '../../../src/providers/provider';
import { returnUnapplied } from '../../../src/refunds/return-unapplied';
import { captured, claimIntents, doorOn, plain, reading } from '../../support/intents';
import { objectIdOf, type RefundFate } from '../bank';
import type { LedgerModel, UserModel } from '../ledger-model';
import { purchaseOf, Step, type World } from '../world';

type Why = 'a second payment' | 'a wrong amount' | 'after a cancel';

const PRICE = 5000;

/** Money comes that buys nothing, and the policy sends it back. */
class PayForNothing extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly provider: ProviderName,
    private readonly why: Why,
    private readonly fate: RefundFate,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const { bank, deps } = world;
    const user = model.user(this.user);
    const paymentId =
      this.why === 'a second payment' ? await this.again(user, world) : await this.first(user, world);
    const payment = user.unapplied.at(-1);
    if (paymentId === null || !payment) return;
    await nothingElseWaits(world);
    bank.fate = this.fate;
    expect(await returnUnapplied(deps)).toBe(1);
    user.sendBack(payment, this.fate, () => bank.refundsOf(paymentId).at(-1)?.id ?? '');
  }

  /** On an object that was paid before; once on each. */
  private async again(user: UserModel, { bank, deps }: World): Promise<string | null> {
    const purchase = purchaseOf(user, this.nth, false);
    if (!purchase || user.unapplied.some(({ intentId }) => intentId === purchase.intentId)) return null;
    const { intentId, provider } = purchase;
    const { id } = bank.paid(provider, intentId, purchase.lot.paid, 2);
    const intent = await deps.readIntent(intentId);
    const read = intent && (await readAndSettle(deps, intent, { actor: 'provider', note: null }));
    expect(read?.kind).toBe('settled');
    user.payForNothing(intentId, provider, purchase.lot.paid);
    user.lookAt(purchase);
    return id;
  }

  private async first(user: UserModel, { bank, stand }: World): Promise<string> {
    const { provider } = this;
    const { pool } = stand.deps;
    const minor = this.why === 'a wrong amount' ? PRICE - 1 : PRICE;
    const [intent] = await claimIntents(pool, [user.name], provider);
    const intentId = intent?.id as string;
    await stand.sql('update intents set provider_intent_id = $2 where id = $1', [
      intentId,
      objectIdOf(provider, intentId),
    ]);
    const settle = doorOn(pool);
    if (this.why === 'after a cancel') await settle(reading(intentId, plain('canceled')));
    const { id } = bank.paid(provider, intentId, minor);
    await settle(reading(intentId, captured(id, BigInt(minor))));
    user.payForNothing(intentId, provider, minor);
    return id;
  }

  toString = () =>
    `pay for nothing(${this.user}, ${this.why}, purchase ${this.nth} from the last, ${this.provider}, its refund ${this.fate})`;
}

/** Whatever else waits for an answer goes on waiting: only commands act. */
export const nothingElseWaits = ({ stand }: World): Promise<unknown> =>
  stand.sql(`update refunds set lease_until = clock_timestamp() + interval '1 day' where status = 'pending'`);

export const paymentsForNothing = fc
  .tuple(
    fc.nat(2),
    fc.nat(5),
    fc.constantFrom<ProviderName>('stripe', 'razorpay'),
    fc.constantFrom<Why>('a second payment', 'a wrong amount', 'after a cancel'),
    fc.constantFrom<RefundFate>('succeeds', 'is pending', 'is refused', 'is lost', 'loses its answer'),
  )
  .map(([user, nth, provider, why, fate]) => new PayForNothing(user, nth, provider, why, fate));
