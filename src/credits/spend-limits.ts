// Limits of what may be spent of a wallet in a span of time, as they are read and as who meets one is told.

import type pg from 'pg';
import { oneOf } from '../db/one-of';
import { type Batch, batch } from '../kernel/batch';
import { type ReachedLimit, SpendLimitProblem } from '../kernel/problems';

export const LIMIT_SPANS = ['day', 'week', 'month', 'total'] as const;
export type LimitSpan = (typeof LIMIT_SPANS)[number];

/** Whom a limit binds: a member, an API key; neither: everybody who spends of the wallet. */
interface LimitSubject {
  readonly memberId: string | null;
  readonly apiKeyId: string | null;
}

export type SpendLimit = ReachedLimit;

const [MEMBER, KEY] = ['member:', 'key:'];

export const subjectOf = ({ memberId, apiKeyId }: LimitSubject): string => {
  if (memberId !== null) return MEMBER + memberId;
  return apiKeyId === null ? 'wallet' : KEY + apiKeyId;
};

const namedBy = (subject: string): LimitSubject => ({
  memberId: subject.startsWith(MEMBER) ? subject.slice(MEMBER.length) : null,
  apiKeyId: subject.startsWith(KEY) ? subject.slice(KEY.length) : null,
});

/** Whether a limit binds who spends by a member's name and with a key. */
export const binds = (limit: LimitSubject, spender: LimitSubject): boolean =>
  (limit.memberId === null && limit.apiKeyId === null) ||
  (limit.memberId !== null && limit.memberId === spender.memberId) ||
  (limit.apiKeyId !== null && limit.apiKeyId === spender.apiKeyId);

/** What may be spent now, in credits, of so many that are available: as many as the limits leave, 0 or more. */
export const spendableOf = (available: bigint, limits: readonly SpendLimit[]): bigint =>
  limits.reduce(
    (least, { remaining }) => (remaining < least ? remaining : least),
    available > 0n ? available : 0n,
  );

/** When a limit that leaves less than is available counts anew, the soonest: more may be spent then, and no change tells of it. */
export function growsAt(available: bigint, limits: readonly SpendLimit[]): Date | null {
  const ends = limits.flatMap(({ remaining, resetsAt }) =>
    remaining < available && resetsAt ? [resetsAt] : [],
  );
  return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null);
}

/** What the database says of a limit. */
export interface LimitNow {
  readonly subject: string;
  readonly per: LimitSpan;
  readonly credits: string;
  readonly spent: string;
  readonly held: string;
  readonly timeZone: string;
  readonly startsAt: string;
  readonly resetsAt: string | null;
}

/** @param met null: a kept refusal's limit is not there any more. */
export function limitReached(asked: bigint, met: LimitNow | null): SpendLimitProblem {
  const limit = met && limitOf(met);
  if (limit === null)
    return new SpendLimitProblem(
      'A spend limit that is not there any more refused this. A refusal is kept under its key: take a new one.',
      null,
    );
  const span = limit.per === 'total' ? 'in all' : `a ${limit.per}`;
  return new SpendLimitProblem(
    `${asked} credits were asked for, ${limit.remaining} are left of a limit of ${limit.credits} ${span}. A refusal is kept under its key.`,
    limit,
  );
}

/** Of a wallet, those of everybody first. Sets of them are one statement. */
export type ReadSpendLimits = Batch<string, readonly SpendLimit[]>;

export const createReadSpendLimits = (pool: pg.Pool): ReadSpendLimits =>
  batch({
    send: async (userIds) => {
      const { rows } = await pool.query<{ user_id: string; limit_now: LimitNow }>({
        name: 'spend_limits',
        text: `select user_id, limit_now(l, instant()) from spend_limits l where user_id = ${oneOf('$1')}
          order by user_id, subject <> 'wallet', subject, per`,
        values: [userIds],
      });
      return userIds.map((id) =>
        rows.filter((row) => row.user_id === id).map((row) => limitOf(row.limit_now)),
      );
    },
  });

function limitOf({ subject, per, timeZone, startsAt, resetsAt, ...figures }: LimitNow): SpendLimit {
  const [credits, spent, held] = [BigInt(figures.credits), BigInt(figures.spent), BigInt(figures.held)];
  const left = credits - spent - held;
  return {
    ...namedBy(subject),
    ...{ per, credits, spent, held, remaining: left > 0n ? left : 0n, timeZone },
    startsAt: new Date(startsAt),
    resetsAt: resetsAt === null ? null : new Date(resetsAt),
  };
}
