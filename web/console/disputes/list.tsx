import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { DisputeListDocument, type DisputeStatus } from '../../gql/disputes/graphql';
import { useFeed } from '../feed';
import { Export } from '../finance/export';
import { Choice, Filters } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Status, Time, words } from '../parts/values';
import { Deadline } from './deadline';

const STATUSES: DisputeStatus[] = ['inquiry', 'open', 'won', 'lost', 'closed'];

export function Screen() {
  const state = useUrlState();
  const chosen = state.list('status') as DisputeStatus[];
  const waits = state.get('waits');
  return (
    <Disputes
      key={`${chosen.join()} ${waits}`}
      state={state}
      status={chosen.length > 0 ? chosen : null}
      needsAnswer={waits === 'answer' ? true : null}
    />
  );
}

interface DisputesProps {
  readonly state: UrlState;
  readonly status: DisputeStatus[] | null;
  readonly needsAnswer: boolean | null;
}

function Disputes({ state, status, needsAnswer }: DisputesProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: DisputeListDocument,
    variables: { after, status, needsAnswer },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'risk' && refresh());
  const list = data?.admin?.disputes;
  return (
    <Page title="Disputes" actions={<Export select={{ disputes: { status } }} />}>
      <Filters list="disputes">
        <Choice state={state} name="status" label="Status" values={STATUSES} />
        <Switch
          label="Wait for an answer"
          checked={needsAnswer === true}
          onChange={(event) => state.set({ waits: event.currentTarget.checked ? 'answer' : null })}
        />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title={status || needsAnswer ? 'No dispute fits' : 'No disputes'}
          text="A payer who asks the bank for the money back is listed here."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Disputes"
          rows={list.nodes}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/disputes/${row.id}`}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b>, right: true },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'User', cell: (row) => row.intent.userId },
            { title: 'Reason', cell: (row) => words(row.reason ?? ''), card: 'line' },
            { title: 'Credits frozen', cell: (row) => row.creditsFrozen, right: true, wide: true },
            {
              title: 'Answer by',
              cell: (row) => <Deadline at={row.respondBy} isOpen={row.needsAnswer} />,
              right: true,
            },
            { title: 'Opened', cell: (row) => <Time at={row.openedAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
