import { Card } from '../parts/page';
import { Plot } from '../parts/plot';
import { Table } from '../parts/table';
import type { Backtest } from './backtest';

export type Thresholds = Readonly<Record<string, number>>;

/** `12.3 %`; a dash where there is nothing to take a share of. */
export const percent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
const axis = (share: number) => `${Math.round(100 * share)} %`;
const scoreText = (score: number) => String(score);

/** Where the thresholds stand among scores, and what would be held up if they stood elsewhere. */
export function BacktestPlots({
  found,
  thresholds,
}: {
  readonly found: Backtest;
  readonly thresholds: Thresholds;
}) {
  return (
    <>
      <FromOn found={found} thresholds={thresholds} />
      <Scores found={found} thresholds={thresholds} />
    </>
  );
}

interface PlotsProps {
  readonly found: Backtest;
  readonly thresholds: Thresholds;
}

// Two thresholds of one score have one line.
const marksOf = (thresholds: Thresholds) => {
  const names = Object.keys(thresholds);
  return [...new Set(Object.values(thresholds))].map((x) => ({
    x,
    text: names.filter((name) => thresholds[name] === x).join(', '),
  }));
};

function FromOn({ found, thresholds }: PlotsProps) {
  const { all, curve } = found;
  const points = curve.map(({ score, bad, honest }) => {
    const caught = bad * all.bad + honest * all.honest;
    return {
      score,
      recall: all.bad === 0 ? null : bad,
      precision: caught === 0 ? null : (bad * all.bad) / caught,
      honest,
    };
  });
  const flat = (value: number | null) => points.map(() => value);
  return (
    <Card title="If everything from a score on were held up">
      <Plot
        label="Precision and recall from each score on"
        xs={points.map(({ score }) => score)}
        top={1}
        textOfX={scoreText}
        textOfY={axis}
        marks={marksOf(thresholds)}
        series={[
          { label: 'Recall', tone: 'accent', kind: 'line', values: points.map(({ recall }) => recall) },
          {
            label: 'Precision',
            tone: 'busy',
            kind: 'line',
            values: points.map(({ precision }) => precision),
          },
          ...(found.recallBefore === null
            ? []
            : [
                {
                  label: 'Recall of the rules that ran',
                  ...({
                    tone: 'accent',
                    kind: 'line',
                    dashed: true,
                    values: flat(found.recallBefore),
                  } as const),
                },
              ]),
          ...(found.precisionBefore === null
            ? []
            : [
                {
                  label: 'Precision of the rules that ran',
                  ...({
                    tone: 'busy',
                    kind: 'line',
                    dashed: true,
                    values: flat(found.precisionBefore),
                  } as const),
                },
              ]),
        ]}
      />
      <details className="raw">
        <summary>As a table</summary>
        <Table
          label="Held up from each score on"
          rows={points}
          keyOf={(row) => String(row.score)}
          columns={[
            { title: 'From score', cell: (row) => row.score },
            { title: 'Recall', cell: (row) => percent(row.recall), right: true },
            { title: 'Precision', cell: (row) => percent(row.precision), right: true },
            { title: 'Honest touched', cell: (row) => percent(row.honest), right: true },
          ]}
        />
      </details>
    </Card>
  );
}

function Scores({ found, thresholds }: PlotsProps) {
  const { all, scores } = found;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return (
    <Card title="Scores">
      <Plot
        label="Frauds and honest purchases by score"
        xs={scores.map(({ from }) => from)}
        top={0.1}
        textOfX={scoreText}
        textOfY={axis}
        marks={marksOf(thresholds)}
        series={[
          {
            label: 'Of the frauds',
            tone: 'bad',
            kind: 'bars',
            values: scores.map(({ bad }) => share(bad, all.bad)),
          },
          {
            ...{ label: 'Of the honest', tone: 'good', kind: 'bars' },
            values: scores.map(({ honest }) => share(honest, all.honest)),
          },
        ]}
      />
      <details className="raw">
        <summary>As a table</summary>
        <Table
          label="Purchases by score"
          rows={scores.filter(({ bad, honest }) => bad + honest > 0)}
          keyOf={(row) => String(row.from)}
          columns={[
            { title: 'Score', cell: (row) => `${row.from} to ${row.to}` },
            { title: 'Frauds', cell: (row) => row.bad, right: true },
            { title: 'Honest', cell: (row) => row.honest, right: true },
          ]}
        />
      </details>
    </Card>
  );
}
