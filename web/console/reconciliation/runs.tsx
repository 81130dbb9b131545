import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { RunListDocument } from '../../gql/reconciliation/graphql';
import { useFeed } from '../feed';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Time } from '../parts/values';
import { Begin } from './begin';
import { RunState } from './progress';

export function Screen() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({ query: RunListDocument, variables: { after } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'reconciliation' && refresh());
  const list = data?.admin?.reconciliationRuns;
  return (
    <Page
      title="Reconciliation"
      actions={
        <>
          <Link href="/breaks?status=open">Open breaks</Link>
          <Begin />
        </>
      }
    >
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty title="No runs yet" text="Each night a run compares yesterday with the provider’s books." />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Runs"
          rows={list.nodes}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/reconciliation/${row.id}`}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Provider', cell: (row) => <b>{row.provider}</b> },
            { title: 'Status', cell: (row) => <RunState run={row} done={refresh} />, card: 'head' },
            { title: 'From', cell: (row) => <Time at={row.from} />, wide: true },
            { title: 'To', cell: (row) => <Time at={row.to} />, wide: true },
            { title: 'Matched', cell: (row) => row.matched.toLocaleString(), right: true },
            { title: 'Open breaks', cell: (row) => row.open.toLocaleString(), right: true },
            { title: 'Started', cell: (row) => <Time at={row.startedAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
