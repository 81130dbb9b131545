import { Card } from '../parts/page';
import { Empty } from '../parts/states';
import { Table } from '../parts/table';
import { words } from '../parts/values';
import type { Backtest, Replayed } from './backtest';
import { Moved } from './backtest-moved';
import { BacktestPlots, percent, type Thresholds } from './backtest-plots';
import { ProposeThese } from './propose';
import { Act, type RuleSet } from './rules';

interface ResultProps {
  readonly replayed: Replayed;
  readonly sets: readonly RuleSet[];
  readonly refresh: () => void;
}

const count = (n: number) => n.toLocaleString();
const shareOf = (part: number, whole: number) => (whole === 0 ? null : part / whole);

/** What a change of the rules would have stopped and touched, beside what the rules that ran did. */
export function BacktestResult({ replayed, sets, refresh }: ResultProps) {
  const { wish, found } = replayed;
  const name = wish.edited ? `Version ${wish.set.version}, changed` : `Version ${wish.set.version}`;
  // As it is by now: it may have been activated meanwhile.
  const set = sets.find(({ version }) => version === wish.set.version) ?? wish.set;
  if (found.purchases === 0)
    return (
      <Empty
        title="No decisions are stored of this time"
        text="Purchases are judged, and can be replayed, from the first one on that was made while RISK was act or observe."
      />
    );
  return (
    <>
      <Card
        title={`${name}, beside the rules that ran`}
        aside={
          <div className="actions">
            {(wish.edited || set.state === 'proposed' || set.state === 'retired') && (
              <ProposeThese document={wish.document} name={name} done={refresh} />
            )}
            {!wish.edited && <Act set={set} done={refresh} />}
          </div>
        }
      >
        <p className="pad">
          {count(found.purchases)} purchases from {wish.from} to {wish.to}: <b>{count(found.all.bad)}</b> paid
          and known to be a fraud, <b>{count(found.all.honest)}</b> paid and honest as far as is known,{' '}
          <b>{count(found.all.unpaid)}</b> never paid.{' '}
          <span className="quiet">
            Disputes come for months: the newest weeks look better than they are. It took{' '}
            {(found.tookMs / 1000).toFixed(1)} s.
          </span>
        </p>
        <Compared found={found} />
      </Card>
      <Moved found={found} />
      <BacktestPlots found={found} thresholds={(wish.document as { thresholds: Thresholds }).thresholds} />
      <Rules found={found} />
    </>
  );
}

interface Line {
  readonly what: string;
  readonly was: string;
  readonly would: string;
  /** How these rules are other, and whether that is well. */
  readonly change: string;
  readonly tone: 'good' | 'bad' | 'calm';
}

const toneOf = (difference: number, isMoreBetter: boolean): Line['tone'] =>
  difference === 0 ? 'calm' : difference > 0 === isMoreBetter ? 'good' : 'bad';

function shareLine(what: string, was: number | null, would: number | null, isMoreBetter: boolean): Line {
  const points = was === null || would === null ? null : 100 * (would - was);
  const isSame = points === null || Math.abs(points) < 0.05;
  return {
    ...{ what, was: percent(was), would: percent(would) },
    change:
      points === null
        ? '–'
        : isSame
          ? 'the same'
          : `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} points`,
    tone: isSame ? 'calm' : toneOf(points, isMoreBetter),
  };
}

function moneyLines({ money }: Backtest): Line[] {
  return money.flatMap((of) => {
    const saved = Number(of.saved.amountMinor);
    const touched = Number(of.honestTouched.amountMinor) - Number(of.honestTouchedBefore.amountMinor);
    return [
      {
        what: `Money of frauds stopped, of ${of.bad.formatted}`,
        ...{ was: of.badCaughtBefore.formatted, would: of.badCaught.formatted },
        change:
          saved === 0
            ? 'the same'
            : saved > 0
              ? `${of.saved.formatted} saved`
              : `${of.saved.formatted.replace('-', '−')}`,
        tone: toneOf(saved, true),
      },
      {
        what: `Honest money held up, of ${of.honest.formatted}`,
        ...{ was: of.honestTouchedBefore.formatted, would: of.honestTouched.formatted },
        change: touched === 0 ? 'the same' : touched > 0 ? 'more held up' : 'less held up',
        tone: toneOf(touched, false),
      },
    ];
  });
}

function Compared({ found }: { readonly found: Backtest }) {
  const { all, caught, caughtBefore } = found;
  const lines: Line[] = [
    shareLine('Recall: of the frauds, held up', found.recallBefore, found.recall, true),
    shareLine('Precision: of what is held up and paid, frauds', found.precisionBefore, found.precision, true),
    shareLine(
      'Honest purchases touched',
      shareOf(caughtBefore.honest, all.honest),
      shareOf(caught.honest, all.honest),
      false,
    ),
    ...moneyLines(found),
    ...found.byDecision.map(
      ({ decision, was, would }): Line => ({
        what: `Purchases: ${decision}`,
        ...{ was: count(was), would: count(would) },
        change: was === would ? 'the same' : `${would > was ? '+' : '−'}${count(Math.abs(would - was))}`,
        tone: 'calm',
      }),
    ),
  ];
  return (
    <Table
      label="Old rules beside new"
      rows={lines}
      keyOf={(row) => row.what}
      columns={[
        { title: 'Figure', cell: (row) => row.what },
        { title: 'Rules that ran', cell: (row) => row.was, right: true },
        { title: 'These rules', cell: (row) => <b>{row.would}</b>, right: true },
        { title: 'Change', cell: (row) => <span className={row.tone}>{row.change}</span>, right: true },
      ]}
    />
  );
}

function Rules({ found }: { readonly found: Backtest }) {
  const rows = found.rules
    .filter(({ fired }) => fired > 0)
    .sort((a, b) => b.bad - a.bad || b.fired - a.fired);
  const silent = found.rules.filter(({ fired }) => fired === 0);
  return (
    <Card title="Rule by rule">
      {rows.length > 0 && (
        <Table
          label="Rule by rule"
          rows={rows}
          keyOf={(row) => row.code}
          columns={[
            { title: 'Rule', cell: (row) => words(row.code) },
            { title: 'Adds', cell: (row) => `+${row.weight}`, right: true, card: 'head' },
            { title: 'Fires', cell: (row) => count(row.fired), right: true },
            { title: 'Frauds', cell: (row) => count(row.bad), right: true },
            { title: 'Honest', cell: (row) => count(row.honest), right: true },
            { title: 'Never paid', cell: (row) => count(row.unpaid), right: true, wide: true },
            {
              title: 'Precision',
              cell: (row) => percent(shareOf(row.bad, row.bad + row.honest)),
              right: true,
            },
          ]}
        />
      )}
      {silent.length > 0 && (
        <p className="quiet pad">
          {rows.length === 0 ? 'No rule fires' : `The other ${silent.length} fire for none of them`}:{' '}
          {silent.map(({ code }) => words(code)).join(', ')}.
        </p>
      )}
    </Card>
  );
}
