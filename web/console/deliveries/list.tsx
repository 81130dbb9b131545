import { Drawer } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import {
  type DeliveryFilter,
  DeliveryListDocument,
  type DeliveryListQuery,
  type DeliveryStatus,
} from '../../gql/graphql';
import { Export } from '../finance/export';
import { useAgain } from '../parts/again';
import { Attempts } from '../parts/attempts';
import { Choice, Day, Filters, range } from '../parts/filters';
import { Card, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Id, Status, Time } from '../parts/values';
import { Resend } from './resend';

type Delivery = NonNullable<DeliveryListQuery['admin']>['deliveries']['nodes'][number];

// Deliveries have no stream of their own: they leave within a second of what they tell, and are tried again for days.
const AGAIN_MS = 3_000;

const STATUSES: DeliveryStatus[] = ['pending', 'delivered', 'failed', 'dead'];

const filterOf = (state: UrlState): DeliveryFilter => ({
  endpointId: state.get('endpoint'),
  status: state.list('status').length > 0 ? (state.list('status') as DeliveryStatus[]) : null,
  createdAt: range(state),
});

export function Screen() {
  const state = useUrlState();
  const filter = filterOf(state);
  return <Deliveries key={JSON.stringify(filter)} state={state} filter={filter} />;
}

function Deliveries({ state, filter }: { readonly state: UrlState; readonly filter: DeliveryFilter }) {
  const [after, setAfter] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: DeliveryListDocument,
    variables: { after, filter },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const list = data?.admin?.deliveries;
  // What is looked at stays, also when newer ones have moved it off the page.
  const [looked, setLooked] = useState<Delivery | null>(null);
  const delivery = list?.nodes.find(({ id }) => id === chosen) ?? (looked?.id === chosen ? looked : null);
  if (delivery !== null && delivery !== looked) setLooked(delivery);
  useAgain(refresh, AGAIN_MS, after === null);
  return (
    <Page
      title="Deliveries"
      actions={
        <>
          <Resend button="Resend these" select={{ filter }} done={refresh} />
          <Export select={{ deliveries: filter }} />
        </>
      }
    >
      <Filters list="deliveries">
        <Choice state={state} name="status" label="Status" values={STATUSES} />
        <Day state={state} name="from" label="From day" lead="From" />
        <Day state={state} name="to" label="Until day" lead="Until" />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="No delivery fits"
          text="What happens here is sent to your endpoints, signed, and tried again for days."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Deliveries"
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching && after !== null}
          columns={[
            {
              title: 'Event',
              cell: (row) => (
                <button type="button" className="first" onClick={() => setChosen(row.id)}>
                  {row.event}
                </button>
              ),
            },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'Endpoint', cell: (row) => <span className="cut">{row.endpoint.url}</span>, wide: true },
            { title: 'Attempts', cell: (row) => row.attempts.length, right: true },
            { title: 'Next', cell: (row) => <Time at={row.nextAttemptAt} />, right: true, wide: true },
            { title: 'Created', cell: (row) => <Time at={row.createdAt} />, right: true },
          ]}
        />
      )}
      <Drawer
        opened={delivery !== null}
        onClose={() => setChosen(null)}
        position="right"
        size="lg"
        title={delivery?.event}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {delivery && <Detail delivery={delivery} done={refresh} />}
      </Drawer>
    </Page>
  );
}

function Detail({ delivery, done }: { readonly delivery: Delivery; readonly done: () => void }) {
  return (
    <>
      <p>
        <Status value={delivery.status} /> to <span className="cut">{delivery.endpoint.url}</span>
      </p>
      <p>
        <Id value={delivery.id} />
      </p>
      <div className="actions">
        <Resend button="Resend" select={{ ids: [delivery.id] }} done={done} />
      </div>
      <Card title="Attempts">
        <Attempts attempts={delivery.attempts} next={delivery.nextAttemptAt} />
      </Card>
      <Card title="Payload">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <pre tabIndex={0}>{JSON.stringify(delivery.payload, null, 2)}</pre>
      </Card>
    </>
  );
}
