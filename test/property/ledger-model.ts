// A small model of the ledger: what each verb, and each word of the bank, does to one user's lots, holds and debt, in plain
// numbers. It says what must
// come out; the gateway says what does. Commands for it stand in commands/, one file each.
import type { ProviderName } from '../../src/providers/provider';
import type { RefundFate } from './bank';
import { count, isReached, type LimitModel, LimitsModel, type Member } from './limit-model';

export interface LotModel {
  /** In the order in which lots of all users were made. */
  nth: number;
  /** After how many steps: what ends after as many days ends in that order. */
  step: number;
  /** Of credits that came from another wallet: what was bought first. */
  readonly root: LotModel | null;
  /** Left it for another wallet. */
  transferred: number;
  readonly granted: number;
  remaining: number;
  held: number;
  frozen: number;
  readonly paid: number;
  /** What was paid for it and is not earned yet. */
  deferred: number;
  /** Credits that were spent, and what they earned. */
  spent: number;
  earned: number;
  /** On the model's clock; Infinity: never. */
  expiresAt: number;
  /** The purchase that it came from. */
  readonly intentId: string | null;
  /** A campaign gave it. */
  readonly isPromo: boolean;
  /** Its time was ended for good. */
  isEnded: boolean;
}

/** A spend, or what was settled of a hold. */
export interface SpendModel {
  readonly journalId: string;
  readonly credits: number;
  reversed: number;
  /** The limits in which it counts. */
  readonly counts: readonly LimitModel[];
  /** What is left of the price of usage, in millionths of a credit; null: whole credits were asked for. */
  micro: number | null;
  /** What it took of each lot, less what came back. */
  readonly lots: Map<LotModel, number>;
}

/** What a campaign gave. */
export interface GrantModel {
  readonly id: string;
  readonly campaign: string;
  readonly lot: LotModel;
  isRevoked: boolean;
}

/** A campaign that may be revoked, and a code of it. */
export interface CampaignModel {
  readonly key: string;
  readonly code: string;
  /** What the code gives, how often in all, and who has it. */
  readonly credits: number;
  readonly limit: number;
  readonly redeemedBy: Map<UserModel, GrantModel>;
  isRevoked: boolean;
}

export interface HoldModel {
  readonly id: string;
  readonly credits: number;
  readonly byService: boolean;
  /** The limits in which it counts. */
  readonly counts: readonly LimitModel[];
  readonly expiresAt: number;
  readonly lots: Map<LotModel, number>;
  status: 'open' | 'settled' | 'released' | 'expired';
  settled: number | null;
}

/** What sets credits aside while it is undecided, and may take them. */
export interface Cause {
  readonly purchase: PurchaseModel;
  /** In minor units. */
  minor: number;
  readonly frozen: Map<LotModel, number>;
  /** Credits of each lot that were taken. */
  readonly taken: Map<LotModel, number>;
  /** Credits taken back from the user, those that became a debt included. */
  revoked: number;
}

export interface RefundModel extends Cause {
  readonly purchase: PurchaseModel;
  status: 'pending' | 'succeeded' | 'failed';
  /** The bank's id; null as long as the bank has not got it. */
  bankId: string | null;
  readonly isByPolicy: boolean;
  /** We know that the bank took it. */
  isAccepted: boolean;
}

export type DisputeStatus = 'inquiry' | 'open' | 'won' | 'lost' | 'closed';

export interface DisputeModel extends Cause {
  readonly id: string;
  /** In the order in which they were opened at the bank; news of them may come in another. */
  readonly nth: number;
  status: DisputeStatus | null;
  turn: number;
  withdrawn: number;
}

export type ReviewStatus = 'open' | 'approved' | 'rejected' | 'expired';

/** A person has to look at a purchase. */
export interface ReviewModel {
  status: ReviewStatus;
  readonly frozen: Map<LotModel, number>;
}

/** A payment, the lot that it bought, and what came after. */
export interface PurchaseModel {
  readonly intentId: string;
  readonly paymentId: string;
  readonly provider: ProviderName;
  lot: LotModel;
  readonly refunds: RefundModel[];
  /** In the order in which they were opened. */
  readonly disputes: DisputeModel[];
  /** The same; one is open at most. */
  readonly reviews: ReviewModel[];
  /** It bought nothing: its lot is empty, and its money goes back. */
  isUnapplied: boolean;
  /** What banks pay of what is owed to its payer. */
  fromUnapplied: number;
  /** What it brought beside. */
  readonly bonuses: BonusModel[];
}

/** A grant that follows the money of its purchase. */
export interface BonusModel {
  readonly grant: GrantModel;
  /** Taken because money went back. */
  returned: number;
  /** Belongs to money that went back, and was not free. */
  awaited: number;
}

/** Minor units for accounts of money, credits for the others; a positive amount is a credit. */
export type Books = Record<string, number>;

export type Outcome =
  | 'none'
  | 'INSUFFICIENT_CREDITS'
  | 'SPEND_LIMIT_REACHED'
  | 'INVALID_STATE'
  | 'NOT_FOUND'
  | 'REFUND_EXCEEDS_AMOUNT'
  | 'PROVIDER_DECLINED'
  | 'ALREADY_DECIDED';

const HOUR = 3600;
const MICRO = 1_000_000;

/** The account of credits beside each of money. */
const AGAINST: Readonly<Record<string, string>> = {
  revenue: 'credits_spent',
  breakage: 'credits_expired',
  adjustments: 'credits_adjusted',
  refunds: 'credits_issued',
  chargebacks: 'credits_issued',
};

export class UserModel {
  /** In the order in which they were made. */
  readonly lots: LotModel[] = [];
  readonly holds: HoldModel[] = [];
  readonly grants: GrantModel[] = [];
  readonly spends: SpendModel[] = [];
  readonly limits = new LimitsModel();
  /** What of usage is not a whole credit yet, in millionths of one. */
  leftOver = 0;
  readonly purchases: PurchaseModel[] = [];
  readonly unapplied: PurchaseModel[] = [];
  /** In the order in which we came to know of them. */
  readonly refunds: RefundModel[] = [];
  /** In the order in which they were opened. */
  readonly disputes: DisputeModel[] = [];
  readonly books: Books = {};
  owed = 0;

  constructor(
    readonly name: string,
    private readonly clock: LedgerModel,
  ) {}

