// A backtest as a person at a terminal reads it: what would change, what each rule finds, and two plots of bars. Pure.
import { formatMoney } from '../kernel/money';
import type { Backtest } from '../reviews/backtest';
import type { BacktestFigures } from '../reviews/backtest-figures';
import type { Kinds } from '../reviews/backtest-money';

const BAR_WIDTH = 24;
// Eighths of a cell, so that a share of one per cent is seen.
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** The rows beneath their heads: the first column to the left, what is counted to the right. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [heads, ...rows.map((row) => row.map(shown))];
  const widths = heads.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(heads), widths.map((width) => '─'.repeat(width)).join('──'), ...cells.slice(1).map(line)];
}

const shown = (cell: string | number): string => (typeof cell === 'number' ? counted(cell) : cell);
const counted = (count: number): string => count.toLocaleString('en-US');

/** `12.3 %`; a dash where there is nothing to take a share of. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  const value = 100 * share;
  return `${value.toFixed(value > 0 && value < 1 ? 2 : 1)} %`;
}

/** A bar that is full at 1. */
export function bar(share: number, width = BAR_WIDTH): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  // What is there at all is seen.
  const seen = share > 0 ? Math.max(1, eighths) : 0;
  return '█'.repeat(Math.floor(seen / 8)) + (EIGHTHS[seen % 8] ?? '');
}

/** @param title what was replayed, e.g. the name of the file */
export function backtestText(title: string, backtest: Backtest): string {
  const { decisions, purchases, all, from, before, tookMs } = backtest;
  const lines = [
    `${title}, ${day(from)} to ${day(before)}`,
    `${counted(decisions)} decisions about ${counted(purchases)} purchases: ${kindsText(all)}. ${(tookMs / 1000).toFixed(1)} s`,
    '',
    ...decisionLines(backtest),
    '',
    ...caughtLines(backtest),
    '',
    ...moneyLines(backtest),
    '',
    ...ruleLines(backtest),
    '',
    ...scoreLines(backtest),
    '',
    ...curveLines(backtest),
  ];
  return lines.join('\n');
}

const day = (at: Date): string =>
  at.toISOString().replace(/T00:00:00\.000Z$|\.000Z$/, (end) => (end.startsWith('T') ? '' : 'Z'));

const kindsText = ({ bad, honest, unpaid }: Kinds): string =>
  `${counted(bad)} paid and known to be bad, ${counted(honest)} paid and honest as far as is known, ${counted(unpaid)} never paid`;

const KIND_HEADS = ['bad', 'honest', 'never paid'];
const kindCells = ({ bad, honest, unpaid }: Kinds) => [bad, honest, unpaid];

const decisionLines = ({ byDecision }: BacktestFigures): string[] =>
  table(
    ['Decision', 'was', 'would be', ...KIND_HEADS],
    byDecision.map((row) => [row.decision, row.was, row.would, ...kindCells(row)]),
  );

function caughtLines(figures: BacktestFigures): string[] {
  const { all, caught, caughtBefore } = figures;
  const of = (part: number, whole: number) => percent(whole === 0 ? null : part / whole);
  return table(
    ['Challenged, reviewed or blocked', 'was', 'would be'],
    [
      ['of what is bad (recall)', percent(figures.recallBefore), percent(figures.recall)],
      [
        'bad, of what is caught and paid (precision)',
        percent(figures.precisionBefore),
        percent(figures.precision),
      ],
      ['of what is honest', of(caughtBefore.honest, all.honest), of(caught.honest, all.honest)],
      ['of what was never paid', of(caughtBefore.unpaid, all.unpaid), of(caught.unpaid, all.unpaid)],
    ],
  );
}

const moneyLines = ({ money }: BacktestFigures): string[] =>
  table(
    ['Money', 'bad', 'caught: was', 'would be', 'saved', 'honest', 'touched: was', 'would be'],
    money.map((of) => {
      const text = (amountMinor: bigint) => formatMoney({ amountMinor, currency: of.currency }, 'en-IN');
      return [
        ...[of.currency, text(of.bad), text(of.badCaughtBefore), text(of.badCaught)],
        ...[text(of.badCaught - of.badCaughtBefore), text(of.honest), text(of.honestTouchedBefore)],
        text(of.honestTouched),
      ];
    }),
  );

const ruleLines = ({ rules }: BacktestFigures): string[] =>
  table(
    ['Rule', 'weight', 'fired', ...KIND_HEADS, 'precision'],
    [...rules]
      .sort((a, b) => b.bad - a.bad || b.fired - a.fired)
      .map((rule) => [
        ...[rule.code, rule.weight, rule.fired],
        ...kindCells(rule),
        percent(rule.bad + rule.honest === 0 ? null : rule.bad / (rule.bad + rule.honest)),
      ]),
  );

function scoreLines({ scores, all }: BacktestFigures): string[] {
  const plot = (count: number, whole: number) =>
    `${bar(whole === 0 ? 0 : count / whole).padEnd(BAR_WIDTH)} ${percent(whole === 0 ? null : count / whole).padStart(7)}`;
  return [
    `Score    ${'of what is bad'.padEnd(BAR_WIDTH + 8)}  of what is honest`,
    ...scores
      .filter((step) => step.bad + step.honest + step.unpaid > 0)
      .map(({ from, to, bad, honest }) =>
        `${String(from).padStart(3)}–${String(to).padEnd(3)}  ${plot(bad, all.bad)}  ${plot(honest, all.honest)}`.trimEnd(),
      ),
  ];
}

const curveLines = ({ curve }: BacktestFigures): string[] => [
  `From on  ${'catches of what is bad'.padEnd(BAR_WIDTH + 8)}  touches of what is honest`,
  ...curve
    .filter(({ bad, honest }) => bad > 0 || honest > 0)
    .map(
      ({ score, bad, honest }) =>
        `${String(score).padStart(3)}      ${bar(bad).padEnd(BAR_WIDTH)} ${percent(bad).padStart(7)}  ${bar(honest).padEnd(BAR_WIDTH)} ${percent(honest).padStart(7)}`,
    ),
];
