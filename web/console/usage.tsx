// What is used and what it costs: a chart of the last days, what was used by operation, and the operations with their rates.
import { useState } from 'react';
import { useQuery } from 'urql';
import {
  SaveOperationFromConsoleDocument,
  SaveRateFromConsoleDocument,
  UsageOfAllDocument,
  type UsageOfAllQuery,
} from '../gql/graphql';
import { EditOperation, EditRate } from './edit-rate';
import { Page } from './parts/page';
import { Plot } from './parts/plot';
import { Loading, Trouble } from './parts/states';
import { Table } from './parts/table';
import { Spender } from './parts/values';
import { useSession } from './session';

type Operation = UsageOfAllQuery['operations'][number];
type Report = NonNullable<UsageOfAllQuery['admin']>['usage'];
type Day = Report['byDay'][number];

const DAY_MS = 86_400_000;
const DAYS = 14;
const MICRO = 1_000_000;

export const creditsOf = (micro: string) =>
  (Number(micro) / MICRO).toLocaleString(undefined, { maximumFractionDigits: 6 });

/** In words: 0.6 for 1,000 tokens. */
function priceOf({ rate, unit }: Operation): string {
  if (!rate) return 'no rate yet';
  const parts = [
    ...(rate.flatMicro === '0' ? [] : [`${creditsOf(rate.flatMicro)} each`]),
    ...(rate.microPerUnit === '0'
      ? []
      : [`${creditsOf(rate.microPerUnit)} for ${Number(rate.perUnits).toLocaleString()} ${unit}`]),
    ...(rate.minimumMicro === '0' ? [] : [`at least ${creditsOf(rate.minimumMicro)}`]),
  ];
  return parts.join(' + ') || 'free';
}

/** Credits by day, every day of the span, also those without any. */
function chartOf(days: readonly Day[], from: number) {
  const xs = Array.from({ length: DAYS }, (_, nth) => from + nth * DAY_MS);
  const values = xs.map((x) => Number(days.find(({ day }) => Date.parse(day) === x)?.micro ?? 0) / MICRO);
  return { xs, values };
}

export function Screen() {
  const { may } = useSession();
  const [from] = useState(() => Math.floor(Date.now() / DAY_MS) * DAY_MS - (DAYS - 1) * DAY_MS);
  const [{ data, error }, read] = useQuery({
    query: UsageOfAllDocument,
    variables: { span: { gte: new Date(from).toISOString() } },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  return (
    <Page
      title="Usage"
      actions={may(SaveOperationFromConsoleDocument) ? <EditOperation done={refresh} /> : undefined}
    >
      {error && <Trouble error={error} again={refresh} />}
      {!data && !error && <Loading rows={4} />}
      {data?.admin && <Used usage={data.admin.usage} from={from} />}
      {data && (
        <Table
          label="Operations"
          rows={data.operations}
          keyOf={(row) => row.code}
          columns={[
            { title: 'Operation', cell: (row) => <b>{row.name}</b> },
            { title: 'Code', cell: (row) => <code>{row.code}</code>, wide: true },
            { title: 'Costs, in credits', cell: priceOf },
            { title: 'Rate', cell: (row) => (row.rate ? `version ${row.rate.version}` : ''), wide: true },
            { title: 'May be used', cell: (row) => (row.active ? 'yes' : 'no'), right: true },
            ...(may(SaveRateFromConsoleDocument)
              ? [
                  {
                    title: 'Change',
                    cell: (row: Operation) => <EditRate item={row} done={refresh} />,
                    right: true,
                    card: 'bare' as const,
                  },
                ]
              : []),
          ]}
        />
      )}
    </Page>
  );
}

function Used({ usage, from }: { readonly usage: Report; readonly from: number }) {
  const { xs, values } = chartOf(usage.byDay, from);
  if (usage.operations.length === 0)
    return (
      <p className="quiet">
        Nothing was used in the last {DAYS} days. What is used is shown some seconds later.
      </p>
    );
  return (
    <>
      <Plot
        label={`Credits used by day, the last ${DAYS} days; the table beside has what they come to`}
        xs={xs}
        series={[{ label: 'Credits used', tone: 'accent', kind: 'bars', values }]}
        top={1}
        textOfX={(x) => new Date(x).toISOString().slice(5, 10)}
        textOfY={(y) => y.toLocaleString(undefined, { maximumFractionDigits: 2 })}
      />
      <Table
        label={`Used in the last ${DAYS} days`}
        rows={usage.operations}
        keyOf={(row) => row.operation}
        columns={[
          { title: 'Operation', cell: (row) => <b>{row.operation}</b> },
          { title: 'Uses', cell: (row) => Number(row.uses).toLocaleString(), right: true },
          {
            title: 'Quantity',
            cell: (row) => Number(row.quantity).toLocaleString(),
            right: true,
            wide: true,
          },
          { title: 'Credits', cell: (row) => creditsOf(row.micro), right: true },
        ]}
      />
      {usage.spenders.some(({ apiKeyId }) => apiKeyId) && (
        <Table
          label={`By API key in the last ${DAYS} days`}
          rows={usage.spenders}
          keyOf={(row) => row.apiKeyId ?? ''}
          columns={[
            { title: 'By', cell: (row) => <Spender {...row} /> },
            { title: 'Uses', cell: (row) => Number(row.uses).toLocaleString(), right: true },
            { title: 'Credits', cell: (row) => creditsOf(row.micro), right: true },
          ]}
        />
      )}
    </>
  );
}
