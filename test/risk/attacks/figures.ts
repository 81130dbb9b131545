// What became of a story, in figures.
import type { Played } from './play';
import { ATTACKS, HONEST_WAYS, isAttack, type Kind, paidCents } from './purchase';

export interface Row {
  readonly kind: Kind | 'all attacks' | 'all honest';
  readonly purchases: number;
  readonly blocked: number;
  readonly challenged: number;
  readonly reviewed: number;
  /** In cents: what would have been paid where nobody looks. */
  readonly money: number;
  /** In cents: what of it did not come, or came and is sent back with its credits. */
  readonly stopped: number;
  /** In cents: what came and stayed, because it was asked for after the credits were spent, or went back with the credits. */
  readonly kept: number;
  /** In cents: what the payer's bank pays. */
  readonly shifted: number;
}

export interface Figures {
  readonly rows: readonly Row[];
  /** In a hundred of attack money. */
  readonly stoppedShare: number;
  /** The same with what was kept, and with what a bank pays. */
  readonly safeShare: number;
  /** In a hundred of honest purchases: blocked, challenged or reviewed. */
  readonly touchedShare: number;
}

export function figuresOf(played: readonly Played[]): Figures {
  const of = (kind: Row['kind'], wanted: (kind: Kind) => boolean) =>
    rowOf(
      kind,
      played.filter(({ purchase }) => wanted(purchase.kind)),
    );
  const attacks = of('all attacks', isAttack);
  const honest = of('all honest', (kind) => !isAttack(kind));
  return {
    rows: [
      ...ATTACKS.map((kind) => of(kind, (one) => one === kind)),
      attacks,
      ...HONEST_WAYS.map((kind) => of(kind, (one) => one === kind)),
      honest,
    ],
    stoppedShare: (100 * attacks.stopped) / attacks.money,
    safeShare: (100 * safe(attacks)) / attacks.money,
    touchedShare: (100 * touched(honest)) / honest.purchases,
  };
}

/** In a hundred of the money of these kinds: what was stopped. */
export function shareOf({ rows }: Figures, ...kinds: readonly Row['kind'][]): number {
  const wanted = rows.filter(({ kind }) => kinds.includes(kind));
  const sum = (cents: (row: Row) => number) => wanted.reduce((total, row) => total + cents(row), 0);
  return (100 * sum((row) => row.stopped)) / sum((row) => row.money);
}

const touched = ({ blocked, challenged, reviewed }: Row) => blocked + challenged + reviewed;
const safe = ({ stopped, kept, shifted }: Row) => stopped + kept + shifted;

/** Who pays with his own card for what he may have takes nothing before he takes his money back. */
const takesBack = (kind: Kind) => kind === 'refund abuse' || kind === 'friendly fraud';

function rowOf(kind: Row['kind'], played: readonly Played[]): Row {
  const count = (is: (one: Played) => boolean) => played.filter(is).length;
  const sum = (cents: (one: Played) => number) => played.reduce((all, one) => all + cents(one), 0);
  const isStopped = (one: Played) => !one.isPaid || one.reviewId !== null;
  return {
    kind,
    purchases: played.length,
    blocked: count((one) => one.isBlocked),
    challenged: count((one) => one.isChallenged),
    // Each is counted once.
    reviewed: count((one) => one.reviewId !== null && !one.isChallenged),
    money: sum(({ purchase }) => paidCents(purchase)),
    stopped: sum((one) => (isStopped(one) ? paidCents(one.purchase) : 0)),
    kept: sum((one) =>
      !isStopped(one) && takesBack(one.purchase.kind) ? paidCents(one.purchase) - one.lost - one.shifted : 0,
    ),
    shifted: sum((one) => (isStopped(one) ? 0 : one.shifted)),
  };
}

const isHonest = (kind: Row['kind']) =>
  kind === 'all honest' || (HONEST_WAYS as readonly string[]).includes(kind);
const dollars = (cents: number) => (cents / 100).toFixed(0);
const share = (cents: number, { money }: Row) => ((100 * cents) / money).toFixed(1);

/** For a person. */
export function tableOf({ rows, stoppedShare, safeShare, touchedShare }: Figures): string {
  const head =
    'kind purchases blocked challenged reviewed money stopped kept shifted lost stopped,% safe,%'.split(' ');
  const lines = rows.map((row) => [
    row.kind,
    ...[row.purchases, row.blocked, row.challenged, row.reviewed].map(String),
    ...[row.money, row.stopped].map(dollars),
    // Of honest money the rest is earned.
    ...(isHonest(row.kind) ? ['', '', ''] : [row.kept, row.shifted, row.money - safe(row)].map(dollars)),
    share(row.stopped, row),
    isHonest(row.kind) ? '' : share(safe(row), row),
  ]);
  const widths = head.map((name, at) =>
    Math.max(name.length, ...lines.map((line) => (line[at] ?? '').length)),
  );
  const text = [head, ...lines].map((line) =>
    line
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
  return [
    ...text,
    `attack money stopped ${stoppedShare.toFixed(2)} %, not lost ${safeShare.toFixed(2)} %, honest purchases touched ${touchedShare.toFixed(2)} %`,
  ].join('\n');
}
