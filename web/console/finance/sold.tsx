// Gross, net and credits of the last weeks, with a chart by day.
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { SoldDocument } from '../../gql/finance/graphql';
import { Card } from '../parts/page';
import { Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { DayChart } from './day-chart';

export function Sold({ from }: { readonly from: Date }) {
  const variables = useMemo(
    () => ({
      range: { gte: from.toISOString(), lt: new Date(Date.now() + 60_000).toISOString() },
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
    [from],
  );
  const [{ data, error }] = useQuery({ query: SoldDocument, variables });
  if (error) return <Trouble error={error} />;
  const metrics = data?.admin?.metrics;
  if (!metrics)
    return (
      <Card title="Sold" isBusy>
        <div className="chart" />
      </Card>
    );
  return (
    <Card title="Sold">
      {metrics.totals.map((total) => (
        <dl className="figures inside" key={total.currency}>
          {[
            ['Gross', total.gross.formatted],
            ['Refunded', total.refunded.formatted],
            ['Net', total.net.formatted],
            ['Payments', total.payments.toLocaleString()],
            ['Credits sold', total.creditsSold.toLocaleString()],
          ].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ))}
      <DayChart
        label="Money taken, by day"
        currency={metrics.series[0]?.gross.currency ?? 'INR'}
        points={metrics.series.map(({ at, gross }) => ({ at, minor: gross.amountMinor }))}
      />
      <details className="raw">
        <summary>As a table</summary>
        <Table
          label="Sold by day"
          rows={metrics.series}
          keyOf={(row) => row.at}
          columns={[
            { title: 'Day', cell: (row) => new Date(row.at).toLocaleDateString() },
            { title: 'Gross', cell: (row) => row.gross.formatted, right: true },
            { title: 'Succeeded', cell: (row) => row.succeeded, right: true },
            { title: 'Failed', cell: (row) => row.failed, right: true },
            { title: 'Canceled', cell: (row) => row.canceled, right: true },
          ]}
        />
      </details>
    </Card>
  );
}