  private add(lot: LotModel): LotModel {
    lot.nth = this.clock.lotsMade++;
    lot.step = this.clock.done.length;
    this.lots.push(lot);
    return lot;
  }

  /** To whom what one of ours bought was moved. */
  private othersOf({ lot }: PurchaseModel): UserModel[] {
    return byName(this.clock.users.filter((user) => user !== this && user.bought(lot).length > 0));
  }

  /** What is here of what was bought as this lot, in the order in which it is spent. */
  private bought(root: LotModel): LotModel[] {
    return this.spendOrder().filter((lot) => rootOf(lot) === root);
  }

  private movable(): LotModel[] {
    const purchases = this.clock.users.flatMap((user) => user.purchases);
    return this.spendOrder().filter((lot) => {
      const purchase = purchases.find((one) => one.lot === rootOf(lot));
      return purchase && !isQuestioned(purchase) && lot.frozen === 0 && lot.expiresAt > this.clock.now;
    });
  }

  /** Credits go to another wallet. */
  move(to: UserModel, credits: number): Outcome {
    this.workDue();
    to.workDue();
    const lots = this.movable();
    if (sum(lots.map(freeOf)) < credits) return 'INSUFFICIENT_CREDITS';
    let left = credits;
    for (const lot of lots) {
      const takes = Math.min(left, freeOf(lot));
      this.transfer(lot, takes, to);
      left -= takes;
    }
    to.payDebt();
    this.serve([to]);
    return 'none';
  }

  private transfer(lot: LotModel, credits: number, to: UserModel): void {
    if (credits === 0) return;
    const worth = credits === lot.remaining ? lot.deferred : worthOf(lot, credits, false);
    lot.remaining -= credits;
    lot.deferred -= worth;
    lot.transferred += credits;
    to.add(newLot(credits, worth, lot.expiresAt, null, false, rootOf(lot)));
    this.book({ wallet: -credits, credits_transferred: credits });
    to.book({ wallet: credits, credits_transferred: -credits });
  }

  /** What was moved comes back to be taken: what is free before other lots are touched, what is held after other holds are. */
  private bringHome(purchase: PurchaseModel, credits: number): void {
    const others = this.othersOf(purchase);
    if (others.length === 0) return;
    this.bringFreeHome(purchase, credits - sum(this.bought(purchase.lot).map(freeOf)));
    const ownLots = this.lots.filter((lot) => !lot.isPromo);
    let missing = credits - sum(ownLots.map((lot) => lot.remaining - lot.frozen));
    for (const other of others) {
      const shrunk = new Map<LotModel, number>();
      missing -= other.shrinkHolds(purchase.lot, missing, true, (lot, takes) => {
        shrunk.set(lot, (shrunk.get(lot) ?? 0) + takes);
      });
      for (const lot of other.lots) other.transfer(lot, shrunk.get(lot) ?? 0, this);
    }
  }

  private bringFreeHome({ lot }: PurchaseModel, credits: number): void {
    let left = credits;
    const moved = this.clock.users.flatMap((user) =>
      user === this ? [] : user.bought(lot).map((one) => ({ user, one })),
    );
    const takes = moved
      .sort((a, b) => a.one.nth - b.one.nth)
      .map(({ user, one }) => {
        const taken = Math.max(0, Math.min(left, freeOf(one)));
        left -= taken;
        return { user, one, taken };
      });
    // One posting for each wallet.
    for (const user of byName(this.clock.users))
      for (const { one, taken } of takes.filter((take) => take.user === user))
        user.transfer(one, taken, this);
  }

  /** The newest hold first, and of each what was bought first. @returns how many were let go of */
  private shrinkHolds(
    root: LotModel,
    credits: number,
    isBoughtAlone: boolean,
    take: (lot: LotModel, takes: number) => void,
  ): number {
    let left = Math.max(0, credits);
    const parts = [...this.holds]
      .reverse()
      .flatMap((hold) =>
        this.lots.filter((lot) => hold.lots.has(lot) && !lot.isPromo).map((lot) => ({ hold, lot })),
      );
    const boughtFirst = [
      ...parts.filter(({ lot }) => rootOf(lot) === root),
      ...parts.filter(({ lot }) => rootOf(lot) !== root && !isBoughtAlone),
    ];
    for (const { hold, lot } of boughtFirst) {
      const takes = Math.min(left, hold.lots.get(lot) ?? 0);
      if (takes === 0) continue;
      hold.lots.set(lot, (hold.lots.get(lot) ?? 0) - takes);
      count(hold.counts, { held: -takes });
      lot.held -= takes;
      take(lot, takes);
      left -= takes;
    }
    return Math.max(0, credits) - left;
  }

  get balance(): number {
    return sum(this.lots.map((lot) => lot.remaining));
  }
  get held(): number {
    return sum(this.lots.map((lot) => lot.held));
  }
  get frozen(): number {
    return sum(this.lots.map((lot) => lot.frozen));
  }
  get available(): number {
    return this.balance - this.held - this.frozen;
  }

  /** The soonest to expire first, of those what campaigns gave, then the oldest. */
  spendOrder(): LotModel[] {
    return [...this.lots].sort((a, b) => {
      if (a.expiresAt !== b.expiresAt) return a.expiresAt - b.expiresAt;
      const steps = a.expiresAt === Infinity ? 0 : rootOf(a).step - rootOf(b).step;
      return steps || Number(b.isPromo) - Number(a.isPromo);
    });
  }

  /** Books lines that belong to one posting. */
  book(lines: Books): void {
    for (const [account, amount] of Object.entries(lines))
      this.books[account] = (this.books[account] ?? 0) + amount;
  }

  /** Takes credits from a lot; what they were worth leaves its deferred revenue for `moneyTo`. Below zero: they return. */
  take(lot: LotModel, credits: number, moneyTo: string, isSpent = moneyTo === 'revenue'): void {
    const worth = credits !== 0 && credits === lot.remaining ? lot.deferred : worthOf(lot, credits, isSpent);
    lot.remaining -= credits;
    lot.deferred -= worth;
    if (isSpent) {
      lot.spent += credits;
      lot.earned += worth;
    }
    this.book({ deferred_revenue: -worth, [moneyTo]: worth });
    // What leaves a promotional lot stands against what was given, whatever the verb books it against.
    if (lot.isPromo) this.book({ credits_promo: credits, [AGAINST[moneyTo] as string]: -credits });
  }

