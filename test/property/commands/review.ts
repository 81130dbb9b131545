import fc from 'fast-check';
import { inTransaction } from '../../../src/db/transaction';
import { decideRiskReview } from '../../../src/reviews/decide-risk-review';
import { rejectOverdueReviews } from '../../../src/reviews/overdue';
import { type FraudNews, warned } from '../../../src/reviews/warned';
import { codeOf, finance } from '../../credits/stand';
import type { RefundFate } from '../bank';
import {
  type LedgerModel,
  type PurchaseModel,
  type ReviewModel,
  reviewedCredits,
  type UserModel,
} from '../ledger-model';
import { purchaseOf, Step, type World } from '../world';

type Asks = 'a rule' | 'a warning' | 'a warning by which the money goes back';
type Ends = 'is approved' | 'is rejected' | 'is overdue';

/** A rule, or a provider's word, has a purchase looked at, new or old, spent or not. */
class Review extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isHeld: boolean,
    private readonly asks: Asks,
    private readonly fate: RefundFate,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const purchase = purchaseOf(user, this.nth, this.isHeld);
    if (!purchase) return;
    if (this.asks === 'a rule') {
      expect((await byRule(user, purchase, world)) !== null).toBe(user.review(purchase));
      return;
    }
    await this.warn(user, purchase, world);
  }

  private async warn(user: UserModel, purchase: PurchaseModel, { deps, bank }: World): Promise<void> {
    const news: FraudNews = {
      provider: purchase.provider,
      providerPaymentId: purchase.paymentId,
      kind: 'early_fraud_warning',
      providerId: `warning_${warnings++}`,
      ...{ isActionable: true, reason: 'made_with_stolen_card', closedReason: null, at: new Date() },
    };
    const isSentBack = this.asks !== 'a warning';
    const risk = { ...deps.risk, warning: isSentBack ? ('refund' as const) : ('review' as const) };
    bank.fate = this.fate;
    user.workDue();
    const nothingLeft = reviewedCredits(purchase) === 0;
    const outcome = await warned({ ...deps, risk }, news);
    // The same again changes nothing.
    if (!isSentBack) expect(await warned({ ...deps, risk }, news)).toBe(nothingLeft ? 'noted' : 'known');
    if (nothingLeft) {
      expect(outcome).toBe('noted');
      return;
    }
    user.review(purchase);
    if (!isSentBack) {
      expect(outcome).toBe('opened');
      return;
    }
    const review = purchase.reviews.at(-1) as ReviewModel;
    const bankId = () => bank.refunds.at(-1)?.id ?? '';
    const ended = user.reject(purchase, review, 'rejected', this.fate, bankId);
    expect(outcome).toBe(ended === 'none' ? 'refunded' : 'opened');
  }

  toString = () =>
    `review(${this.user}, purchase ${this.nth} from the last${this.isHeld ? ' on hold' : ''}, for ${this.asks}, the refund ${this.fate})`;
}

let warnings = 0;

/** As settling does after a grant. */
const byRule = (user: UserModel, { intentId }: PurchaseModel, { deps }: World): Promise<string | null> =>
  inTransaction(deps.pool, async (client) => {
    await client.query('select lock_intents(array[$1], true)', [intentId]);
    await client.query('select open_wallets(array[$1], true)', [user.name]);
    const { rows } = await client.query(`select review_intent($1, null, 70, 'rule', 'system') as id`, [
      intentId,
    ]);
    return rows[0].id;
  });

/** A review ends: a person decides it, or its time runs out. Also one that was decided before. */
class Decide extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly ends: Ends,
    private readonly fate: RefundFate,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const purchase = reviewedOf(user, this.nth, this.ends === 'is overdue');
    const review = purchase?.reviews.at(-1);
    if (!purchase || !review) return;
    const { bank, deps, stand } = world;
    bank.fate = this.fate;
    const id = await idOf(purchase, world);
    const bankId = () => bank.refunds.at(-1)?.id ?? '';
    if (this.ends === 'is overdue') {
      if (review.status !== 'open') return;
      await stand.sql(
        `with moved as (update risk_reviews set opened_at = opened_at - interval '30 hours' where id = $1 returning *)
         update claims c set since = m.opened_at from moved m where c.cause_id = m.id`,
        [id],
      );
      expect(await rejectOverdueReviews(deps)).toBe(1);
      user.reject(purchase, review, 'expired', this.fate, bankId);
      return;
    }
    const approve = this.ends === 'is approved';
    const code = await codeOf(decideRiskReview(deps, finance, { id, approve, note: 'looked at' }));
    expect(code).toBe(
      approve ? user.approve(review) : user.reject(purchase, review, 'rejected', this.fate, bankId),
    );
  }

  toString = () =>
    `decide(${this.user}, review ${this.nth} from the last ${this.ends}, the refund ${this.fate})`;
}

/** Mostly one whose last review is open. */
function reviewedOf(user: UserModel, nth: number, isOpen: boolean): PurchaseModel | undefined {
  const reviewed = user.purchases.filter(({ reviews }) => reviews.length > 0);
  const open = reviewed.filter(({ reviews }) => reviews.at(-1)?.status === 'open');
  const from = open.length > 0 && (isOpen || nth % 4 !== 3) ? open : reviewed;
  return from[from.length - 1 - (nth % Math.max(1, from.length))];
}

const idOf = async ({ intentId }: PurchaseModel, { stand }: World): Promise<string> =>
  (
    await stand.sql(
      `select id from risk_reviews where intent_id = $1
       order by status = 'open' desc, decided_at desc limit 1`,
      [intentId],
    )
  )[0]?.id;

const fates = fc.oneof(
  { weight: 3, arbitrary: fc.constant<RefundFate>('succeeds') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<RefundFate>('is pending', 'is refused', 'is lost', 'loses its answer'),
  },
);

export const reviews = fc.oneof(
  fc
    .tuple(
      fc.nat(2),
      fc.oneof(fc.constant(0), fc.nat(5)),
      fc.boolean(),
      fc.constantFrom<Asks>('a rule', 'a rule', 'a warning', 'a warning by which the money goes back'),
      fates,
    )
    .map(([user, nth, isHeld, asks, fate]) => new Review(user, nth, isHeld, asks, fate)),
  fc
    .tuple(
      fc.nat(2),
      fc.nat(7),
      fc.constantFrom<Ends>('is approved', 'is approved', 'is rejected', 'is overdue'),
      fates,
    )
    .map(([user, nth, ends, fate]) => new Decide(user, nth, ends, fate)),
);
