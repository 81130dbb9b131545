// What the commands about disputes share: the bank says something new of one, and the gateway reads it.
import { readDispute } from '../../src/disputes/read';
import type { BankDispute } from './bank';
import type { DisputeModel, DisputeStatus, UserModel } from './ledger-model';
import { Step, type World } from './world';

const MEANS: Readonly<Record<BankDispute['status'], DisputeStatus>> = {
  warning_needs_response: 'inquiry',
  warning_closed: 'closed',
  needs_response: 'open',
  won: 'won',
  lost: 'lost',
};

type News = Partial<Pick<BankDispute, 'status' | 'minor' | 'withdrawn'>>;

export abstract class DisputeStep extends Step {
  /** Nothing happens when the bank could not say so: more would go back than came. */
  protected async news(user: UserModel, dispute: DisputeModel, news: News, world: World): Promise<void> {
    const { bank, deps } = world;
    const there = bank.disputes.find(({ id }) => id === dispute.id);
    const intent = await deps.readIntent(dispute.purchase.intentId);
    if (!there || !intent) throw new Error('No such dispute');
    const said = { ...there, ...news };
    const takes = said.status === 'needs_response' || said.status === 'lost';
    if (takes && said.minor > bank.left(there.paymentId, there)) return;
    Object.assign(there, news);
    expect(await readDispute(deps, intent, there.id, [])).toMatchObject({ kind: 'settled' });
    user.disputed(dispute, MEANS[there.status], there.minor, there.withdrawn);
  }
}