  /** Takes free credits in spend order, as far as they go. @returns how many it took. */
  takeFree(credits: number, moneyTo: string, taken = new Map<LotModel, number>()): number {
    let left = credits;
    for (const lot of this.spendOrder()) {
      const takes = Math.min(left, freeOf(lot));
      if (takes > 0) {
        this.take(lot, takes, moneyTo);
        taken.set(lot, takes);
      }
      left -= takes;
    }
    return credits - left;
  }

  /** What time alone does. Every verb, and every read, begins with it. */
  workDue(): void {
    const due = this.holds.filter((hold) => hold.status === 'open' && hold.expiresAt <= this.clock.now);
    for (const hold of due) this.end(hold, 'expired');
    if (due.length > 0) this.recallBonuses();
    if (due.length > 0) this.freezeUndecided();
    for (const lot of this.spendOrder().filter((due) => due.expiresAt <= this.clock.now && freeOf(due) > 0)) {
      const takes = freeOf(lot);
      this.take(lot, takes, 'breakage');
      this.book({ wallet: -takes, credits_expired: takes });
    }
    // What was given and on hold is left alone by a debt, and pays it when its hold ends.
    if (due.length > 0) this.payDebt();
  }

  /** Called after everything that makes credits free. */
  payDebt(): void {
    const pays = this.takeFree(Math.min(this.owed, this.available), 'revenue');
    this.owed -= pays;
    this.book({ wallet: -pays, debt: pays });
  }

  purchase(
    { intentId, paymentId, provider }: Pick<PurchaseModel, 'intentId' | 'paymentId' | 'provider'>,
    credits: number,
    paid: number,
    expireAfterDays: number | null,
  ): PurchaseModel {
    this.workDue();
    this.book({ [`clearing_${provider}`]: -paid, deferred_revenue: paid });
    const lot = this.grant(intentId, credits, paid, expireAfterDays);
    const purchase = {
      ...{ intentId, paymentId, provider, lot, refunds: [], disputes: [], reviews: [] },
      ...{ isUnapplied: false, fromUnapplied: 0, bonuses: [] },
    };
    this.purchases.push(purchase);
    return purchase;
  }

  /** What a purchase brings beside its credits: of its package, or of a code. */
  bonus(
    purchase: PurchaseModel,
    credits: number,
    ttlSeconds: number | null,
    id: string,
    campaign: string,
  ): GrantModel {
    const grant = this.promote(credits, ttlSeconds, id, campaign);
    purchase.bonuses.push({ grant, returned: 0, awaited: 0 });
    return grant;
  }

  /** The money of a purchase went back, or returned: what is free of its bonuses follows. */
  private followBonuses(purchase: PurchaseModel): void {
    if (purchase.isUnapplied) return;
    const gone = minorOf([
      ...purchase.refunds.filter((refund) => refund.isAccepted && isGone(refund)),
      ...purchase.disputes.filter(isLost),
    ]);
    const { paid } = purchase.lot;
    for (const bonus of purchase.bonuses) {
      const { lot, isRevoked } = bonus.grant;
      if (isRevoked) continue;
      const due = Math.floor((lot.granted * Math.min(gone, paid)) / paid) - bonus.returned;
      const takes = Math.min(due, freeOf(lot));
      bonus.awaited = Math.max(0, due - takes);
      if (takes === 0) continue;
      this.takeBonus(bonus, takes);
      if (takes < 0) this.serveOf(purchase);
    }
  }

  private takeBonus(bonus: BonusModel, takes: number): void {
    bonus.grant.lot.remaining -= takes;
    bonus.returned += takes;
    this.book({ wallet: -takes, credits_promo: takes });
  }

  /** What was on hold or spent when its money went back is taken once it is free, before it pays anything. */
  private recallBonuses(): void {
    for (const bonus of this.purchases.flatMap((purchase) => purchase.bonuses)) {
      const takes = bonus.grant.isRevoked ? 0 : Math.min(bonus.awaited, freeOf(bonus.grant.lot));
      bonus.awaited -= takes;
      this.takeBonus(bonus, takes);
    }
  }

  /** Somebody accepts money that bought nothing after all. @returns false: some of it is gone, or may go */
  apply(payment: PurchaseModel, credits: number, expireAfterDays: number | null): boolean {
    this.workDue();
    const isBought = this.purchases.some(({ intentId }) => intentId === payment.intentId);
    if (isBought || goneBack(payment, null) > 0) return false;
    const { paid } = payment.lot;
    this.book({ unapplied: -paid, deferred_revenue: paid });
    payment.isUnapplied = false;
    payment.lot = this.grant(payment.intentId, credits, paid, expireAfterDays);
    this.unapplied.splice(this.unapplied.indexOf(payment), 1);
    this.purchases.push(payment);
    return true;
  }

  private grant(intentId: string, credits: number, paid: number, expireAfterDays: number | null): LotModel {
    const expiresAt = expireAfterDays === null ? Infinity : this.clock.now + expireAfterDays * 24 * HOUR;
    this.book({ credits_issued: -credits, wallet: credits });
    const lot = this.add(newLot(credits, paid, expiresAt, intentId));
    this.payDebtFrom(lot);
    return lot;
  }

  /** Another amount than the price, a second payment, or money after a cancel. */
  payForNothing(intentId: string, paymentId: string, provider: ProviderName, minor: number): PurchaseModel {
    this.workDue();
    this.book({ [`clearing_${provider}`]: -minor, unapplied: minor });
    const lot = newLot(0, minor, Infinity, intentId);
    const payment = {
      ...{ intentId, paymentId, provider, lot, refunds: [], disputes: [], reviews: [] },
      ...{ isUnapplied: true, fromUnapplied: 0, bonuses: [] },
    };
    this.unapplied.push(payment);
    return payment;
  }

  /** It is sent back by policy: for the first time, or once more after no answer or a refusal. */
  sendBack(payment: PurchaseModel, fate: RefundFate, bankId: () => string): void {
    let refund = payment.refunds.find(({ status, isAccepted }) => status === 'pending' && !isAccepted);
    if (refund) this.lookAt(payment);
    else {
      refund = { ...newRefund(payment, payment.lot.paid), isByPolicy: true };
      payment.refunds.push(refund);
      this.refunds.push(refund);
    }
    if (refund.isAccepted || fate === 'is lost') return;
    if (fate === 'is refused') {
      this.lookAt(payment);
      return;
    }
    refund.bankId = bankId();
    if (fate !== 'loses its answer') this.accept(refund, fate === 'is pending' ? 'pending' : 'succeeded');
  }

