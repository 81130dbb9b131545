// What the commands about disputes share: the bank says something new of one, and the gateway reads it, or is not told.
import { readDispute } from '../../src/disputes/read';
import type { BankDispute } from './bank';
import type { DisputeModel, DisputeStatus, LedgerModel } from './ledger-model';
import { newDispute } from './ledger-model';
import { Step, type World } from './world';

const MEANS: Readonly<Record<BankDispute['status'], DisputeStatus>> = {
  warning_needs_response: 'inquiry',
  warning_closed: 'closed',
  needs_response: 'open',
  won: 'won',
  lost: 'lost',
};

export type News = Partial<Pick<BankDispute, 'status' | 'minor' | 'withdrawn'>>;

export abstract class DisputeStep extends Step {
  constructor(
    /** Its event never comes. */
    protected readonly isLost: boolean,
  ) {
    super();
  }

  /** The bank says so, also when more goes back by that than came. */
  protected async news(model: LedgerModel, there: BankDispute, news: News, { deps }: World): Promise<void> {
    Object.assign(there, news);
    if (this.isLost) return;
    const intent = await deps.readIntent(there.intentId);
    if (!intent) throw new Error('No such intent');
    expect(await readDispute(deps, intent, there.id, [])).toMatchObject({ kind: 'settled' });
    heard(model, there);
  }

  protected readonly lost = () => (this.isLost ? ', and its event is lost' : '');
}

/** The bank's side of a dispute that we know of. */
export function atBank({ bank }: World, { id }: DisputeModel): BankDispute {
  const there = bank.disputes.find((dispute) => dispute.id === id);
  if (!there) throw new Error('No such dispute');
  return there;
}

/** What the gateway knows of it, if it does. */
const knownOf = (model: LedgerModel, { id, paymentId }: BankDispute): DisputeModel | undefined =>
  model.purchaseOf(paymentId).purchase.disputes.find((dispute) => dispute.id === id);

/** True when the gateway has not heard how it stands. */
export function isUnheard(model: LedgerModel, there: BankDispute): boolean {
  const known = knownOf(model, there);
  return (
    known?.status !== MEANS[there.status] ||
    known.minor !== there.minor ||
    known.withdrawn !== there.withdrawn
  );
}

/** What the gateway does when it reads how a dispute stands. */
export function heard(model: LedgerModel, there: BankDispute): void {
  const { user, purchase } = model.purchaseOf(there.paymentId);
  const dispute = knownOf(model, there) ?? newDispute(there, purchase);
  user.disputed(dispute, MEANS[there.status], there.minor, there.withdrawn);
}
