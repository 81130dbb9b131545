// What was used of operations, and what it came to.
import path from 'node:path';
import type pg from 'pg';
import { type Batch, batch } from '../kernel/batch';
import { invalidInput, Problem } from '../kernel/problems';

export const USAGE_SQL = path.join(__dirname, 'usage.sql');

/** So many units of an operation. */
export interface UsageInput {
  /** Its code. */
  readonly operation: string;
  /** In units of the operation, 0 or more. */
  readonly quantity: bigint;
}

/** One part of what was used, and its price. */
export interface UsagePart {
  readonly operation: string;
  readonly rateVersion: number;
  readonly quantity: bigint;
  readonly micro: bigint;
}

/** What a spend, or the settlement of a hold, cost in micro-credits, and what it took in whole ones. */
export interface UsageCharge {
  readonly journalId: string;
  readonly userId: string;
  readonly isReversal: boolean;
  readonly micro: bigint;
  readonly credits: bigint;
  /** Of a settlement: what the user did not have. */
  readonly unpaidMicro: bigint;
  readonly reversedMicro: bigint;
  readonly parts: readonly UsagePart[];
}

// Input, cached and output tokens of some models are one spend.
const PARTS_MAX = 20;
const QUANTITY_MAX = 2n ** 63n - 1n;

/** @throws Problem INVALID_INPUT */
export function checkUsage(usage: readonly UsageInput[], field = 'usage'): void {
  if (usage.length < 1 || usage.length > PARTS_MAX)
    throw invalidInput(`Usage has 1 to ${PARTS_MAX} parts.`, field);
  if (usage.some(({ quantity }) => quantity < 0n || quantity > QUANTITY_MAX))
    throw invalidInput('A quantity is 0 or more.', field);
}

/** @throws Problem INVALID_INPUT unless exactly one of both is there */
export function checkOneOf(
  credits: bigint | null | undefined,
  usage: readonly UsageInput[] | null | undefined,
): void {
  const given = [credits, usage].filter((one) => one !== null && one !== undefined).length;
  if (given !== 1) throw invalidInput('Say either credits or usage.', 'credits');
  if (usage) checkUsage(usage);
}

/** What the database reads of it: only what it says. */
export const plainUsage = (usage: readonly UsageInput[]) =>
  usage.map(({ operation, quantity }) => ({
    operation: operation.replaceAll('\0', ''),
    quantity: quantity.toString(),
  }));

/** Part of what is hashed of an input. */
export type Hashed = Readonly<Record<string, string | number | null>>;

/** What is hashed of it under a key. */
export const hashedUsage = (plain: ReturnType<typeof plainUsage>): Hashed => ({
  usage: plain.map(({ operation, quantity }) => `${quantity} ${operation}`).join('\n'),
});

/** Of operations that nobody priced, or of more than can be counted. */
export const unpriced = (): Problem =>
  invalidInput('One of the operations is unknown, inactive or has no rate yet, or it is too much.', 'usage');

/** Reads by the number of the posting; null: it was no usage. */
export type ReadUsage = Batch<string, UsageCharge | null>;

interface Row {
  id: bigint;
  user_id: string;
  is_reversal: boolean;
  micro: bigint;
  credits: bigint;
  unpaid_micro: bigint;
  reversed: string;
  parts: { operation: string; version: number; quantity: string; micro: string }[];
}

export const createReadUsage = (pool: pg.Pool): ReadUsage =>
  batch({
    send: async (ids) => {
      const { rows } = await pool.query<Row>({
        name: 'usages_by_posting',
        text: `select u.id, u.user_id, u.reversal_of is not null as is_reversal, u.micro, u.credits, u.unpaid_micro,
            (select coalesce(-sum(micro), 0)::text from usages where reversal_of = u.id) as reversed,
            (select jsonb_agg(jsonb_build_object('operation', operation, 'version', version, 'quantity', quantity::text,
              'micro', micro::text) order by nth) from usage_parts where usage_id = u.id) as parts
          from usages u where u.id = any($1::bigint[])`,
        values: [ids],
      });
      const found = new Map(rows.map((row) => [row.id.toString(), chargeOf(row)]));
      return ids.map((id) => found.get(id) ?? null);
    },
  });

const chargeOf = (row: Row): UsageCharge => ({
  journalId: row.id.toString(),
  userId: row.user_id,
  isReversal: row.is_reversal,
  micro: row.micro,
  credits: row.credits,
  unpaidMicro: row.unpaid_micro,
  reversedMicro: BigInt(row.reversed),
  parts: row.parts.map(({ operation, version, quantity, micro }) => ({
    operation,
    rateVersion: version,
    quantity: BigInt(quantity),
    micro: BigInt(micro),
  })),
});
