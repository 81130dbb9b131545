// Why a decision was made: the rules that fired, in words.
import type pg from 'pg';
import { invariant } from '../kernel/invariant';
import { signalAt } from './signals';

/** A rule that fired. */
export interface FiredRule {
  readonly code: string;
  readonly weight: number;
  /** The signal's figure in words, and from where on the rule fires. */
  readonly detail: string;
}

interface FiredRow {
  readonly id: bigint;
  readonly code: string;
  readonly weight: number;
  readonly signal: number;
  readonly sign: number;
  readonly bound: number;
  readonly figure: number;
}

/** @param ids numbers of decisions. @returns for each the rules that fired, the heaviest first */
export async function firedRulesOf(
  { pool }: { readonly pool: pg.Pool },
  ids: readonly string[],
): Promise<FiredRule[][]> {
  const { rows } = await pool.query<FiredRow>(
    `select d.id, l.code, l.weight, l.signal, l.sign, l.bound, d.signals[l.signal] as figure
     from risk_decisions d join risk_rule_lines l on l.version = d.rule_version and l.ord = any(d.fired)
     where d.id = any($1::bigint[]) order by l.weight desc, l.ord`,
    [ids],
  );
  return ids.map((id) => rows.filter((row) => String(row.id) === id).map(firedRule));
}

const firedRule = ({ code, weight, signal, sign, bound, figure }: FiredRow): FiredRule => ({
  code,
  weight,
  detail: detailOf(signal, figure, sign, bound),
});

function detailOf(number: number, figure: number, sign: number, bound: number): string {
  const signal = signalAt(number);
  invariant(signal, `A rule reads signal ${number}, which is not known here`);
  if (!signal.words.includes('{n}')) return signal.words;
  return `${signal.words.replace('{n}', rounded(figure))}; ${sign > 0 ? 'from' : 'up to'} ${rounded(bound * sign)}${sign > 0 ? ' on' : ''}`;
}

/** One decimal is enough to compare by. */
const rounded = (figure: number): string => String(Math.round(figure * 10) / 10);
