// Plays a story through a shop, purchase by purchase: who is stopped, who is asked to prove himself, whose credits are kept.
import type { Claimed } from '../../../src/intents/claim';
import type { Fact } from '../../../src/payments/facts';
import type { Intent } from '../../../src/payments/intent.entity';
import { captured, declined, reading } from '../../support/intents';
import { isAttack, type Later, type Purchase, paidCents, type Try } from './purchase';
import type { Shop } from './shop';

export interface Played {
  readonly purchase: Purchase;
  /** Null: nothing was made. */
  readonly intent: Intent | null;
  readonly isBlocked: boolean;
  readonly isChallenged: boolean;
  readonly isPaid: boolean;
  /** The money came, and its credits are kept until a person has decided; they go back where nobody does. */
  readonly reviewId: string | null;
  /** Cents that went back though the credits were spent: by the shop, or by the bank. */
  readonly lost: number;
  /** Cents of the same that the payer's bank pays: it had asked the payer, who now says that it was not he. */
  readonly shifted: number;
}

// As many as one set of a claim is; they have nothing in common, so that a few minutes between them say nothing.
const TOGETHER_MAX = 16;
const TOGETHER_MS = 600_000;
// The loop looks every ten seconds, and sees nothing where nothing was declined for half an hour.
const WATCH_MS = 10_000;
const QUIET_MS = 1_800_000;
// A person looks at what waits within half a day, and is right.
const DECIDED_AFTER_MS = 43_200_000;

/** What became of each purchase, once the last bank has spoken. @param tell how far it is, for who waits */
export async function playStory(
  shop: Shop,
  story: readonly Purchase[],
  tell: (played: number) => void = () => undefined,
): Promise<Played[]> {
  const all: Played[] = [];
  const due: Due[] = [];
  const back = new Map<string, WentBack>();
  let [watchedAt, declinedAt] = [0, Number.NEGATIVE_INFINITY];
  for (let next = 0; next < story.length; ) {
    const batch = together(story, next);
    next += batch.length;
    const at = batch.at(-1)?.at ?? 0;
    await meanwhile(shop, due, back, at);
    await shop.moveTo(at);
    if (at - watchedAt >= WATCH_MS && at - declinedAt < QUIET_MS) {
      await shop.watch();
      watchedAt = at;
    }
    const played = await playBatch(shop, batch);
    if (played.some(({ purchase, isPaid }) => purchase.tries.length > 1 || !isPaid)) declinedAt = at;
    all.push(...played);
    tell(all.length);
    due.push(...played.flatMap(comesOf));
    due.sort((one, other) => one.at - other.at);
  }
  await meanwhile(shop, due, back, Number.POSITIVE_INFINITY);
  return all.map((one) => ({ ...one, ...(one.intent && back.get(one.intent.id)) }));
}

type WentBack = Pick<Played, 'lost' | 'shifted'>;
type Next = Later | { readonly news: 'spent' | 'decided'; readonly after: number };
type Due = Next & { readonly at: number; readonly played: Played; readonly intent: Intent };

/** What happens to a purchase later. What a person rejects is over with that. */
function comesOf(played: Played): Due[] {
  const { purchase, intent, isPaid, reviewId } = played;
  if (!intent || !isPaid) return [];
  const decided: Next[] = reviewId === null ? [] : [{ news: 'decided', after: DECIDED_AFTER_MS }];
  const spent: Next[] = purchase.spentAfter === null ? [] : [{ news: 'spent', after: purchase.spentAfter }];
  const isRejected = reviewId !== null && isAttack(purchase.kind);
  return (isRejected ? decided : [...decided, ...spent, ...purchase.later]).map((next) => ({
    ...next,
    ...{ at: purchase.at + next.after, played, intent },
  }));
}

/** The purchases from `next` on that have nobody and nothing in common, so that their order says nothing. */
function together(story: readonly Purchase[], next: number): Purchase[] {
  const batch: Purchase[] = [];
  const seen = new Set<string>();
  for (const purchase of story.slice(next, next + TOGETHER_MAX)) {
    const mine = subjectsOf(purchase);
    const isLater = purchase.at - (batch[0]?.at ?? purchase.at) > TOGETHER_MS;
    if (isLater || mine.some((subject) => seen.has(subject))) break;
    for (const subject of mine) seen.add(subject);
    batch.push(purchase);
  }
  return batch;
}

const subjectsOf = ({ payer, tries }: Purchase): string[] => [
  payer.userId,
  ...(payer.device ? [payer.device] : []),
  payer.address.slice(0, payer.address.lastIndexOf('.')),
  ...tries.map(({ card }) => card.fingerprint),
];

