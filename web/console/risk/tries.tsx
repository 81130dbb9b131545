// What an attack is noticed by, drawn: tries, declines and what the rules stopped, over a day or an hour.
import { SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { AttackMinutesDocument, type AttackMinutesQuery } from '../../gql/risk/graphql';
import { useFeed } from '../feed';
import { Card } from '../parts/page';
import { Plot } from '../parts/plot';
import { Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { ZONE } from '../parts/zone';
import type { Attack } from './attacks';

type Minute = NonNullable<AttackMinutesQuery['admin']>['riskMinutes'][number];

const MINUTE_MS = 60_000;
const EVERY_MS = 30_000;
// Five minutes are what the gateway itself counts in; of an hour each minute is seen.
const SPANS = {
  day: { label: '24 hours', minutes: 24 * 60, step: 5, unit: 'five minutes' },
  hour: { label: 'Last hour', minutes: 60, step: 1, unit: 'a minute' },
} as const;
type Span = keyof typeof SPANS;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', timeZone: ZONE });
const clockText = (at: number) => CLOCK.format(at);

interface Step {
  readonly at: number;
  readonly tries: number;
  readonly declines: number;
  readonly stopped: number;
}

/** Sums of each step up to now, also where nothing was tried. In mock mode the gateway may be ahead of this clock. */
function stepsOf(minutes: readonly Minute[], { minutes: span, step }: (typeof SPANS)[Span]): Step[] {
  const stepMs = step * MINUTE_MS;
  const last = Math.max(Date.now(), ...minutes.slice(-1).map(({ minute }) => Date.parse(minute)));
  const end = Math.floor(last / stepMs) * stepMs;
  const steps = Array.from({ length: span / step }, (_, nth) => ({
    at: end - (span / step - 1 - nth) * stepMs,
    ...{ tries: 0, declines: 0, stopped: 0 },
  }));
  for (const { minute, tries, declines, stopped } of minutes) {
    const found = steps[steps.length - 1 - Math.floor((end + stepMs - 1 - Date.parse(minute)) / stepMs)];
    if (!found) continue;
    found.tries += tries;
    found.declines += declines;
    found.stopped += stopped;
  }
  return steps;
}

/** @param now the attack that goes on */
export function Tries({ now }: { readonly now: Attack | null }) {
  const [{ data, error }, read] = useQuery({ query: AttackMinutesDocument, variables: {} });
  const [span, setSpan] = useState<Span>('day');
  // An attack that begins is drawn when it is told.
  useFeed((event) => event.topic === 'risk' && read({ requestPolicy: 'network-only' }));
  useEffect(() => {
    const timer = setInterval(() => read({ requestPolicy: 'network-only' }), EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  if (error && !data) return <Trouble error={error} />;
  const minutes = data?.admin?.riskMinutes;
  if (!minutes) return null;
  const chosen = SPANS[span];
  const steps = stepsOf(minutes, chosen);
  const line = (label: string, tone: 'accent' | 'bad' | 'busy', name: 'tries' | 'declines' | 'stopped') =>
    ({ label, tone, kind: 'line', values: steps.map((step) => step[name]) }) as const;
  return (
    <Card
      title={`Tries in ${chosen.unit}`}
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Time"
          value={span}
          onChange={(next) => setSpan(next as Span)}
          data={Object.entries(SPANS).map(([value, { label }]) => ({ value, label }))}
        />
      }
    >
      <Plot
        label={`Tries, declines and stopped purchases in ${chosen.unit}, ${chosen.label}`}
        xs={steps.map(({ at }) => at)}
        top={10}
        textOfX={clockText}
        textOfY={(y) => y.toLocaleString()}
        series={[
          line('Tries', 'accent', 'tries'),
          line('Declines', 'bad', 'declines'),
          line('Stopped by rules', 'busy', 'stopped'),
          ...(now && span === 'day'
            ? [
                {
                  ...({ label: 'Usual at most', tone: 'bad', kind: 'line', dashed: true } as const),
                  values: steps.map(() => now.usualMost),
                },
              ]
            : []),
        ]}
      />
      <details className="raw">
        <summary>As a table</summary>
        <Table
          label={`Tries in ${chosen.unit}`}
          rows={steps.filter(({ tries, stopped }) => tries + stopped > 0).reverse()}
          keyOf={(row) => String(row.at)}
          columns={[
            { title: 'From', cell: (row) => clockText(row.at) },
            { title: 'Tries', cell: (row) => row.tries.toLocaleString(), right: true },
            { title: 'Declines', cell: (row) => row.declines.toLocaleString(), right: true },
            { title: 'Stopped by rules', cell: (row) => row.stopped.toLocaleString(), right: true },
          ]}
        />
      </details>
    </Card>
  );
}
