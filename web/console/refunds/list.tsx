import { useState } from 'react';
import { useQuery } from 'urql';
import { RefundListDocument, type RefundStatus } from '../../gql/graphql';
import { useFeed } from '../feed';
import { Export } from '../finance/export';
import { Choice, Filters } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { useUrlState } from '../parts/url-state';
import { Status, Time } from '../parts/values';

export function Screen() {
  const state = useUrlState();
  const [after, setAfter] = useState<string | null>(null);
  const status = state.list('status') as RefundStatus[];
  const filter = status.length > 0 ? { status } : {};
  const [{ data, error, fetching }, read] = useQuery({
    query: RefundListDocument,
    variables: { after, filter },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'refunds' && refresh());
  const list = data?.admin?.refunds;
  return (
    <Page title="Refunds" actions={<Export select={{ refunds: filter }} />}>
      <Filters list="refunds">
        <Choice state={state} name="status" label="Status" values={['pending', 'succeeded', 'failed']} />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && <Empty title="No refunds" text="A refund is made from its payment." />}
      {list && list.nodes.length > 0 && (
        <Table
          label="Refunds"
          rows={list.nodes}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/payments/${row.intent.id}`}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b>, right: true },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'User', cell: (row) => row.intent.userId },
            { title: 'Credits taken', cell: (row) => row.creditsRevoked, right: true },
            { title: 'Reason', cell: (row) => row.reason, card: 'line' },
            { title: 'By', cell: (row) => row.requestedBy, wide: true },
            { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true },
          ]}
        />
      )}
    </Page>
  );
}
