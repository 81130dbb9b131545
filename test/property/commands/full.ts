import fc from 'fast-check';
import { CREDITS_MAX } from '../../../src/kernel/credits';
import { readRefund } from '../../../src/refunds/read';
import { codeOf } from '../../credits/stand';
import { freeOf, type LedgerModel, type RefundModel, type UserModel } from '../ledger-model';
import { fromLast, Step, type World } from '../world';

const SECONDS = 1800;

/** A refund fails while the wallet is nearly as full as it can be: it waits until there is room for what it gives back. */
class Full extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    /** Credits that still go in. */
    private readonly room: number,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const refund = fromLast(
      user.refunds.filter(({ isAccepted, status }) => isAccepted && status !== 'failed'),
      this.nth,
    );
    if (!refund) return;
    // The model's numbers are exact up to a full wallet and no further, and more may have been given before.
    const given = user.books.credits_adjusted ?? 0;
    user.books.credits_adjusted = 0;
    await this.adjust(user, Number(CREDITS_MAX) - user.balance - this.room, world);
    const filled = user.lots.at(-1);
    if (!filled) throw new Error('Nothing was given');
    const fits = user.fits(refund, Number(CREDITS_MAX));
    await failed(refund, world);
    expect(await opened(refund, world)).toBe(fits ? 0 : 1);
    if (fits) user.fail(refund);
    await this.adjust(user, -freeOf(filled), world);
    user.book({ credits_adjusted: given });
    if (fits) return;
    await failed(refund, world);
    expect(await opened(refund, world)).toBe(0);
    user.fail(refund);
  }

  private async adjust(user: UserModel, credits: number, { stand }: World): Promise<void> {
    const ttlSeconds = credits > 0 ? SECONDS : null;
    const more = ttlSeconds === null ? {} : { expiresAt: new Date(Date.now() + SECONDS * 1000) };
    const code = await codeOf(stand.adjust(user.name, credits, more));
    expect(code).toBe(user.adjust(credits, ttlSeconds));
  }

  toString = () => `full(${this.user}, refund ${this.nth} from the last fails with room for ${this.room})`;
}

async function failed(refund: RefundModel, { deps, bank }: World): Promise<void> {
  const there = bank.refunds.find(({ id }) => id === refund.bankId);
  const intent = await deps.readIntent(refund.purchase.intentId);
  if (!there || !intent) throw new Error('No such refund');
  there.status = 'failed';
  expect(await readRefund(deps, intent, there.id, { note: null })).toEqual({ kind: 'settled' });
}

/** Breaks that say so. */
const opened = async ({ bankId }: RefundModel, { owner }: World): Promise<number | null> =>
  (
    await owner.query(
      `select from breaks where subject = 'refund' and kind = 'missing_here' and status = 'open' and provider_entry_id = $1`,
      [bankId],
    )
  ).rowCount;

export const fullWallets = fc
  .tuple(fc.nat(2), fc.nat(3), fc.nat(60))
  .map(([user, nth, room]) => new Full(user, nth, room));
