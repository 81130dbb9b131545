import type { Queryable } from '../db/transaction';

export const ATTACK_SIGNS = ['declines', 'new_cards'] as const;
export type AttackSign = (typeof ATTACK_SIGNS)[number];

export interface Attack {
  readonly id: string;
  readonly startedAt: Date;
  /** Null: it goes on. */
  readonly endedAt: Date | null;
  readonly sign: AttackSign;
  /** How many in the five minutes before it was noticed. */
  readonly seen: number;
  /** The most in five minutes that would have been usual. */
  readonly usualMost: number;
}

/** What payments and stopped purchases came to in one minute, over all users. */
export interface RiskMinute {
  /** Its beginning. */
  readonly minute: Date;
  /** Payments that succeeded or were declined. */
  readonly tries: number;
  readonly declines: number;
  /** Declines of cards that had not been seen for a week. */
  readonly newCards: number;
  /** Purchases that the rules did not take. */
  readonly stopped: number;
}

interface Needs {
  readonly pool: Queryable;
}

// A list that is no connection has at most 50: a shop that has more in its past looks at its events.
const NEWEST_MAX = 50;

/** The attack that goes on, or the last one; null: there was none. */
export async function findAttack(deps: Needs): Promise<Attack | null> {
  const [attack] = await newestAttacks(deps, 1);
  return attack ?? null;
}

/** The newest attacks, newest first, at most 50. */
export const listAttacks = (deps: Needs): Promise<Attack[]> => newestAttacks(deps, NEWEST_MAX);

async function newestAttacks({ pool }: Needs, max: number): Promise<Attack[]> {
  const { rows } = await pool.query<Attack>({
    name: 'newest_attacks',
    text: `select 'atk_' || id as id, started_at as "startedAt", ended_at as "endedAt", sign, seen::integer as seen,
        usual_most as "usualMost"
      from risk_attacks order by id desc limit $1`,
    values: [max],
  });
  return rows;
}

/** The minutes of the last 24 hours in which anything was tried, oldest first. */
export async function listRiskMinutes({ pool }: Needs): Promise<RiskMinute[]> {
  const { rows } = await pool.query<RiskMinute>({
    name: 'risk_minutes_of_a_day',
    text: `select minute, tries::integer as tries, declines::integer as declines, new_cards::integer as "newCards",
        stopped::integer as stopped
      from risk_minutes where minute > instant() - interval '24 hours' order by minute`,
  });
  return rows;
}
