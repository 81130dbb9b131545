import fc from 'fast-check';
import { readRefund } from '../../../src/refunds/read';
import { recoverRefunds } from '../../../src/refunds/recover';
import type { LedgerModel, RefundModel, UserModel } from '../ledger-model';
import { byPayment, fromLast, Step, type World } from '../world';
import { returnAll } from './pay-for-nothing';

/** A refund that waits comes to its end: one without an answer is asked for again, one on its way arrives. */
class Resolve extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const waiting = user.refunds.filter(({ status }) => status === 'pending');
    const refund = fromLast(waiting, this.nth);
    if (!refund) return;
    if (refund.isAccepted) await arrive(refund, world);
    else await askAgain(model, user, refund, world);
  }

  toString = () => `resolve(${this.user}, refund ${this.nth} from the last that waits)`;
}

async function arrive(refund: RefundModel, { deps, bank }: World): Promise<void> {
  const there = bank.refunds.find(({ id }) => id === refund.bankId);
  const intent = await deps.readIntent(refund.purchase.intentId);
  if (!there || !intent) throw new Error('No such refund');
  there.status = 'succeeded';
  expect(await readRefund(deps, intent, there.id, { note: null })).toEqual({ kind: 'settled' });
  refund.status = 'succeeded';
}

async function askAgain(
  model: LedgerModel,
  user: UserModel,
  refund: RefundModel,
  world: World,
): Promise<void> {
  const { deps, bank, stand } = world;
  // Whatever else waits goes on waiting: only commands act.
  await stand.sql(
    `update refunds r set lease_until = instant() + case when r.id = due.id then interval '0' else interval '1 day' end
     from (select r.id from refunds r join intents i on i.id = r.intent_id where i.user_id = $1
           order by r.provider_payment_id collate "C", r.created_at offset $2 limit 1) due
     where r.status = 'pending'`,
    [user.name, byPayment(user.refunds).indexOf(refund)],
  );
  if (refund.isByPolicy) {
    await returnAll(model, world, 'succeeds', refund.purchase);
    return;
  }
  const before = bank.refunds.length;
  bank.fate = 'succeeds';
  expect(await recoverRefunds(deps)).toBe(1);
  user.askAgain(refund, bank.refunds[before]?.id ?? null);
}

export const resolutions = fc.tuple(fc.nat(2), fc.nat(3)).map(([user, nth]) => new Resolve(user, nth));
