import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { LedgerEntriesDocument, type LedgerEntriesQuery, type LedgerFilter } from '../../gql/ledger/graphql';
import { Export } from '../finance/export';
import { Day, Filters, range, Text } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Time } from '../parts/values';
import { inUnit } from './units';

type Entry = NonNullable<LedgerEntriesQuery['admin']>['ledger']['nodes'][number];

const filterOf = (state: UrlState): LedgerFilter => ({
  accountCode: state.get('account'),
  intentId: state.get('intent'),
  userId: state.get('user'),
  postedAt: range(state),
});

export function Screen() {
  const state = useUrlState();
  const filter = filterOf(state);
  return <Entries key={JSON.stringify(filter)} state={state} filter={filter} />;
}

function Entries({ state, filter }: { readonly state: UrlState; readonly filter: LedgerFilter }) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: LedgerEntriesDocument,
    variables: { after, filter },
  });
  const list = data?.admin?.ledger;
  return (
    <Page title="Ledger" actions={<Export select={{ ledger: filter }} />}>
      <Filters list="ledger">
        <Text state={state} name="account" label="Account code" />
        <Text state={state} name="user" label="User" />
        <Text state={state} name="intent" label="Payment" />
        <Day state={state} name="from" label="From day" lead="From" />
        <Day state={state} name="to" label="Until day" lead="Until" />
      </Filters>
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="No entry fits"
          text="Every movement of money and credits is posted here, both sides at once."
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Ledger entries"
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Entry', cell: (row) => <What entry={row} /> },
            { title: 'Debit', cell: (row) => <Lines entry={row} side="debit" />, card: 'line' },
            { title: 'Credit', cell: (row) => <Lines entry={row} side="credit" />, card: 'line' },
            {
              title: 'Sealed',
              cell: (row) =>
                row.chainHash ? (
                  <code title={row.chainHash}>{row.chainHash.slice(0, 8)}</code>
                ) : (
                  <span className="quiet">soon</span>
                ),
              wide: true,
            },
            { title: 'Posted', cell: (row) => <Time at={row.postedAt} />, right: true },
          ]}
        />
      )}
    </Page>
  );
}

function What({ entry }: { readonly entry: Entry }) {
  return (
    <>
      {entry.intent ? (
        <Link href={`/payments/${entry.intent.id}`}>{entry.description}</Link>
      ) : (
        entry.description
      )}
      {entry.reversalOf && <span className="quiet"> reverses {entry.reversalOf.id}</span>}
    </>
  );
}

function Lines({ entry, side }: { readonly entry: Entry; readonly side: 'debit' | 'credit' }) {
  return (
    <ul className="lines">
      {entry.lines
        .filter((line) => line.side === side)
        .map((line) => (
          <li key={`${line.account.code} ${line.unit} ${line.amount}`}>
            <span className="amount">{inUnit(line.amount, line.unit)}</span>{' '}
            <span className="quiet">{line.account.name}</span>
          </li>
        ))}
    </ul>
  );
}
