import { useState } from 'react';
import { useQuery } from 'urql';
import { DisputeListDocument, type DisputeStatus } from '../../gql/finance/graphql';
import { useFeed } from '../feed';
import { Choice, Filters } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Status, Time, words } from '../parts/values';
import { Export } from './export';

const STATUSES: DisputeStatus[] = ['inquiry', 'open', 'won', 'lost', 'closed'];

export function Screen() {
  const state = useUrlState();
  const chosen = state.list('status') as DisputeStatus[];
  return <Disputes key={chosen.join()} state={state} status={chosen.length > 0 ? chosen : null} />;
}

interface DisputesProps {
  readonly state: UrlState;
  readonly status: DisputeStatus[] | null;
}

function Disputes({ state, status }: DisputesProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: DisputeListDocument,
    variables: { after, status },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'risk' && refresh());
  const list = data?.admin?.disputes;
  return (
    <Page title="Disputes" actions={<Export select={{ disputes: { status } }} />}>
      <Filters list="disputes">
        <Choice state={state} name="status" label="Status" values={STATUSES} />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title={status ? 'No dispute fits' : 'No disputes'}
          text="A payer who asks the bank for the money back is listed here."
        />
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
            { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b>, right: true },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'User', cell: (row) => row.intent.userId },
            { title: 'Reason', cell: (row) => words(row.reason ?? ''), wide: true },
            { title: 'Credits frozen', cell: (row) => row.creditsFrozen, right: true, wide: true },
            { title: 'Answer by', cell: (row) => <Time at={row.respondBy} />, right: true },
            { title: 'Opened', cell: (row) => <Time at={row.openedAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
