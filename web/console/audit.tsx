import { useState } from 'react';
import { useQuery } from 'urql';
import { AuditEntriesDocument } from '../gql/graphql';
import { Export } from './finance/export';
import { Filters, Text } from './parts/filters';
import { Page } from './parts/page';
import { Empty, Loading, Trouble } from './parts/states';
import { Table } from './parts/table';
import { type UrlState, useUrlState } from './parts/url-state';
import { Time } from './parts/values';

export function Screen() {
  const state = useUrlState();
  const variables = { actor: state.get('actor'), targetId: state.get('target') };
  return <Entries key={JSON.stringify(variables)} state={state} {...variables} />;
}

interface EntriesProps {
  readonly state: UrlState;
  readonly actor: string | null;
  readonly targetId: string | null;
}

function Entries({ state, actor, targetId }: EntriesProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: AuditEntriesDocument,
    variables: { actor, targetId, after },
  });
  const list = data?.admin?.auditLog;
  return (
    <Page title="Audit log" actions={<Export select={{ auditLog: { actor, targetId } }} />}>
      <Filters list="audit">
        <Text state={state} name="actor" label="Who" />
        <Text state={state} name="target" label="On what" />
      </Filters>
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty title="No entry fits" text="What operators change is written down here." />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Audit log"
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Action', cell: (row) => <b>{row.action}</b> },
            { title: 'Who', cell: (row) => `${row.actor}, ${row.role}` },
            { title: 'On what', cell: (row) => <code className="cut">{row.targetId}</code> },
            { title: 'Reason', cell: (row) => row.reason, card: 'line' },
            {
              title: 'Change',
              cell: (row) => (row.diff ? <code className="cut">{JSON.stringify(row.diff)}</code> : null),
              wide: true,
            },
            { title: 'At', cell: (row) => <Time at={row.at} />, right: true },
          ]}
        />
      )}
    </Page>
  );
}
