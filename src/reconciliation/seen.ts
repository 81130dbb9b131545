// The two sides of a break as a person saw them when the fix was confirmed.
import { formatMoney, type Money } from '../kernel/money';
import { StaleFiguresProblem } from '../kernel/problems';
import type { Break } from './break.entity';

/** Null: nothing. */
export interface SeenSides {
  readonly ours?: Money | null;
  readonly theirs?: Money | null;
}

const sideOf = (amountMinor: bigint | null, currency: string | null): Money | null =>
  amountMinor === null || currency === null ? null : { amountMinor, currency };

const isSame = (one: Money | null | undefined, other: Money | null): boolean =>
  one?.amountMinor === other?.amountMinor && one?.currency === other?.currency;

/** @throws StaleFiguresProblem when a side is another than was seen */
export function checkSeen(found: Break, seen: SeenSides | null): void {
  if (!seen) return;
  const isSeen =
    isSame(seen.ours, sideOf(found.oursMinor, found.oursCurrency)) &&
    isSame(seen.theirs, sideOf(found.theirsMinor, found.theirsCurrency));
  if (!isSeen) throw staleBreak(found);
}

export function staleBreak(found: Break): StaleFiguresProblem {
  const ours = sideOf(found.oursMinor, found.oursCurrency);
  const theirs = sideOf(found.theirsMinor, found.theirsCurrency);
  const said = (side: Money | null) => (side ? formatMoney(side, 'en-IN') : 'nothing');
  return new StaleFiguresProblem(
    `Ours is ${said(ours)} and theirs is ${said(theirs)} now, which is not what was shown. Nothing was done.`,
    [
      { name: 'ours', money: ours },
      { name: 'theirs', money: theirs },
    ],
  );
}

/** As settle_break compares it with the row under its lock. */
export const sidesOf = (found: Break): readonly (string | null)[] => [
  found.oursMinor?.toString() ?? null,
  found.oursCurrency,
  found.theirsMinor?.toString() ?? null,
  found.theirsCurrency,
];
