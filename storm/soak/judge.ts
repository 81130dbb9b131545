// Whether a series of samples grows. docs/operations/soak.md says the rule and why it is that one.
import { median } from '../../bench/statistics';

const Z_95 = 1.96;

export interface Trend {
  /** What the median slope comes to over all samples. */
  readonly change: number;
  /** What the slope is at least, with 95 % confidence, over all samples. */
  readonly atLeast: number;
}

/**
 * Theil and Sen's slope, the median of the slopes of all pairs, with the lower end of its interval by Kendall's statistic: one sample
 * that is far out moves neither.
 * @param values at equal distances, at least three
 */
export function trendOf(values: readonly number[]): Trend {
  const slopes: number[] = [];
  for (let from = 0; from < values.length; from++)
    for (let to = from + 1; to < values.length; to++)
      slopes.push(((values[to] as number) - (values[from] as number)) / (to - from));
  slopes.sort((a, b) => a - b);
  const n = values.length;
  const margin = Z_95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const lowest = Math.max(0, Math.floor((slopes.length - margin) / 2));
  const span = n - 1;
  return { change: median(slopes) * span, atLeast: (slopes[lowest] as number) * span };
}

/**
 * @param tolerance a change that is none, in the unit of the values
 * @returns whether the second half of the samples goes up for certain, and by more than that
 */
export function grows(values: readonly number[], tolerance: number): boolean {
  const { change, atLeast } = trendOf(secondHalf(values));
  return atLeast > 0 && change > tolerance;
}

export const secondHalf = <Value>(values: readonly Value[]): Value[] => values.slice(values.length >> 1);
