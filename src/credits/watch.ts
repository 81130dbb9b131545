import { throughOutage } from '../db/outage';
import { cursorAt, versionIn } from '../events/cursor';
import { type StoredEvent, userOfWallet, walletSubject } from '../events/event.entity';
import { follow, leavable, sameForAll } from '../events/feed';
import type { Listener } from '../events/hub';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'readEvents' | 'readWallet'>;

/** snapshot: the balance now. change: the balance as that change left it. gap: older changes are gone. */
export interface BalanceChange {
  readonly kind: 'snapshot' | 'change' | 'gap';
  readonly cursor: string;
  readonly delta: bigint | null;
  /** The posting behind the change; null when nothing was posted. */
  readonly journalId: string | null;
  /** Nothing changed: so many credits expire then, if they are not spent. Null: something else. */
  readonly expiring: { readonly credits: bigint; readonly expiresAt: Date } | null;
  readonly wallet: Wallet;
}

/**
 * A user's balance, live: first a snapshot, or with `after` each change since that cursor; then one event a change, in
 * order, none lost and none twice. Never ends by itself.
 * @throws Problem INVALID_INPUT for a cursor of another stream
 */
export async function watchBalance(
  deps: Needs,
  input: { readonly userId: string; readonly after?: string | null },
): Promise<AsyncIterableIterator<BalanceChange>> {
  const subject = walletSubject(input.userId);
  const after = input.after ? versionIn(input.after, subject) : null;
  return leavable(deps.hub, subject, (listener) => changes(deps, listener, input.userId, after));
}

async function* changes(
  deps: Needs,
  listener: Listener,
  userId: string,
  after: number | null,
): AsyncGenerator<BalanceChange, void> {
  // The listener is there already: what is committed from here on wakes it.
  const now = await throughOutage(() => balanceOf(deps, userId));
  const isAhead = after !== null && after > now.version;
  if (after === null || isAhead) yield standing(now, isAhead ? 'gap' : 'snapshot');
  const from = after === null || isAhead ? now.version : after;
  for await (const event of follow(deps.readEvents, listener, walletSubject(userId), from)) {
    if (event !== 'gap') {
      yield changeOf(event);
      continue;
    }
    const again = await throughOutage(() => balanceOf(deps, userId));
    listener.version = again.version;
    yield standing(again, 'gap');
  }
}

const standing = (wallet: Wallet, kind: 'snapshot' | 'gap'): BalanceChange => ({
  kind,
  cursor: cursorAt(walletSubject(wallet.userId), wallet.version),
  delta: null,
  journalId: null,
  expiring: null,
  wallet,
});

/** The numbers that the wallet had when the change was committed stand in the event itself. */
const changeOf = sameForAll((event: StoredEvent): BalanceChange => {
  const userId = userOfWallet(event.subject);
  const amount = (name: string) => BigInt(event.data[name] as number);
  const version = event.version ?? 0;
  const wallet = Object.assign(new Wallet(), {
    userId,
    balance: amount('balance'),
    held: amount('held'),
    frozen: amount('frozen'),
    owed: amount('owed'),
    version,
    // What a subscription shows has no list beside it.
    lineSequence: 0n,
    updatedAt: event.at,
  });
  const { journalId } = event.data;
  const expiring = event.data.expiring as { credits: number; expiresAt: string } | undefined;
  return {
    kind: 'change',
    cursor: cursorAt(walletSubject(userId), version),
    delta: amount('delta'),
    journalId: journalId === null || journalId === undefined ? null : String(journalId),
    expiring: expiring
      ? { credits: BigInt(expiring.credits), expiresAt: new Date(expiring.expiresAt) }
      : null,
    wallet,
  };
});
