// Operations and what they cost. Reads only.
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { Operation } from './operation.entity';
import { Rate } from './rate.entity';

type Reader = { readonly pool: pg.Pool };

/** An operation with its rates, the newest version first. */
export interface RatedOperation extends Operation {
  readonly rates: readonly Rate[];
  /** The one in force; null: there is none yet. */
  readonly rate: Rate | null;
}

// More than a product prices; of each the newest rates.
const OPERATIONS_MAX = 500;
const RATES_MAX = 100;

/** In the order of their codes, at most 500, each with at most 100 rates. */
export async function listOperations(
  { pool }: Reader,
  codes: readonly string[] | null = null,
): Promise<RatedOperation[]> {
  const { rows } = await pool.query<Row>(
    `select ${selectList(Operation, 'o')} from operations o where $1::text[] is null or code = any($1)
     order by code limit ${OPERATIONS_MAX}`,
    [codes],
  );
  const operations = rows.map(rowMapper(Operation));
  const { rows: rated } = await pool.query<Row & { in_force: boolean }>(
    `select ${selectList(Rate, 'r')}, r.effective_from <= instant() as in_force
     from unnest($1::text[]) o(code) cross join lateral (
       select * from rates where operation = o.code order by version desc limit ${RATES_MAX}) r
     order by r.operation, r.version desc`,
    [operations.map(({ code }) => code)],
  );
  const toRate = rowMapper(Rate);
  return operations.map((operation) => {
    const own = rated
      .map((row) => ({ rate: toRate(row), inForce: row.in_force }))
      .filter(({ rate }) => rate.operation === operation.code);
    return Object.assign(operation, {
      rates: own.map(({ rate }) => rate),
      rate: own.find(({ inForce }) => inForce)?.rate ?? null,
    });
  });
}