  /** @param id the number of its posting, asked for once it is there */
  spend(credits: number, member: Member, id: () => string): Outcome {
    this.workDue();
    if (this.available < credits) return 'INSUFFICIENT_CREDITS';
    const counts = this.limits.binding(member);
    if (isReached(counts, credits)) return 'SPEND_LIMIT_REACHED';
    this.takeFor(credits, null, counts, id());
    return 'none';
  }

  /** @param micro what was used costs so many millionths of a credit */
  use(micro: number, id: () => string): Outcome {
    this.workDue();
    const total = this.leftOver + micro;
    if (this.available < Math.ceil(total / MICRO)) return 'INSUFFICIENT_CREDITS';
    const credits = Math.floor(total / MICRO);
    const counts = this.limits.binding(null);
    if (isReached(counts, credits)) return 'SPEND_LIMIT_REACHED';
    this.leftOver = total % MICRO;
    this.takeFor(credits, micro, counts, id());
    return 'none';
  }

  private takeFor(
    credits: number,
    micro: number | null,
    counts: readonly LimitModel[],
    journalId: string,
  ): void {
    count(counts, { spent: credits });
    const lots = new Map<LotModel, number>();
    this.takeFree(credits, 'revenue', lots);
    this.spends.push({ journalId, credits, reversed: 0, micro, counts, lots });
    this.book({ wallet: -credits, credits_spent: credits });
  }

  /** @param id makes the hold's id, asked for only when there will be one. */
  hold(credits: number, ttlSeconds: number, byService: boolean, member: Member, id: () => string): Outcome {
    this.workDue();
    if (this.available < credits) return 'INSUFFICIENT_CREDITS';
    const counts = this.limits.binding(member);
    if (isReached(counts, credits)) return 'SPEND_LIMIT_REACHED';
    count(counts, { held: credits });
    const lots = new Map<LotModel, number>();
    let left = credits;
    for (const lot of this.spendOrder()) {
      const takes = Math.min(left, freeOf(lot));
      if (takes > 0) lots.set(lot, takes);
      lot.held += takes;
      left -= takes;
    }
    const expiresAt = this.clock.now + ttlSeconds;
    this.holds.push({ id: id(), credits, byService, counts, expiresAt, lots, status: 'open', settled: null });
    return 'none';
  }

  /** What was used of a hold: all that is there, where it costs more. */
  settleUsed(hold: HoldModel, cost: number, byService: boolean, id: () => string): Outcome {
    this.workDue();
    const all = sum([...hold.lots.values()]) + this.available;
    const micro = Math.min(cost, all * MICRO + MICRO - 1 - this.leftOver);
    const credits = Math.floor((this.leftOver + micro) / MICRO);
    const outcome = this.settle(hold, credits, byService, id, micro);
    if (outcome === 'none') this.leftOver += micro - credits * MICRO;
    return outcome;
  }

  settle(
    hold: HoldModel,
    credits: number,
    byService: boolean,
    id: () => string,
    micro: number | null = null,
  ): Outcome {
    this.workDue();
    if (hold.byService && !byService) return 'NOT_FOUND';
    if (hold.status !== 'open') return 'INVALID_STATE';
    const setAside = sum([...hold.lots.values()]);
    if (setAside + this.available < credits) return 'INSUFFICIENT_CREDITS';
    const takes = new Map<LotModel, number>();
    let left = credits;
    const offer = (lot: LotModel, offered: number) => {
      const taken = Math.min(left, offered);
      takes.set(lot, (takes.get(lot) ?? 0) + taken);
      left -= taken;
    };
    for (const lot of this.spendOrder()) offer(lot, hold.lots.get(lot) ?? 0);
    for (const lot of this.spendOrder()) offer(lot, freeOf(lot));
    this.end(hold, 'settled');
    hold.settled = credits;
    for (const [lot, taken] of takes) if (taken > 0) this.take(lot, taken, 'revenue');
    // More than a limit leaves, where more was used than was held: the work is done.
    count(hold.counts, { spent: credits });
    if (credits > 0 || micro !== null)
      this.spends.push({ journalId: id(), credits, reversed: 0, micro, counts: hold.counts, lots: takes });
    this.book({ wallet: -credits, credits_spent: credits });
    this.recallBonuses();
    this.freezeUndecided();
    this.workDue();
    this.payDebt();
    return 'none';
  }

  release(hold: HoldModel, byService: boolean): Outcome {
    this.workDue();
    if (hold.byService && !byService) return 'NOT_FOUND';
    if (hold.status === 'released') return 'none';
    if (hold.status !== 'open') return 'INVALID_STATE';
    this.end(hold, 'released');
    this.recallBonuses();
    this.freezeUndecided();
    this.workDue();
    this.payDebt();
    return 'none';
  }

  adjust(credits: number, ttlSeconds: number | null): Outcome {
    this.workDue();
    if (credits > 0) {
      this.book({ credits_adjusted: -credits, wallet: credits });
      const expiresAt = ttlSeconds === null ? Infinity : this.clock.now + ttlSeconds;
      this.payDebtFrom(this.add(newLot(credits, 0, expiresAt, null)));
      return 'none';
    }
    if (this.available < -credits) return 'INSUFFICIENT_CREDITS';
    this.takeFree(-credits, 'adjustments');
    this.book({ wallet: credits, credits_adjusted: -credits });
    return 'none';
  }

  /** A campaign gives credits. */
  promote(credits: number, ttlSeconds: number | null, id: string, campaign = 'gifts'): GrantModel {
    this.workDue();
    this.book({ credits_promo: -credits, wallet: credits });
    const expiresAt = ttlSeconds === null ? Infinity : this.clock.now + ttlSeconds;
    const lot = this.add(newLot(credits, 0, expiresAt, null, true));
    const grant = { id, campaign, lot, isRevoked: false };
    this.grants.push(grant);
    this.payDebtFrom(lot);
    return grant;
  }

