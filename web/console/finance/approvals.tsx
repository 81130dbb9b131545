import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { ApprovalListDocument, type ApprovalListQuery, DecideDocument } from '../../gql/finance/graphql';
import { useFeed } from '../feed';
import { Confirm, told, useAct } from '../parts/act';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';

type Approval = NonNullable<ApprovalListQuery['admin']>['approvals']['nodes'][number];

/** What one person asked for and a second one decides. */
export function Screen() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({ query: ApprovalListDocument, variables: { after } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.subject?.__typename === 'Approval' && refresh());
  const list = data?.admin?.approvals;
  return (
    <Page title="Approvals">
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="Nothing to decide"
          text="Manual money above the configured size waits here for a second person."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Approvals"
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'What', cell: (row) => <b>{row.summary}</b> },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'Asked by', cell: (row) => row.requestedBy, wide: true },
            { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true, wide: true },
            {
              title: 'Decide',
              cell: (row) => <Decide item={row} done={refresh} />,
              right: true,
              card: 'bare',
            },
          ]}
        />
      )}
    </Page>
  );
}

function Decide({ item, done }: { readonly item: Approval; readonly done: () => void }) {
  const act = useAct();
  const [note, setNote] = useState('');
  const decide = (approve: boolean) => async () => {
    if (!note.trim()) throw new Error('Say why: it stays with the decision.');
    const amount = item.amount && { amountMinor: item.amount.amountMinor, currency: item.amount.currency };
    const seen = { amount, credits: item.credits ?? null };
    await act(DecideDocument, { input: { id: item.id, approve, seen, note } });
    told(approve ? 'Approved and done.' : 'Rejected.');
    done();
  };
  const reason = (
    <Textarea label="Note" required value={note} onChange={(event) => setNote(event.currentTarget.value)} />
  );
  // What both dialogs follow while they are open: what it moves, and whether somebody else decided it.
  const live = {
    figures: item.amount?.formatted ?? `${item.credits ?? 0} credits`,
    over: item.status === 'open' ? null : `${item.decidedBy ?? 'Nobody'} decided it: ${item.status}.`,
  };
  return (
    <div className="actions end">
      {item.status !== 'open' && item.decidedBy}
      <Confirm
        sends={DecideDocument}
        button="Approve"
        title={`Approve: ${item.summary}?`}
        confirm="Approve"
        {...live}
        act={decide(true)}
      >
        <p>
          {item.requestedBy} asked for it. {item.amount?.formatted ?? ''} It is done at once.
        </p>
        {reason}
      </Confirm>
      <Confirm
        sends={DecideDocument}
        button="Reject"
        title={`Reject: ${item.summary}?`}
        confirm="Reject"
        {...live}
        danger
        act={decide(false)}
      >
        {reason}
      </Confirm>
    </div>
  );
}
