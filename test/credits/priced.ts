// Operations with rates, and what is used of them.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { holdCredits } from '../../src/credits/hold';
import { saveOperation } from '../../src/credits/save-operation';
import { type SaveRateInput, saveRate } from '../../src/credits/save-rate';
import { settleHold } from '../../src/credits/settle-hold';
import { spendCredits } from '../../src/credits/spend';
import type { UsageInput } from '../../src/credits/usage';
import { as, type CreditStand, service } from './stand';

export const admin: Caller = { id: 'adm_1', role: 'admin' };

/** So many units of each operation. */
export const usageOf = (quantities: Readonly<Record<string, number | bigint>>): UsageInput[] =>
  Object.entries(quantities).map(([operation, quantity]) => ({ operation, quantity: BigInt(quantity) }));

export const priced = (stand: CreditStand) => ({
  /** An operation that costs so much from now on. */
  price: async (code: string, rate: Omit<SaveRateInput, 'operation'>) => {
    await saveOperation(stand.deps, admin, { code, name: code, unit: 'unit' });
    await saveRate(stand.deps, admin, { operation: code, ...rate });
  },
  use: (userId: string, quantities: Readonly<Record<string, number | bigint>>, key: string = randomUUID()) =>
    spendCredits(stand.deps, as(userId), {
      usage: usageOf(quantities),
      reason: 'An answer',
      idempotencyKey: key,
    }),
  holdFor: (userId: string, quantities: Readonly<Record<string, number>>, marginPercent?: number) =>
    holdCredits(stand.deps, service, {
      userId,
      usage: usageOf(quantities),
      marginPercent,
      reason: 'An answer',
      ttlSeconds: 600,
      idempotencyKey: randomUUID(),
    }),
  settleFor: (id: string, quantities: Readonly<Record<string, number>>, key: string = randomUUID()) =>
    settleHold(stand.deps, service, { id, usage: usageOf(quantities), idempotencyKey: key }),
  /** What is not a whole credit yet, in micro-credits. */
  leftOver: async (userId: string): Promise<number> =>
    (await stand.sql('select micro from usage_remainders where user_id = $1', [userId]))[0]?.micro ?? 0,
});
