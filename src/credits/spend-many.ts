import { type Caller, hasRole } from '../callers/caller';
import { type CallerDataInput } from '../kernel/metadata';
import { invalidInput, notFound, Problem } from '../kernel/problems';
import type { WalletNamed } from '../wallets/meant';
import type { CreditDeps } from './deps';
import { type SpendCreditsInput, spendCredits } from './spend';
import type { CreditTransaction } from './transactions';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'pool' | 'spend'>;

export interface SpendItem
  extends Pick<SpendCreditsInput, 'credits' | 'usage' | 'occurredAt'>,
    CallerDataInput,
    WalletNamed {
  /** By which member of the user's or of the wallet. */
  readonly memberId?: string | null;
  readonly reason: string;
  /** An idempotency key, as spendCredits takes it: the two share them. */
  readonly key: string;
}

/** What became of one spend of a call. */
export type SpendResult =
  | {
      readonly key: string;
      readonly outcome: 'spent' | 'replayed';
      readonly journalId: string;
      /** What was booked just now; null of a repeat, and of usage that makes no whole credit yet. */
      readonly transaction: CreditTransaction | null;
    }
  | {
      readonly key: string;
      readonly outcome: 'refused';
      readonly journalId: null;
      readonly problem: Problem;
    };

// What a meter gathers in some seconds; a request of so many is below the largest body that is read.
export const SPENDS_MAX = 1_000;

/**
 * Spends for many users, or many times for one, each as spendCredits does it: one that is refused harms none, and a call that
 * is sent again spends nothing twice. Spends of one user are decided in their order, and share few statements.
 * @returns one result for each item, in their order
 * @throws Problem NOT_FOUND for who is no back end, INVALID_INPUT for a set that is empty or too large
 */
export async function spendMany(
  deps: Needs,
  caller: Caller,
  { items }: { readonly items: readonly SpendItem[] },
): Promise<SpendResult[]> {
  if (!hasRole(caller, 'service')) throw notFound('The users', ['input', 'items']);
  if (items.length < 1 || items.length > SPENDS_MAX)
    throw invalidInput(`Spend 1 to ${SPENDS_MAX} times.`, 'items');
  return Promise.all(items.map((item) => spendOne(deps, caller, item)));
}

async function spendOne(deps: Needs, caller: Caller, { key, ...item }: SpendItem): Promise<SpendResult> {
  try {
    if ((item.userId ?? item.walletId ?? null) === null)
      throw invalidInput('Say whose credits: a user, or a shared wallet.', 'userId');
    const spent = await spendCredits(deps, caller, { ...item, idempotencyKey: key });
    const { journalId, transaction, replayed } = spent;
    return { key, outcome: replayed ? 'replayed' : 'spent', journalId, transaction };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { key, outcome: 'refused', journalId: null, problem: error };
  }
}