async function playBatch(shop: Shop, batch: readonly Purchase[]): Promise<Played[]> {
  const claimed = await Promise.all(batch.map((purchase) => shop.claim(purchase)));
  const played = batch.map((purchase, nth) => playedOf(purchase, claimed[nth] as Claimed));
  const longest = Math.max(...batch.map(({ tries }) => tries.length));
  for (let nth = 0; nth < longest; nth++) await Promise.all(played.map((one) => payOnce(shop, one, nth)));
  return markReviewed(shop, played);
}

function playedOf(purchase: Purchase, claimed: Claimed): Played {
  const none = { purchase, reviewId: null, lost: 0, shifted: 0 };
  if (claimed.outcome === 'blocked')
    return { ...none, intent: null, isBlocked: true, isChallenged: false, isPaid: false };
  if (claimed.outcome !== 'created') throw new Error(`Not made: ${claimed.outcome}`);
  const { intent } = claimed;
  const isChallenged = intent.request.forceAuthentication === true;
  const isPaid = paidCents(purchase) > 0 && !(isChallenged && !purchase.passesChallenge);
  return { ...none, intent, isBlocked: false, isChallenged, isPaid };
}

async function payOnce(shop: Shop, played: Played, nth: number): Promise<void> {
  const made = played.purchase.tries[nth];
  if (made && played.intent)
    await shop.settle(reading(played.intent.id, factOf(played, made, paymentOf(played.intent, made, nth))));
}

/** A payment's id. The one that is paid can be found again. */
const paymentOf = ({ id }: Intent, { decline }: Try, nth: number): string =>
  decline === null ? `ch_${id}` : `ch_${id}_${nth}`;

/** Who does not get through where the bank asks is declined. */
function factOf({ purchase, isChallenged, isPaid }: Played, made: Try, id: string): Fact {
  const { card, decline: _, ...said } = made;
  const seen = { ...card, ...said, foreignTo: null, isThreeDSecurePassed: isChallenged && isPaid };
  const isDeclined = made.decline !== null || (isChallenged && !purchase.passesChallenge);
  const amount = [BigInt(purchase.cents), 'USD'] as const;
  const fact = isDeclined ? declined(id) : captured(id, ...amount);
  return { ...fact, amountMinor: amount[0], currency: amount[1], card: seen } as Fact;
}

async function meanwhile(shop: Shop, due: Due[], back: Map<string, WentBack>, until: number): Promise<void> {
  while (due[0] && due[0].at <= until) {
    const next = due.shift() as Due;
    await shop.moveTo(next.at);
    const { intent, played } = next;
    const was = back.get(intent.id) ?? { lost: 0, shifted: 0 };
    back.set(intent.id, await happens(shop, next, played, was));
  }
}

/** @returns what has gone back by then of what was spent */
async function happens(shop: Shop, next: Due, played: Played, was: WentBack): Promise<WentBack> {
  const { intent } = next;
  switch (next.news) {
    case 'spent':
      await shop.spend(intent);
      return was;
    case 'decided':
      await shop.decide(intent, played.reviewId as string, isAttack(played.purchase.kind));
      return was;
    case 'warning':
      await shop.warn(intent);
      return was;
    case 'refund':
      return { ...was, lost: was.lost + (await shop.asksBack(intent, next.isBelieved)) };
    case 'dispute': {
      // Who was given back what is left, or all of it, has nothing to tell his bank.
      if (next.isOfRefused && (was.lost > 0 || !(await shop.isSpent(intent)))) return was;
      const cents = await shop.dispute(intent, next.reason);
      // https://support.stripe.com/questions/liability-shift-with-frictionless-flow-for-3d-secure-v2-(3ds2): the bank that has
      // authenticated a payer is liable for what he calls a fraud, and for no other reason.
      return played.isChallenged && next.reason === 'fraudulent'
        ? { ...was, shifted: was.shifted + cents }
        : { ...was, lost: was.lost + cents };
    }
  }
}

async function markReviewed(shop: Shop, played: readonly Played[]): Promise<Played[]> {
  const paid = played.flatMap(({ intent, isPaid }) => (isPaid && intent ? [intent.id] : []));
  if (paid.length === 0) return [...played];
  const { rows } = await shop.pool.query<{ id: string; intent_id: string }>({
    name: 'reviewed_of',
    text: 'select id, intent_id from risk_reviews where intent_id = any($1)',
    values: [paid],
  });
  const reviews = new Map(rows.map(({ id, intent_id }) => [intent_id, id]));
  return played.map((one) => ({ ...one, reviewId: (one.intent && reviews.get(one.intent.id)) ?? null }));
}