  /** A user types a code. @param id makes the grant's id, asked for only when there will be one. */
  redeem(campaign: CampaignModel, id: () => string): { outcome: Outcome; replayed: boolean } {
    this.workDue();
    if (campaign.redeemedBy.has(this)) return { outcome: 'none', replayed: true };
    if (campaign.isRevoked || campaign.redeemedBy.size >= campaign.limit)
      return { outcome: 'INVALID_STATE', replayed: false };
    campaign.redeemedBy.set(this, this.promote(campaign.credits, null, id(), campaign.key));
    return { outcome: 'none', replayed: false };
  }

  /** What is free of a grant is taken back, what is held of it goes when its hold ends. */
  revoke(grant: GrantModel): void {
    this.workDue();
    if (grant.isRevoked) return;
    grant.isRevoked = true;
    const { lot } = grant;
    const takes = freeOf(lot);
    lot.remaining -= takes;
    this.book({ wallet: -takes, credits_promo: takes });
    // Before anything that is due from now on, and after what was revoked before it.
    const revoked = this.grants.filter(({ isRevoked }) => isRevoked).length;
    lot.expiresAt = Math.min(lot.expiresAt, this.clock.now - 1 + revoked / 1e6);
    lot.isEnded = true;
  }

  /** A spend is given back. @param asked null: all that is left of it */
  reverse(spend: SpendModel, asked: number | null): Outcome {
    this.workDue();
    let credits = asked ?? spend.credits - spend.reversed;
    if (spend.micro === null && (credits < 1 || credits > spend.credits - spend.reversed))
      return 'INVALID_STATE';
    if (spend.micro !== null) {
      const micro = asked === null ? spend.micro : asked * MICRO;
      if (micro < 1 || micro > spend.micro) return 'INVALID_STATE';
      credits = Math.max(0, Math.ceil((micro - this.leftOver) / MICRO));
      this.leftOver += credits * MICRO - micro;
      spend.micro -= micro;
      if (credits === 0) return 'none';
    }
    let left = credits;
    const back = new Map<LotModel, number>();
    const giveTo = (lot: LotModel, room: number) => {
      const gives = Math.min(left, room);
      if (gives > 0) back.set(lot, (back.get(lot) ?? 0) + gives);
      left -= gives;
    };
    const ownRoom = (lot: LotModel) => Math.min(lot.spent, Math.max(0, spend.lots.get(lot) ?? 0));
    const last = this.spendOrder().reverse();
    const rooms = new Map(last.map((lot) => [lot, ownRoom(lot)]));
    for (const lot of last) giveTo(lot, rooms.get(lot) as number);
    // What was spent counts as not spent again, once its refund failed: then other lots have what was.
    for (const lot of [...last.filter((one) => !one.isPromo), ...last.filter((one) => one.isPromo)])
      giveTo(lot, lot.spent - (rooms.get(lot) as number));
    this.clock.revivals++;
    for (const [lot, gives] of back) {
      this.take(lot, -gives, 'revenue');
      spend.lots.set(lot, (spend.lots.get(lot) ?? 0) - gives);
      // After whatever else got a week at this instant.
      if (lot.expiresAt <= this.clock.now && !lot.isEnded)
        lot.expiresAt = this.clock.now + 7 * 24 * HOUR + this.clock.revivals / 1e6;
    }
    // Of usage more may come back than that spend took: what others took counts as theirs.
    const counted = Math.max(0, spend.credits - spend.reversed);
    spend.reversed += credits;
    count(spend.counts, { spent: -Math.min(credits, counted) });
    this.book({ wallet: credits, credits_spent: -credits });
    this.recallBonuses();
    this.payDebt();
    this.freezeUndecided();
    this.workDue();
    return 'none';
  }

  /** We ask for a refund. @param minor null: all that is left. @param bankId where the bank got it */
  refund(asked: PurchaseModel, minor: number | null, fate: RefundFate, bankId: () => string): Outcome {
    this.workDue();
    return this.refundOf(this.refundable(asked), minor, fate, bankId);
  }

  /** Where nothing is left of what bought the credits, what bought nothing and is still here. */
  private refundable(purchase: PurchaseModel): PurchaseModel {
    const left = (payment: PurchaseModel) => payment.lot.paid - goneBack(payment, null);
    if (left(purchase) > 0) return purchase;
    return (
      this.unapplied.find((other) => other.intentId === purchase.intentId && left(other) > 0) ?? purchase
    );
  }

  /** A rule or a provider wants a purchase looked at. @returns false: one is open already */
  review(purchase: PurchaseModel): boolean {
    this.workDue();
    if (openReview(purchase)) return false;
    purchase.reviews.push({ status: 'open', frozen: new Map() });
    this.serve([this, ...this.othersOf(purchase)]);
    return true;
  }

  /** Somebody says that its credits may be spent. */
  approve(review: ReviewModel): Outcome {
    this.workDue();
    if (review.status !== 'open') return 'ALREADY_DECIDED';
    const purchase = this.purchases.find(({ reviews }) => reviews.includes(review)) as PurchaseModel;
    this.endReview(purchase, review, 'approved');
    return 'none';
  }

  /** Somebody, or the time, says that all that is left goes back. */
  reject(
    purchase: PurchaseModel,
    review: ReviewModel,
    status: ReviewStatus,
    fate: RefundFate,
    bankId: () => string,
  ): Outcome {
    this.workDue();
    if (review.status !== 'open') return 'ALREADY_DECIDED';
    const outcome = this.refundOf(purchase, null, fate, bankId, () =>
      this.endReview(purchase, review, status),
    );
    if (outcome !== 'REFUND_EXCEEDS_AMOUNT') return outcome;
    this.endReview(purchase, review, status);
    return 'none';
  }

  private endReview(purchase: PurchaseModel, review: ReviewModel, status: ReviewStatus): void {
    review.status = status;
    this.thaw(review);
    this.serveOf(purchase);
  }

  /** A refund has failed that a rejection may have been about: the money is here, and so is the question. */
  private reviewAgain(purchase: PurchaseModel): void {
    const last = purchase.reviews.at(-1)?.status;
    if (purchase.isUnapplied || (last !== 'rejected' && last !== 'expired')) return;
    if (refundedOf(purchase) < purchase.lot.paid)
      purchase.reviews.push({ status: 'open', frozen: new Map() });
  }

  /** What an open review keeps of credits that go back otherwise by now is free for that. */
  private yieldReviewed(purchase: PurchaseModel): void {
    const review = openReview(purchase);
    if (review) this.thaw(review, Math.max(0, frozenFor(review) - reviewedCredits(purchase)));
  }

