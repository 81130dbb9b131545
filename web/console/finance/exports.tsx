import { useState } from 'react';
import { useQuery } from 'urql';
import { ExportListDocument } from '../../gql/finance/graphql';
import { useFeed } from '../feed';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';

export function Screen() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({ query: ExportListDocument, variables: { after } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  // Its beginning too: an export that ended before the stream was there is told by no event.
  useFeed((event) => (event.topic === 'exports' || event.kind !== 'change') && refresh());
  const list = data?.admin?.exports;
  return (
    <Page title="Exports">
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="No exports"
          text="Export a list where it is shown: it holds exactly what the filter shows."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Exports"
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'What', cell: (row) => <b>{row.kind}</b> },
            { title: 'Format', cell: (row) => row.format },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'Rows', cell: (row) => row.rows ?? row.progress.done, right: true },
            {
              title: 'File',
              cell: (row) => (row.downloadUrl ? <a href={row.downloadUrl}>Download</a> : ''),
              right: true,
              card: 'bare',
            },
            { title: 'Begun', cell: (row) => <Time at={row.createdAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
