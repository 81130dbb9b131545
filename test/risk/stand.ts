// Claims and payments at the database's doors, under rules that a test chooses.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type Claim, type Claimed, createClaim } from '../../src/intents/claim';
import { newId } from '../../src/kernel/ids';
import type { Fact } from '../../src/payments/facts';
import type { Intent } from '../../src/payments/intent.entity';
import { NO_CARD, type ProviderCard } from '../../src/providers/card';
import { UNKNOWN_PAYER } from '../../src/risk/payer';
import { captured, declined, doorOn, reading } from '../support/intents';
import { type TestDatabase, useDatabase } from '../support/pools';

type Mode = 'act' | 'observe' | 'off';

/** A rule of a document. Left out: its code and a weight that decides nothing by itself. */
export interface Rule {
  readonly signal: string;
  readonly at_least?: number;
  readonly at_most?: number;
  readonly weight?: number;
  readonly decision?: string;
  readonly stage?: string;
  readonly when?: readonly object[];
}

export const THRESHOLDS = { challenge: 40, review: 60, block: 80 };

/** A document with these rules. */
export const documentOf = (rules: readonly Rule[]) => ({
  thresholds: THRESHOLDS,
  rules: rules.map((rule, at) => ({ code: `rule_${at}`, weight: 10, ...rule })),
});

export const claimOf = (userId: string, more: Partial<Claim> = {}): Claim => {
  const id = newId('intent');
  return {
    ...{ id, userId, key: randomUUID(), inputHash: 'hash', packageId: 'small', provider: 'stripe' },
    ...{ currency: 'INR', amountMinor: 5000n, credits: 50n, createdBy: userId, fingerprintId: null },
    ...{ returnUrl: null, leaseToken: 'test', reference: null, metadata: null, challenge: null },
    ...{ isCheapest: true, hasPassed: false, payer: UNKNOWN_PAYER },
    request: { ourIntentId: id, amountMinor: '5000', currency: 'INR', description: 'Small', metadata: {} },
    ...more,
  };
};

/** What a claim that has to pass made. */
export function intentOf(claimed: Claimed): Intent {
  if (claimed.outcome !== 'created') throw new Error(`Not created: ${claimed.outcome}`);
  return claimed.intent;
}

export const card = (more: Partial<ProviderCard> = {}): ProviderCard => ({ ...NO_CARD, ...more });

export function useRisk() {
  const database: TestDatabase = useDatabase();
  const rows = async (text: string, values: unknown[] = []) => (await pool().query(text, values)).rows;
  let kept: pg.Pool | null = null;
  const pool = () => {
    kept ??= database.pool();
    return kept;
  };
  let payments = 0;
  const settled = (intent: Intent, fact: Fact, mode: 'act' | 'observe') =>
    doorOn(pool(), mode)(reading(intent.id, fact));
  return {
    database,
    rows,
    claims: (mode: Mode = 'act', hasCaptcha = false) =>
      createClaim({
        ...{ pool: pool(), mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60 },
        ...{ risk: mode, hasCaptcha },
      }),
    /** Makes these the rules that act. */
    useRules: async (...rules: readonly Rule[]) => {
      await rows(`update risk_rules set state = 'retired' where state = 'active'`);
      await rows(`select add_rules($1, 'active', 'test', null)`, [JSON.stringify(documentOf(rules))]);
    },
    decline: (intent: Intent, of: ProviderCard | null = null, mode: 'act' | 'observe' = 'act') =>
      settled(intent, { ...declined(`pay_${++payments}`), card: of }, mode),
    pay: (intent: Intent, of: ProviderCard | null = null, mode: 'act' | 'observe' = 'act') =>
      settled(intent, { ...captured(`pay_${++payments}`), card: of }, mode),
    decisionsOf: (userId: string) =>
      rows('select * from risk_decisions where user_id = $1 order by id', [userId]),
    reviewsOf: (userId: string) =>
      rows('select status, reason, score from risk_reviews where user_id = $1', [userId]),
    frozenOf: async (userId: string) =>
      (await rows('select balance, frozen from wallets where user_id = $1', [userId]))[0],
  };
}
