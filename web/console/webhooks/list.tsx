import { useState } from 'react';
import { useQuery } from 'urql';
import {
  type Provider,
  type WebhookEventFilter,
  WebhookEventsDocument,
  type WebhookStatus,
} from '../../gql/graphql';
import { useNews } from '../feed';
import { Export } from '../finance/export';
import { Choice, Day, Filters, range, Text } from '../parts/filters';
import { Page } from '../parts/page';
import { useProviders } from '../parts/providers';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Status, Time } from '../parts/values';
import { Replay } from './replay';

const STATUSES: WebhookStatus[] = [
  'received',
  'parked',
  'processing',
  'processed',
  'ignored',
  'quarantined',
  'failed',
  'dead',
];

const filterOf = (state: UrlState): WebhookEventFilter => ({
  search: state.get('search'),
  intentId: state.get('intent'),
  status: state.list('status').length > 0 ? (state.list('status') as WebhookStatus[]) : null,
  provider: state.list('provider').length > 0 ? (state.list('provider') as Provider[]) : null,
  receivedAt: range(state),
});

export function Screen() {
  const state = useUrlState();
  const filter = filterOf(state);
  return <WebhookEvents key={JSON.stringify(filter)} state={state} filter={filter} />;
}

function WebhookEvents({ state, filter }: { readonly state: UrlState; readonly filter: WebhookEventFilter }) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: WebhookEventsDocument,
    variables: { after, filter },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const list = data?.admin?.webhookEvents;
  const rows = list?.nodes ?? [];
  const providers = useProviders(state, rows);
  const news = useNews('webhooks', (id) => rows.some((row) => row.id === id));
  return (
    <Page
      title="Webhook events"
      actions={
        <>
          <Replay filter={filter} done={refresh} />
          <Export select={{ webhookEvents: filter }} />
        </>
      }
    >
      <Filters list="webhooks">
        <Text state={state} name="search" label="Any id" />
        <Choice state={state} name="status" label="Status" values={STATUSES} />
        <Choice state={state} name="provider" label="Provider" values={providers} />
        <Day state={state} name="from" label="From day" lead="From" />
        <Day state={state} name="to" label="Until day" lead="Until" />
      </Filters>
      {news.count > 0 && (
        <button
          type="button"
          className="news"
          onClick={() => {
            news.clear();
            refresh();
          }}
        >
          {news.count === 1 ? '1 new event' : `${news.count} new events`}, show
        </button>
      )}
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list && rows.length === 0 && (
        <Empty title="No event fits" text="Providers tell here what happens to payments." />
      )}
      {rows.length > 0 && (
        <Table
          label="Webhook events"
          rows={rows}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/webhooks/${row.id}`}
          more={list?.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Type', cell: (row) => <b>{row.type}</b> },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'Provider', cell: (row) => row.provider, wide: true },
            { title: 'Repeats', cell: (row) => row.duplicateCount || '', right: true, wide: true },
            {
              title: 'Worked after',
              cell: (row) =>
                row.processedAt
                  ? `${Math.max(0, Date.parse(row.processedAt) - Date.parse(row.receivedAt))} ms`
                  : '',
              right: true,
              wide: true,
            },
            { title: 'Received', cell: (row) => <Time at={row.receivedAt} />, right: true },
          ]}
        />
      )}
    </Page>
  );
}
