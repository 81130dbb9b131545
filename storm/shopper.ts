// A user who buys, spends, holds and is refunded for as long as the storm lasts, one thing after the other.
import type { Caller } from './caller';
import type { History, Operation, Purchase, Verb } from './history';
import type { Random } from './random';
import type { Stage } from './stage';

/** What a client wants of one operation before it goes on to the next; what is open then is asked for again when the storm is over. */
const PATIENCE_MS = 12_000;
const PACKAGE = { id: 'small', credits: 50, amount: 5_000 };
const PLAYED: readonly (readonly [share: number, outcomes: readonly string[]])[] = [
  [0.55, ['succeed']],
  [0.1, ['decline', 'succeed']],
  [0.07, ['processing_then_succeed']],
  [0.07, ['duplicate_webhook']],
  [0.07, ['reordered_webhooks']],
  [0.05, ['bad_signature']],
  [0.05, ['lost_webhook']],
  [0.04, ['amount_mismatch']],
];
/** By how often each is done, once there is something to do it with. */
const WISHES: readonly (readonly [share: number, verb: Verb])[] = [
  [0.4, 'buy'],
  [0.22, 'spend'],
  [0.15, 'hold'],
  [0.06, 'refund'],
  [0.09, 'adjust'],
  [0.08, 'cancel'],
];
const FINANCE = 'finance_1';

export class Shopper {
  private serial = 0;
  private paid: Purchase[] = [];

  constructor(
    readonly user: string,
    private readonly stage: Stage,
    private readonly caller: Caller,
    private readonly history: History,
    private readonly random: Random,
    /** Hears of each purchase as soon as it has an id. */
    private readonly bought: (purchase: Purchase) => void,
  ) {}

  /** Goes on until it is told to stop. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.one(this.paid.length === 0 ? 'buy' : chosen(WISHES, this.random));
  }

  private one(verb: Verb): Promise<unknown> {
    switch (verb) {
      case 'buy':
        return this.buy(false);
      case 'cancel':
        return this.buy(true);
      case 'hold':
        return this.hold();
      case 'refund':
        return this.refund();
      case 'adjust': {
        const credits = this.random.whole(1, 20);
        return this.done(
          'adjust',
          'adjustCredits',
          credits,
          { userId: this.user, credits, reason: 'A storm' },
          'finance',
        );
      }
      default: {
        const credits = this.random.whole(1, 15);
        return this.done('spend', 'spendCredits', -credits, { credits, reason: 'A storm' });
      }
    }
  }

  private async buy(isCanceled: boolean): Promise<void> {
    const provider = this.random.pick(['stripe', 'razorpay']);
    const outcomes = chosen(PLAYED, this.random);
    const told = await this.done('buy', 'createIntent', 0, { packageId: PACKAGE.id, provider });
    if (!told?.told?.id) return;
    const purchase: Purchase = {
      ...{ user: this.user, id: told.told.id, credits: PACKAGE.credits },
      ...{ isPaid: false, isShort: false, isCanceled, isGone: false },
    };
    this.history.purchases.set(purchase.id, purchase);
    this.bought(purchase);
    if (isCanceled) {
      await this.done('cancel', 'cancelIntent', 0, { id: purchase.id }, 'user', false);
      return;
    }
    const objectId = await this.objectOf(purchase.id);
    if (objectId) await this.pay(purchase, objectId, outcomes);
  }

  /** Does at the bank what a payer does, and looks whether the credits are there as a page does. */
  private async pay(purchase: Purchase, objectId: string, outcomes: readonly string[]): Promise<void> {
    for (const outcome of outcomes) {
      const { status } = await this.stage.bank('play', { id: objectId, outcome });
      if (status !== 200) return;
    }
    purchase.isShort = outcomes.includes('amount_mismatch');
    purchase.isPaid = !purchase.isShort;
    for (let tries = 0; tries < 6; tries++) {
      const data = await this.caller.ask(
        this.user,
        'user',
        'mutation Look($id: ID!) { syncIntent(input: {id: $id}) { intent { status } } }',
        { id: purchase.id },
      );
      if (data?.syncIntent.intent?.status === 'succeeded') {
        this.paid = [...this.paid.slice(-20), purchase];
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  /** The provider's object, once it has answered. */
  private async objectOf(id: string): Promise<string | null> {
    const untilMs = performance.now() + PATIENCE_MS;
    while (performance.now() < untilMs) {
      const data = await this.caller.ask(
        this.user,
        'user',
        'query Object($id: ID!) { intent(id: $id) { status providerIntentId } }',
        {
          id,
        },
      );
      if (data?.intent?.providerIntentId) return data.intent.providerIntentId;
      if (data && data.intent === null) {
        if (this.history.purchases.get(id)?.isGone) return null;
        this.history.violations.push(`${id} was acknowledged and is not there`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return null;
  }

  private async hold(): Promise<void> {
    const credits = this.random.whole(2, 20);
    const held = await this.done('hold', 'holdCredits', 0, { credits, reason: 'A storm' });
    const id = held?.told?.id;
    if (!id) return;
    if (this.random.chance(0.3)) {
      await this.done('release', 'releaseHold', 0, { id }, 'user', false);
      return;
    }
    const used = this.random.whole(1, credits);
    await this.done('settle', 'settleHold', -used, { id, credits: used });
  }

  private async refund(): Promise<void> {
    const purchase = this.random.pick(this.paid);
    const amountMinor = String(this.random.pick([1_000, 2_500, PACKAGE.amount]));
    // What it takes of the balance is what the refund says when all is over.
    await this.done(
      'refund',
      'refundIntent',
      0,
      { intentId: purchase.id, amountMinor, reason: 'A storm' },
      'finance',
    );
  }

  /** Says an operation until it is answered. */
  private async done(
    verb: Verb,
    mutation: string,
    delta: number,
    input: Record<string, unknown>,
    role: 'user' | 'finance' = 'user',
    hasKey = true,
  ): Promise<Operation> {
    const key = hasKey ? { idempotencyKey: `${this.user}_${++this.serial}` } : {};
    const operation = this.history.begin({
      ...{ verb, mutation, delta, role },
      user: role === 'finance' ? FINANCE : this.user,
      input: { ...input, ...key },
    });
    await this.caller.persist(operation, performance.now() + PATIENCE_MS);
    return operation;
  }
}

function chosen<Item>(shares: readonly (readonly [number, Item])[], random: Random): Item {
  let left = random.next() * shares.reduce((sum, [share]) => sum + share, 0);
  for (const [share, item] of shares) {
    left -= share;
    if (left < 0) return item;
  }
  return random.pick(shares)[1];
}
