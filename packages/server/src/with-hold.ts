// Work whose price is known at its end: credits are set aside, the work is done, what it used is spent and the rest is free again.
import { GatewayError } from './failure';
import type { Gateway } from './gateway';
import type { Balance, Hold, Transaction } from './types';

export interface HoldForWork {
  readonly userId: string;
  /** The most that the work should use, whole credits. */
  readonly credits: number;
  readonly reason: string;
  /** How long the work may take at most; after it the credits are free again. 1 to 86,400; left out, an hour. */
  readonly ttlSeconds?: number;
  /** One for each piece of work. The same work begun again under it takes up its hold. */
  readonly idempotencyKey?: string;
  readonly reference?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

/** What the work says at its end. */
export interface Done<Value> {
  /** What it used, whole credits: less or more than was held. 0 spends nothing. */
  readonly credits: number;
  readonly value: Value;
}

export interface Settled<Value> {
  readonly value: Value;
  readonly hold: Hold;
  /** Null when nothing was used. */
  readonly transaction: Transaction | null;
  readonly balance: Balance;
}

/**
 * Sets credits aside, does the work, and spends what it says that it used. When the work throws, the hold is released and what
 * it threw is thrown on. When this process ends in between, the hold ends by itself after `ttlSeconds`.
 * @throws GatewayError INSUFFICIENT_CREDITS before the work begins; INVALID_STATE when the hold of this key has ended before;
 * whatever the calls throw. A settlement that cannot be made leaves the hold open, to be settled again with its key.
 */
export async function withHold<Value>(
  gateway: Pick<Gateway, 'hold' | 'settleHold' | 'releaseHold'>,
  input: HoldForWork,
  work: (hold: Hold) => Promise<Done<Value>>,
): Promise<Settled<Value>> {
  const key = input.idempotencyKey ?? crypto.randomUUID();
  const { hold } = await gateway.hold({ ...input, idempotencyKey: key });
  if (hold.status !== 'open')
    throw new GatewayError('INVALID_STATE', `The hold ${hold.id} of this key was ${hold.status} before.`, {
      current: hold.status,
      allowedFrom: ['open'],
      existingId: hold.id,
    });
  const done = await work(hold).catch(async (error: unknown) => {
    // What the work threw matters more than a release that fails: the hold ends by itself as well.
    await gateway.releaseHold({ id: hold.id }).catch(() => undefined);
    throw error;
  });
  const settled = await gateway.settleHold({
    id: hold.id,
    credits: done.credits,
    idempotencyKey: `${key}:settle`,
  });
  return { value: done.value, ...settled };
}
