import { useState } from 'react';
import { useQuery } from 'urql';
import { DecisionListDocument, type RiskDecisionKind } from '../../gql/risk/graphql';
import { Choice, Filters, Text } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Status, Time, words } from '../parts/values';

const DECISIONS: RiskDecisionKind[] = ['challenge', 'review', 'block'];

export function Screen() {
  const state = useUrlState();
  const chosen = state.list('decision') as RiskDecisionKind[];
  const userId = state.get('user');
  return <Decisions key={`${chosen.join()} ${userId}`} state={state} chosen={chosen} userId={userId} />;
}

interface DecisionsProps {
  readonly state: UrlState;
  readonly chosen: RiskDecisionKind[];
  readonly userId: string | null;
}

/** What the rules said of purchases, also of those that were never made. */
function Decisions({ state, chosen, userId }: DecisionsProps) {
  const [after, setAfter] = useState<string | null>(null);
  const filter = { userId, decision: chosen.length > 0 ? chosen : null };
  const [{ data, error, fetching }, read] = useQuery({
    query: DecisionListDocument,
    variables: { after, filter },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const list = data?.admin?.riskDecisions;
  return (
    <Page title="Decisions">
      <Filters list="decisions">
        <Text state={state} name="user" label="User" />
        <Choice state={state} name="decision" label="Decision" values={DECISIONS} />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="Nobody was held up"
          text="What the rules say of a purchase is kept here when it is more than nothing, with why."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Decisions"
          rows={list.nodes}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/decisions/${row.id}`}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b>, right: true },
            { title: 'Decision', cell: (row) => <Status value={row.decision} />, card: 'head' },
            { title: 'User', cell: (row) => row.userId },
            { title: 'Score', cell: (row) => row.score, right: true },
            { title: 'What came of it', cell: (row) => words(row.told), wide: true },
            { title: 'At', cell: (row) => <Time at={row.at} />, right: true },
          ]}
        />
      )}
    </Page>
  );
}
