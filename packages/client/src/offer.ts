// What is said beside the packages: what is left, whether that is low, what a member may spend of a shared wallet.
import type { Purchasing, Watcher } from './types.ts';

export { offer as offerTexts } from './texts/offer.ts';

/** A balance as somebody who buys is to be told of it. */
export interface Standing {
  /** What the caller may spend now: never more than is there, never more than their limits leave. */
  readonly spendable: number;
  /** When time alone makes it more: RFC 3339, null where it does not. */
  readonly spendableGrowsAt: string | null;
  /** The level that it has come down to, 0 when nothing is left; null: it is not low, or nobody set a level. */
  readonly lowLevel: number | null;
  /** Of a shared wallet: what it is called, and what the caller is in it. */
  readonly wallet: { readonly name: string; readonly role: 'owner' | 'manager' | 'member' | null } | null;
}

interface Read {
  readonly spendable: number;
  readonly spendableGrowsAt: string | null;
  readonly lowBalance: { readonly level: number | null } | null;
}
interface Change {
  readonly cursor: string;
  readonly balance: Read;
}

const BALANCE = '{spendable spendableGrowsAt lowBalance{level}}';
export const DOCUMENTS = {
  standing: `{balance${BALANCE}}`,
  standingOfWallet: `query ($walletId:ID!){balance(walletId:$walletId)${BALANCE} wallet(id:$walletId){name role}}`,
  watchStanding: `subscription ($walletId:ID,$after:String){event:balanceChanged(walletId:$walletId,after:$after){cursor balance${BALANCE}}}`,
} as const;

// A timer holds no more than 2^31 - 1 milliseconds; a day less.
const TIMER_MAX_MS = 2_000_000_000;
// So that a limit that begins anew has done so by the gateway's clock too.
const AFTER_MS = 1_000;

/**
 * What is to be told of a balance, and each change of it. A stream is opened only where there is something to follow: levels that
 * somebody set, or a shared wallet.
 * @param walletId of a shared wallet; left out: the user's own credits
 * @returns what ends it
 */
export function followStanding(
  gateway: Pick<Purchasing, 'query' | 'watch'>,
  walletId: string | undefined,
  told: (standing: Standing) => void,
): () => void {
  let hasEnded = false;
  let unwatch: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wallet: Standing['wallet'] = null;

  function take({ spendable, spendableGrowsAt, lowBalance }: Read): void {
    if (hasEnded) return;
    clearTimeout(timer);
    const inMs = spendableGrowsAt ? Date.parse(spendableGrowsAt) - Date.now() : Number.NaN;
    if (inMs < TIMER_MAX_MS) timer = setTimeout(() => void read(), Math.max(inMs, 0) + AFTER_MS);
    told({ spendable, spendableGrowsAt, lowLevel: lowBalance?.level ?? null, wallet });
  }

  async function read(): Promise<void> {
    const document = walletId ? DOCUMENTS.standingOfWallet : DOCUMENTS.standing;
    const answer = await gateway
      .query<{ balance: Read; wallet?: Standing['wallet'] }>(document, walletId ? { walletId } : {})
      // Nothing is said of what is not known.
      .catch(() => null);
    if (!answer || hasEnded) return;
    wallet = answer.wallet ?? null;
    take(answer.balance);
    if (!unwatch && (walletId || answer.balance.lowBalance)) watch();
  }

  function watch(): void {
    const watcher: Watcher<Change> = { next: ({ balance }) => take(balance) };
    unwatch = gateway.watch<Change>(DOCUMENTS.watchStanding, { walletId }, watcher);
  }

  void read();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    unwatch?.();
  };
}
