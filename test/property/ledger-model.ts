// A small model of the ledger: what each verb does to one user's lots, holds and debt, in plain numbers. It says what must
// come out; the gateway says what does. Commands for it stand in commands/, one file each.

export interface LotModel {
  readonly granted: number;
  remaining: number;
  held: number;
  frozen: number;
  readonly paid: number;
  /** What was paid for it and is not earned yet. */
  deferred: number;
  /** On the model's clock; Infinity: never. */
  readonly expiresAt: number;
  /** The purchase that it came from. */
  readonly intentId: string | null;
}

export interface HoldModel {
  readonly id: string;
  readonly credits: number;
  readonly byService: boolean;
  readonly expiresAt: number;
  readonly lots: Map<LotModel, number>;
  status: 'open' | 'settled' | 'released' | 'expired';
  settled: number | null;
}

/** Minor units for accounts of money, credits for the others; a positive amount is a credit. */
export type Books = Record<string, number>;

export type Outcome = 'none' | 'INSUFFICIENT_CREDITS' | 'INVALID_STATE' | 'NOT_FOUND';

const HOUR = 3600;

export class UserModel {
  /** In the order in which they were made. */
  readonly lots: LotModel[] = [];
  readonly holds: HoldModel[] = [];
  readonly books: Books = {};
  owed = 0;

  constructor(
    readonly name: string,
    private readonly clock: { readonly now: number },
  ) {}

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

  /** The soonest to expire first, then the oldest. */
  spendOrder(): LotModel[] {
    return [...this.lots].sort((a, b) => (a.expiresAt === b.expiresAt ? 0 : a.expiresAt - b.expiresAt));
  }

  /** Books lines that belong to one posting. */
  book(lines: Books): void {
    for (const [account, amount] of Object.entries(lines))
      this.books[account] = (this.books[account] ?? 0) + amount;
  }

  /** Takes credits from a lot; what they were worth leaves its deferred revenue for `moneyTo`. */
  take(lot: LotModel, credits: number, moneyTo: string): void {
    const worth =
      credits === lot.remaining
        ? lot.deferred
        : Math.min(lot.deferred, Math.floor((lot.paid * credits) / lot.granted));
    lot.remaining -= credits;
    lot.deferred -= worth;
    this.book({ deferred_revenue: -worth, [moneyTo]: worth });
  }

  /** Takes free credits in spend order, as far as they go. @returns how many it took. */
  takeFree(credits: number, moneyTo: string, order: readonly LotModel[] = this.spendOrder()): number {
    let left = credits;
    for (const lot of order) {
      const takes = Math.min(left, freeOf(lot));
      if (takes > 0) this.take(lot, takes, moneyTo);
      left -= takes;
    }
    return credits - left;
  }

  /** What time alone does. Every verb, and every read, begins with it. */
  workDue(): void {
    for (const hold of this.holds)
      if (hold.status === 'open' && hold.expiresAt <= this.clock.now) this.end(hold, 'expired');
    for (const lot of this.spendOrder().filter((due) => due.expiresAt <= this.clock.now && freeOf(due) > 0)) {
      const takes = freeOf(lot);
      this.take(lot, takes, 'breakage');
      this.book({ wallet: -takes, credits_expired: takes });
    }
  }

  /** Called after everything that makes credits free. */
  payDebt(): void {
    const pays = this.takeFree(Math.min(this.owed, this.available), 'revenue');
    this.owed -= pays;
    this.book({ wallet: -pays, debt: pays });
  }

  purchase(intentId: string, credits: number, paid: number, expireAfterDays: number | null): void {
    this.workDue();
    const expiresAt = expireAfterDays === null ? Infinity : this.clock.now + expireAfterDays * 24 * HOUR;
    this.book({ clearing_stripe: -paid, deferred_revenue: paid, credits_issued: -credits, wallet: credits });
    this.lots.push(newLot(credits, paid, expiresAt, intentId));
    this.payDebtFrom(this.lots.at(-1) as LotModel);
  }

  spend(credits: number): Outcome {
    this.workDue();
    if (this.available < credits) return 'INSUFFICIENT_CREDITS';
    this.takeFree(credits, 'revenue');
    this.book({ wallet: -credits, credits_spent: credits });
    return 'none';
  }

  /** @param id makes the hold's id, asked for only when there will be one. */
  hold(credits: number, ttlSeconds: number, byService: boolean, id: () => string): Outcome {
    this.workDue();
    if (this.available < credits) return 'INSUFFICIENT_CREDITS';
    const lots = new Map<LotModel, number>();
    let left = credits;
    for (const lot of this.spendOrder()) {
      const takes = Math.min(left, freeOf(lot));
      if (takes > 0) lots.set(lot, takes);
      lot.held += takes;
      left -= takes;
    }
    const expiresAt = this.clock.now + ttlSeconds;
    this.holds.push({ id: id(), credits, byService, expiresAt, lots, status: 'open', settled: null });
    return 'none';
  }

  settle(hold: HoldModel, credits: number, byService: boolean): Outcome {
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
    this.book({ wallet: -credits, credits_spent: credits });
    this.workDue();
    return 'none';
  }

  release(hold: HoldModel, byService: boolean): Outcome {
    this.workDue();
    if (hold.byService && !byService) return 'NOT_FOUND';
    if (hold.status === 'released') return 'none';
    if (hold.status !== 'open') return 'INVALID_STATE';
    this.end(hold, 'released');
    this.workDue();
    return 'none';
  }

  adjust(credits: number, ttlSeconds: number | null): Outcome {
    this.workDue();
    if (credits > 0) {
      this.book({ credits_adjusted: -credits, wallet: credits });
      this.lots.push(newLot(credits, 0, ttlSeconds === null ? Infinity : this.clock.now + ttlSeconds, null));
      this.payDebtFrom(this.lots.at(-1) as LotModel);
      return 'none';
    }
    if (this.available < -credits) return 'INSUFFICIENT_CREDITS';
    this.takeFree(-credits, 'adjustments');
    this.book({ wallet: credits, credits_adjusted: -credits });
    return 'none';
  }

  private end(hold: HoldModel, status: HoldModel['status']): void {
    for (const [lot, credits] of hold.lots) lot.held -= credits;
    hold.lots.clear();
    hold.status = status;
  }

  /** A grant pays the debt from its own credits, whose price is earned by their share of it. */
  private payDebtFrom(lot: LotModel): void {
    const pays = Math.min(this.owed, lot.granted);
    const worth = Math.floor((lot.paid * pays) / lot.granted);
    lot.remaining -= pays;
    lot.deferred -= worth;
    this.owed -= pays;
    this.book({ wallet: -pays, debt: pays, deferred_revenue: -worth, revenue: worth });
  }
}

/** Several users, and a clock that moves only when a command says so. */
export class LedgerModel {
  now = 0;
  /** What was done, for whoever reads a failure. */
  readonly done: string[] = [];
  readonly users: readonly UserModel[];

  constructor(names: readonly string[]) {
    this.users = names.map((name) => new UserModel(name, this));
  }

  user(nth: number): UserModel {
    return this.users[nth % this.users.length] as UserModel;
  }
}

export const freeOf = (lot: LotModel): number => lot.remaining - lot.held - lot.frozen;

const newLot = (granted: number, paid: number, expiresAt: number, intentId: string | null): LotModel => ({
  granted,
  remaining: granted,
  held: 0,
  frozen: 0,
  paid,
  deferred: paid,
  expiresAt,
  intentId,
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