  private refundOf(
    purchase: PurchaseModel,
    minor: number | null,
    fate: RefundFate,
    bankId: () => string,
    whenFrozen: () => void = () => undefined,
  ): Outcome {
    const busy = goneBack(purchase, null);
    const left = purchase.lot.paid - busy;
    const asked = minor ?? left;
    if (asked < 1 || asked > left) return 'REFUND_EXCEEDS_AMOUNT';
    const refund = newRefund(purchase, asked);
    const credits = creditsFor(purchase, busy + asked) - creditsFor(purchase, busy);
    purchase.refunds.push(refund);
    this.refunds.push(refund);
    this.yieldReviewed(purchase);
    const elsewhere = this.othersOf(purchase).flatMap((other) => other.bought(purchase.lot));
    const own = this.bought(purchase.lot);
    const others = this.takeOrder(purchase).filter((lot) => !own.includes(lot));
    this.freeze(refund, credits, [...own, ...elsewhere, ...others]);
    whenFrozen();
    if (fate === 'is lost') return 'none';
    if (fate === 'is refused') return this.refuse(refund);
    refund.bankId = bankId();
    if (fate !== 'loses its answer') this.accept(refund, fate === 'is pending' ? 'pending' : 'succeeded');
    return 'none';
  }

  /** Somebody refunded at the provider, and we look. */
  refundedElsewhere(purchase: PurchaseModel, minor: number, bankId: string): void {
    this.lookAt(purchase);
    const refund = { ...newRefund(purchase, minor), bankId };
    purchase.refunds.push(refund);
    this.refunds.push(refund);
    this.accept(refund, 'succeeded');
  }

  /** What the bank has is booked in the order in which it was made there. */
  lookAt(purchase: PurchaseModel): void {
    this.workDue();
    // Of every payment on the same object.
    const unheard = this.refunds.filter(
      (refund) =>
        refund.purchase.intentId === purchase.intentId && refund.bankId !== null && !refund.isAccepted,
    );
    unheard.sort((a, b) => ((a.bankId as string) < (b.bankId as string) ? -1 : 1));
    for (const refund of unheard) this.accept(refund, 'succeeded');
  }

  /** A refund without an answer is asked for again. @param bankId null: the bank refuses it now */
  askAgain(refund: RefundModel, bankId: string | null): void {
    this.lookAt(refund.purchase);
    if (refund.isAccepted) return;
    if (bankId === null) {
      this.refuse(refund);
      return;
    }
    refund.bankId = bankId;
    this.accept(refund, 'succeeded');
  }

  /** Whether the wallet can hold what a refund or dispute would give back. */
  fits(cause: Cause, most: number): boolean {
    const owedFor = cause.revoked - sum([...cause.taken.values()]);
    return this.balance + cause.revoked - Math.min(this.owed, owedFor) <= most;
  }

  /** The money of a refund that the bank took came back. */
  fail(refund: RefundModel): void {
    this.workDue();
    refund.status = 'failed';
    this.reviewAgain(refund.purchase);
    this.book({ [clearingOf(refund)]: -refund.minor, [contraOf(refund)]: refund.minor });
    this.bookShare(refund.purchase);
    this.giveBack(refund, 'refunds');
    this.followBonuses(refund.purchase);
  }

  /** What the bank says of a dispute now. */
  disputed(dispute: DisputeModel, status: DisputeStatus, minor: number, withdrawn: number): void {
    this.workDue();
    if (dispute.status === null) {
      for (const known of [dispute.purchase.disputes, this.disputes]) {
        known.push(dispute);
        known.sort((a, b) => a.nth - b.nth);
      }
    }
    const wasLost = dispute.status === 'lost';
    const isDecided = wasLost || dispute.status === 'won' || dispute.status === 'closed';
    const isMoved = dispute.status !== status || dispute.minor !== minor;
    if (isDecided && (dispute.status !== status || (wasLost && dispute.minor !== minor))) dispute.turn++;
    const more = withdrawn - dispute.withdrawn;
    this.book({ [clearingOf(dispute)]: more, chargebacks: -more });
    Object.assign(dispute, { status, minor, withdrawn });
    this.bookShare(dispute.purchase);
    if (!isMoved) return;
    this.yieldReviewed(dispute.purchase);
    if (wasLost) this.giveBack(dispute, 'chargebacks');
    if (wasLost || status === 'lost') this.followBonuses(dispute.purchase);
    if (status === 'lost') {
      this.thaw(dispute);
      this.takeBack(dispute, 'chargebacks');
      return;
    }
    const surplus = frozenFor(dispute) - (status === 'open' ? disputedCredits(dispute) : 0);
    this.thaw(dispute, Math.max(0, surplus));
    this.serveOf(dispute.purchase);
  }

  private accept(refund: RefundModel, status: 'pending' | 'succeeded'): void {
    this.workDue();
    refund.status = status;
    refund.isAccepted = true;
    this.thaw(refund);
    this.yieldReviewed(refund.purchase);
    this.book({ [clearingOf(refund)]: refund.minor, [contraOf(refund)]: -refund.minor });
    this.bookShare(refund.purchase);
    this.followBonuses(refund.purchase);
    this.takeBack(refund, 'refunds');
    const review = openReview(refund.purchase);
    // Nothing is left to be decided.
    if (review && refundedOf(refund.purchase) === refund.purchase.lot.paid)
      this.endReview(refund.purchase, review, 'rejected');
  }

  /** What a bank has of money that bought nothing was owed to the payer, as far as it is not refunded; the rest is lost. */
  private bookShare(payment: PurchaseModel): void {
    if (!payment.isUnapplied) return;
    const owed = sum([...takenFromPayer(payment).values()]);
    const more = owed - payment.fromUnapplied;
    payment.fromUnapplied = owed;
    this.book({ unapplied: -more, chargebacks: more });
  }

  private refuse(refund: RefundModel): Outcome {
    this.lookAt(refund.purchase);
    refund.status = 'failed';
    this.reviewAgain(refund.purchase);
    this.thaw(refund);
    this.serveOf(refund.purchase);
    return 'PROVIDER_DECLINED';
  }

  /** What was bought, then the others as they would be spent, but for what campaigns gave. */
  private takeOrder({ lot }: PurchaseModel): LotModel[] {
    const bought = this.bought(lot);
    return [...bought, ...this.spendOrder().filter((other) => !bought.includes(other) && !other.isPromo)];
  }

