import { PROVIDERS } from '@credits-gateway/client/sheets';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import {
  type IntentFilter,
  type IntentStatus,
  PaymentsCountDocument,
  PaymentsDocument,
  type Provider,
} from '../../gql/graphql';
import { useFeed, useNews } from '../feed';
import { Export } from '../finance/export';
import { Choice, Day, Filters, metadataIn, range, Text } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { PAYMENT_COLUMNS } from './columns';

const STATUSES: IntentStatus[] = ['pending', 'processing', 'succeeded', 'failed', 'canceled'];

const filterOf = (state: UrlState): IntentFilter => ({
  search: state.get('search'),
  userId: state.get('user'),
  status: state.list('status').length > 0 ? (state.list('status') as IntentStatus[]) : null,
  provider: state.list('provider').length > 0 ? (state.list('provider') as Provider[]) : null,
  packageId: state.list('package').length > 0 ? state.list('package') : null,
  reference: state.get('reference'),
  metadata: metadataIn(state),
  createdAt: range(state),
});

export function Screen() {
  const state = useUrlState();
  const filter = filterOf(state);
  // Another filter begins again at the first page.
  return <Payments key={JSON.stringify(filter)} state={state} filter={filter} />;
}

function Payments({ state, filter }: { readonly state: UrlState; readonly filter: IntentFilter }) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: PaymentsDocument,
    variables: { first: 50, after, filter },
  });
  useFeed((event) => event.kind !== 'change' && read({ requestPolicy: 'network-only' }));
  const rows = data?.intents.nodes ?? [];
  const news = useNews('intents', (id) => rows.some((row) => row.id === id));
  const isFiltered = Object.values(filter).some((value) => value !== null);
  const { hasNextPage, endCursor } = data?.intents.pageInfo ?? {};
  return (
    <Page title="Payments" actions={<Tools filter={filter} />}>
      <Filters list="payments">
        <Text state={state} name="search" label="Any id or key" />
        <Choice state={state} name="status" label="Status" values={STATUSES} />
        <Choice state={state} name="provider" label="Provider" values={PROVIDERS} />
        <Choice
          state={state}
          name="package"
          label="Package"
          values={['small', 'medium', 'large', 'xlarge']}
        />
        <Text state={state} name="reference" label="Reference" />
        <Text state={state} name="metadata" label="Metadata: key=value" />
        <Day state={state} name="from" label="From day" lead="From" />
        <Day state={state} name="to" label="Until day" lead="Until" />
      </Filters>
      {news.count > 0 && !after && !isFiltered && (
        <button
          type="button"
          className="news"
          onClick={() => {
            news.clear();
            read({ requestPolicy: 'network-only' });
          }}
        >
          {news.count === 1 ? '1 new payment' : `${news.count} new payments`}, show
        </button>
      )}
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!data && fetching && <Loading />}
      {data && rows.length === 0 && (
        <Empty
          title={isFiltered ? 'No payment fits' : 'No payments yet'}
          text={
            isFiltered
              ? 'Take a filter away, or look for another id.'
              : 'They appear here the moment somebody buys.'
          }
        />
      )}
      {rows.length > 0 && (
        <Table
          label="Payments"
          rows={rows}
          columns={PAYMENT_COLUMNS}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/payments/${row.id}`}
          more={hasNextPage ? () => setAfter(endCursor ?? null) : null}
          isReading={fetching}
        />
      )}
    </Page>
  );
}

function Tools({ filter }: { readonly filter: IntentFilter }) {
  return (
    <>
      <Count filter={filter} />
      <Export select={{ intents: filter }} />
    </>
  );
}

/** Counting reads every row that fits, so it is done when somebody asks. */
function Count({ filter }: { readonly filter: IntentFilter }) {
  const [isAsked, ask] = useState(false);
  const [{ data, fetching }] = useQuery({
    query: PaymentsCountDocument,
    variables: { filter },
    pause: !isAsked,
  });
  if (data) return <span className="quiet">{data.intents.totalCount.toLocaleString()} in all</span>;
  return (
    <Button variant="subtle" color="gray" loading={fetching && isAsked} onClick={() => ask(true)}>
      Count
    </Button>
  );
}
