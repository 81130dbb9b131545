import type pg from 'pg';
import { Fault } from '../kernel/invariant';
import { checkUsage, plainUsage, type UsageInput, type UsagePart, unpriced } from './usage';

export interface SpendEstimate {
  /** Whole credits that have to be there for it: rounded up. */
  readonly credits: bigint;
  readonly micro: bigint;
  readonly parts: readonly UsagePart[];
}

interface Row {
  micro: bigint | null;
  operation: string;
  version: number;
  quantity: bigint;
  part_micro: bigint;
}

/**
 * What usage costs by the rates that are in force now: no promise, and nobody's wallet is looked at.
 * @throws Problem INVALID_INPUT
 */
export async function estimateSpend(
  { pool }: { readonly pool: pg.Pool },
  usage: readonly UsageInput[],
): Promise<SpendEstimate> {
  checkUsage(usage);
  const { rows } = await pool.query<Row>({
    name: 'estimate_spend',
    text: `select p.micro, t.operation, t.version, t.quantity, t.micro as part_micro
      from unnest(price_usages(array[$1::jsonb], array[instant()], true)) p, unnest(p.parts) t`,
    values: [JSON.stringify(plainUsage(usage))],
  });
  const [first] = rows;
  if (!first) throw new Fault('Usage was given no price and none was refused');
  if (first.micro === null) throw unpriced();
  return {
    micro: first.micro,
    credits: (first.micro + 999_999n) / 1_000_000n,
    parts: rows.map((row) => ({
      operation: row.operation,
      rateVersion: row.version,
      quantity: row.quantity,
      micro: row.part_micro,
    })),
  };
}