  private freeze(cause: Pick<Cause, 'frozen'>, credits: number, lots: readonly LotModel[]): void {
    let left = credits;
    for (const lot of lots) {
      const takes = Math.max(0, Math.min(left, freeOf(lot)));
      lot.frozen += takes;
      cause.frozen.set(lot, (cause.frozen.get(lot) ?? 0) + takes);
      left -= takes;
    }
  }

  private thaw(cause: Pick<Cause, 'frozen'>, credits = Infinity): void {
    let left = credits;
    for (const [lot, frozen] of [...cause.frozen].sort(([a], [b]) => a.nth - b.nth)) {
      const thaws = Math.min(left, frozen);
      lot.frozen -= thaws;
      cause.frozen.set(lot, frozen - thaws);
      left -= thaws;
    }
  }

  /** An open dispute or review freezes its lot: also what is free of it only now. The first that was opened comes first. */
  private freezeUndecided(): void {
    this.serve([this]);
  }

  /** Of these users, whose wallets are ours: what they bought, and what was moved to them of what others bought. */
  private serve(users: readonly UserModel[]): void {
    const lotsOf = (buyer: UserModel, { lot }: PurchaseModel) =>
      [...users.filter((user) => user === buyer), ...byName(users.filter((user) => user !== buyer))].flatMap(
        (user) => user.bought(lot),
      );
    for (const buyer of this.clock.users) {
      for (const dispute of buyer.disputes)
        if (dispute.status === 'open')
          this.freeze(
            dispute,
            disputedCredits(dispute) - frozenFor(dispute),
            lotsOf(buyer, dispute.purchase),
          );
      for (const purchase of buyer.purchases) {
        const review = openReview(purchase);
        if (review)
          this.freeze(review, reviewedCredits(purchase) - frozenFor(review), lotsOf(buyer, purchase));
      }
    }
  }

  /** Something of what a purchase bought may be free, wherever it stands. */
  private serveOf(purchase: PurchaseModel): void {
    const users = [this, ...this.othersOf(purchase)];
    for (const user of users) user.payDebt();
    this.serve(users);
  }

  /** Free credits of the bought lot, other free ones, held ones (the newest hold first), then debt. */
  private takeBack(cause: Cause, contra: string): void {
    const { purchase } = cause;
    const credits = creditsDue(purchase);
    this.bringHome(purchase, credits);
    let left = credits;
    const revoke = (lot: LotModel, takes: number) => {
      this.take(lot, takes, contra);
      cause.taken.set(lot, (cause.taken.get(lot) ?? 0) + takes);
      left -= takes;
    };
    for (const lot of this.takeOrder(purchase)) {
      const takes = Math.min(left, freeOf(lot));
      if (takes > 0) revoke(lot, takes);
    }
    this.shrinkHolds(purchase.lot, left, false, revoke);
    cause.revoked = credits;
    this.owed += left;
    this.book({ wallet: left - credits, debt: -left, credits_issued: credits });
    this.serveOf(purchase);
  }

  /** Undoes what is left of the debt and returns the rest to the lots that it came from; then pays what else is owed. */
  private giveBack(cause: Cause, contra: string): void {
    let left = cause.revoked;
    const give = (lot: LotModel, credits: number, wasSpent: boolean) => {
      this.take(lot, -credits, contra, wasSpent);
      left -= credits;
    };
    for (const [lot, credits] of cause.taken) give(lot, credits, false);
    const undone = Math.min(left, this.owed);
    this.owed -= undone;
    left -= undone;
    this.book({ wallet: cause.revoked - undone, debt: undone, credits_issued: -cause.revoked });
    cause.taken.clear();
    // Its debt was paid meanwhile. Room that another refund or dispute made is kept for what that one may give back.
    const own = this.lots.filter((lot) => rootOf(lot) === cause.purchase.lot);
    const others = this.lots.filter((other) => !own.includes(other));
    const promoLast = [...others.filter((lot) => !lot.isPromo), ...others.filter((lot) => lot.isPromo)];
    for (const lot of [...own, ...promoLast]) {
      const gives = Math.min(left, lot.granted - lot.remaining - lot.transferred - this.takenOf(lot));
      const unspent = Math.min(gives, lot.spent);
      give(lot, unspent, true);
      give(lot, gives - unspent, false);
    }
    cause.revoked = 0;
    this.serveOf(cause.purchase);
  }

  /** Of one lot by all refunds and disputes. */
  private takenOf(lot: LotModel): number {
    const bonuses = this.purchases.flatMap((purchase) => purchase.bonuses);
    return sum([
      ...[...this.refunds, ...this.disputes].map(({ taken }) => taken.get(lot) ?? 0),
      ...bonuses.map(({ grant, returned }) => (grant.lot === lot ? returned : 0)),
    ]);
  }

  private end(hold: HoldModel, status: HoldModel['status']): void {
    for (const [lot, credits] of hold.lots) lot.held -= credits;
    count(hold.counts, { held: -sum([...hold.lots.values()]) });
    hold.lots.clear();
    hold.status = status;
  }

  /** A grant pays the debt from its own credits, whose price is earned by their share of it. */
  private payDebtFrom(lot: LotModel): void {
    const pays = Math.min(this.owed, lot.granted);
    this.take(lot, pays, 'revenue');
    this.owed -= pays;
    this.book({ wallet: -pays, debt: pays });
  }
}

/** Several users, and a clock that moves only when a command says so. */
export class LedgerModel {
  now = 0;
  lotsMade = 0;
  revivals = 0;
  /** What was done, for whoever reads a failure. */
  readonly done: string[] = [];
  readonly users: readonly UserModel[];
  /** In the order in which they were made. */
  readonly campaigns: CampaignModel[] = [];

  constructor(names: readonly string[]) {
    this.users = names.map((name) => new UserModel(name, this));
  }

  /** Whose payment this is, and what it bought, if anything. */
  purchaseOf(paymentId: string): { readonly user: UserModel; readonly purchase: PurchaseModel } {
    for (const user of this.users) {
      const purchase = [...user.purchases, ...user.unapplied].find((one) => one.paymentId === paymentId);
      if (purchase) return { user, purchase };
    }
    throw new Error('Nobody paid that');
  }

