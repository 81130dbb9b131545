import fc from 'fast-check';
import { readAndSettle } from '../../../src/intents/read';
import type { ProviderName } from '../../../src/providers/provider';
import { returnUnapplied } from '../../../src/refunds/return-unapplied';
import { captured, claimIntents, doorOn, plain, reading } from '../../support/intents';
import { objectIdOf, type RefundFate } from '../bank';
import { goneBack, type LedgerModel, type PurchaseModel, type UserModel } from '../ledger-model';
import { purchaseOf, Step, type World } from '../world';

type Why = 'a second payment' | 'a wrong amount' | 'after a cancel';

const PRICE = 5000;
/** What it buys when somebody accepts it after all, and for how many days. */
export const CREDITS = 50;
export const DAYS = 2;

/** Money comes that buys nothing, and the policy sends it back, at once or when it comes by next. */
class PayForNothing extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly provider: ProviderName,
    private readonly why: Why,
    /** Null: it stays. */
    private readonly fate: RefundFate | null,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const isPaid =
      this.why === 'a second payment' ? await this.again(user, world) : await this.first(user, world);
    if (!isPaid || this.fate === null) return;
    await nothingElseWaits(world);
    await returnAll(model, world, this.fate);
  }

  /** On an object that was paid before; once on each. */
  private async again(user: UserModel, { bank, deps }: World): Promise<boolean> {
    const purchase = purchaseOf(user, this.nth, false);
    if (!purchase || user.unapplied.some(({ intentId }) => intentId === purchase.intentId)) return false;
    const { intentId, provider } = purchase;
    const { id } = bank.paid(provider, intentId, purchase.lot.paid, 2);
    const intent = await deps.readIntent(intentId);
    const read = intent && (await readAndSettle(deps, intent, { actor: 'provider', note: null }));
    expect(read?.kind).toBe('settled');
    user.payForNothing(intentId, id, provider, purchase.lot.paid);
    user.lookAt(purchase);
    return true;
  }

  private async first(user: UserModel, { bank, stand }: World): Promise<true> {
    const { provider } = this;
    const { pool } = stand.deps;
    const minor = this.why === 'a wrong amount' ? PRICE - 1 : PRICE;
    const [intent] = await claimIntents(pool, [user.name], provider);
    const intentId = intent?.id as string;
    await stand.sql(
      'update intents set provider_intent_id = $2, credits_expire_after_days = $3 where id = $1',
      [...[intentId, objectIdOf(provider, intentId), DAYS]],
    );
    const settle = doorOn(pool);
    if (this.why === 'after a cancel') await settle(reading(intentId, plain('canceled')));
    const { id } = bank.paid(provider, intentId, minor);
    await settle(reading(intentId, captured(id, BigInt(minor))));
    user.payForNothing(intentId, id, provider, minor);
    return true;
  }

  toString = () =>
    `pay for nothing(${this.user}, ${this.why}, purchase ${this.nth} from the last, ${this.provider}, ${this.fate === null ? 'it stays' : `its refund ${this.fate}`})`;
}

/**
 * The policy looks at all that bought nothing, has not gone back and is not disputed.
 * @param again a refund without an answer that is asked for again beside them
 */
export async function returnAll(
  model: LedgerModel,
  { deps, bank }: World,
  fate: RefundFate,
  again: PurchaseModel | null = null,
): Promise<void> {
  const due = model.users.flatMap((user) =>
    user.unapplied
      .filter(
        (payment) => payment === again || (payment.refunds.length === 0 && goneBack(payment, null) === 0),
      )
      .map((payment) => ({ user, payment })),
  );
  bank.fate = fate;
  expect(await returnUnapplied(deps)).toBe(due.length);
  for (const { user, payment } of due)
    user.sendBack(payment, fate, () => bank.refundsOf(payment.paymentId).at(-1)?.id ?? '');
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
    fc.constantFrom<RefundFate | null>(
      ...['succeeds' as const, 'is pending' as const, 'is refused' as const, 'is lost' as const],
      ...['loses its answer' as const, null, null, null],
    ),
  )
  .map(([user, nth, provider, why, fate]) => new PayForNothing(user, nth, provider, why, fate));
