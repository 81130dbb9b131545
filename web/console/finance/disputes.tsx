import { useState } from 'react';
import { useQuery } from 'urql';
import { DisputeListDocument } from '../../gql/finance/graphql';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time, words } from '../parts/values';

export function Screen() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({ query: DisputeListDocument, variables: { after } });
  const list = data?.admin?.disputes;
  return (
    <Page title="Disputes">
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty title="No disputes" text="A payer who asks the bank for the money back is listed here." />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Disputes"
          rows={list.nodes}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/payments/${row.intent.id}`}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b> },
            { title: 'Status', cell: (row) => <Status value={row.status} /> },
            { title: 'User', cell: (row) => row.intent.userId },
            { title: 'Reason', cell: (row) => words(row.reason ?? ''), wide: true },
            { title: 'Frozen', cell: (row) => row.creditsFrozen, right: true, wide: true },
            { title: 'Answer by', cell: (row) => <Time at={row.respondBy} />, right: true },
            { title: 'Opened', cell: (row) => <Time at={row.openedAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
