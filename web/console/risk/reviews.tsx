import { useState } from 'react';
import { useQuery } from 'urql';
import { RiskReviewListDocument, type RiskReviewStatus } from '../../gql/risk/graphql';
import { useFeed } from '../feed';
import { Choice, Filters } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Status, Time, words } from '../parts/values';
import { Due } from './due';

const STATUSES: RiskReviewStatus[] = ['open', 'approved', 'rejected', 'expired'];

export function Screen() {
  const state = useUrlState();
  const chosen = state.list('status') as RiskReviewStatus[];
  return <Reviews key={chosen.join()} state={state} status={chosen.length > 0 ? chosen : ['open']} />;
}

interface ReviewsProps {
  readonly state: UrlState;
  readonly status: RiskReviewStatus[];
}

/** What waits for somebody to say whether its credits may be spent, the oldest first. */
function Reviews({ state, status }: ReviewsProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: RiskReviewListDocument,
    variables: { after, status },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'risk' && refresh());
  const list = data?.admin?.riskReviews;
  return (
    <Page title="Reviews">
      <Filters list="reviews">
        <Choice state={state} name="status" label="Status" values={STATUSES} />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="Nothing to review"
          text="A paid purchase that a rule, a card network or a provider doubts waits here, its credits frozen."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Reviews"
          rows={list.nodes}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/reviews/${row.id}`}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            {
              title: 'Amount',
              cell: (row) => <b className="amount">{row.intent.amount.formatted}</b>,
              right: true,
            },
            { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
            { title: 'User', cell: (row) => row.intent.userId },
            { title: 'Why', cell: (row) => words(row.reason), wide: true },
            { title: 'Score', cell: (row) => row.score, right: true },
            { title: 'Credits frozen', cell: (row) => row.frozenCredits, right: true, wide: true },
            {
              title: 'Decide by',
              cell: (row) => (row.dueAt ? <Due at={row.dueAt} /> : row.decidedBy),
              right: true,
            },
            { title: 'Opened', cell: (row) => <Time at={row.openedAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