  /** All that a campaign gave is taken back, in the order of the grants' numbers. */
  revokeCampaign(campaign: CampaignModel): void {
    campaign.isRevoked = true;
    for (const user of this.users)
      for (const grant of user.grants
        .filter((one) => one.campaign === campaign.key)
        .sort((a, b) => (a.id < b.id ? -1 : 1)))
        user.revoke(grant);
  }

  user(nth: number): UserModel {
    return this.users[nth % this.users.length] as UserModel;
  }
}

// Money that has gone back, is asked back or is disputed; of one payment, in minor units.

const isGone = ({ status }: RefundModel) => status !== 'failed';
const isOver = ({ status }: DisputeModel) => status === 'open' || status === 'lost';

/** @param before only the disputes that came before this one; null: all of them */
export const goneBack = (payment: PurchaseModel, before: DisputeModel | null): number => {
  const { refunds, disputes } = payment;
  const earlier = before ? disputes.slice(0, disputes.indexOf(before)) : disputes;
  // What a bank has not given back of one that is over.
  const kept = [...takenFromPayer(payment)].filter(([dispute]) => !isOver(dispute));
  return (
    minorOf(refunds.filter(isGone)) + minorOf(earlier.filter(isOver)) + sum(kept.map(([, minor]) => minor))
  );
};

/** What each dispute takes of what is owed to the payer of money that bought nothing: the oldest first. */
const takenFromPayer = ({
  isUnapplied,
  lot,
  refunds,
  disputes,
}: PurchaseModel): Map<DisputeModel, number> => {
  const back = refunds.filter((refund) => refund.isAccepted && isGone(refund));
  let owed = isUnapplied ? lot.paid - minorOf(back) : 0;
  const takes = new Map<DisputeModel, number>();
  for (const dispute of disputes) {
    const taken = Math.max(0, Math.min(owed, dispute.withdrawn));
    takes.set(dispute, taken);
    owed -= taken;
  }
  return takes;
};

/** What a refund is paid from. */
const contraOf = ({ purchase }: RefundModel) => (purchase.isUnapplied ? 'unapplied' : 'refunds');
const clearingOf = ({ purchase }: Cause) => `clearing_${purchase.provider}`;

/** What has left our balance of a payment by now, as far as we know; in minor units. */
export const goneFor = ({ refunds, disputes }: PurchaseModel): number =>
  minorOf(refunds.filter((refund) => refund.isAccepted && isGone(refund))) +
  sum(disputes.map(({ withdrawn }) => withdrawn));

const refundedOf = ({ refunds }: PurchaseModel): number =>
  minorOf(refunds.filter((refund) => refund.isAccepted && isGone(refund)));

const openReview = ({ reviews }: PurchaseModel): ReviewModel | undefined =>
  reviews.find(({ status }) => status === 'open');

/** Those of the money that does not go back otherwise. */
export const reviewedCredits = (purchase: PurchaseModel): number =>
  purchase.lot.granted - creditsFor(purchase, goneBack(purchase, null));

/** The credits that so much of a payment bought: rounded down, so that the last part gets the rest. */
const creditsFor = ({ lot }: PurchaseModel, minor: number): number =>
  Math.floor((lot.granted * Math.min(minor, lot.paid)) / lot.paid);

const disputedCredits = (dispute: DisputeModel): number => {
  const before = goneBack(dispute.purchase, dispute);
  return creditsFor(dispute.purchase, before + dispute.minor) - creditsFor(dispute.purchase, before);
};

/** floor(granted × gone back ÷ paid), less what was taken for it before. */
const creditsDue = (purchase: PurchaseModel): number => {
  const { refunds, disputes } = purchase;
  const gone = [
    ...refunds.filter((refund) => refund.isAccepted && isGone(refund)),
    ...disputes.filter(isLost),
  ];
  const revoked = sum([...refunds, ...disputes].map((cause) => cause.revoked));
  return Math.max(0, creditsFor(purchase, minorOf(gone)) - revoked);
};
const isLost = ({ status }: DisputeModel) => status === 'lost';
const minorOf = (causes: readonly Cause[]): number => sum(causes.map(({ minor }) => minor));

export const frozenFor = ({ frozen }: Pick<Cause, 'frozen'>): number => sum([...frozen.values()]);

const newRefund = (purchase: PurchaseModel, minor: number): RefundModel => ({
  ...{ purchase, minor, frozen: new Map(), taken: new Map(), revoked: 0 },
  ...{ status: 'pending', bankId: null, isByPolicy: false, isAccepted: false },
});

export const newDispute = (
  { id, nth }: { readonly id: string; readonly nth: number },
  purchase: PurchaseModel,
): DisputeModel => ({
  ...{ id, nth, purchase, minor: 0, frozen: new Map(), taken: new Map(), revoked: 0 },
  ...{ status: null, turn: 1, withdrawn: 0 },
});

const rootOf = (lot: LotModel): LotModel => lot.root ?? lot;

/** As ids are sorted. */
const byName = (users: readonly UserModel[]): UserModel[] =>
  [...users].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Some of its credits are in dispute or under review. */
const isQuestioned = (purchase: PurchaseModel): boolean =>
  purchase.disputes.some((dispute) => dispute.status === 'open' && disputedCredits(dispute) > 0) ||
  (openReview(purchase) !== undefined && reviewedCredits(purchase) > 0);

export const freeOf = (lot: LotModel): number => lot.remaining - lot.held - lot.frozen;

/**
 * Each way out of a lot has moved, at any time, the price of all that went that way, rounded down: what is spent and what
 * goes otherwise apart from each other.
 */
const worthOf = (lot: LotModel, credits: number, isSpent: boolean): number => {
  const went = isSpent ? lot.spent : lot.granted - lot.remaining - lot.spent;
  const booked = isSpent ? lot.earned : lot.paid - lot.deferred - lot.earned;
  const due = Math.floor((lot.paid * (went + credits)) / lot.granted) - booked;
  return credits > 0 ? Math.min(lot.deferred, Math.max(0, due)) : credits < 0 ? Math.min(0, due) : 0;
};

const newLot = (
  granted: number,
  paid: number,
  expiresAt: number,
  intentId: string | null,
  isPromo = false,
  root: LotModel | null = null,
): LotModel => ({
  nth: 0,
  step: 0,
  root,
  transferred: 0,
  granted,
  remaining: granted,
  held: 0,
  frozen: 0,
  paid,
  deferred: paid,
  spent: 0,
  earned: 0,
  expiresAt,
  intentId,
  isPromo,
  isEnded: false,
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
