import { useQuery } from 'urql';
import { AccountsDocument, CheckLedgerDocument } from '../../gql/ledger/graphql';
import { useFeed } from '../feed';
import { Confirm, told, useAct } from '../parts/act';
import { Day, Filters } from '../parts/filters';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { useUrlState } from '../parts/url-state';
import { Id, Status, Time } from '../parts/values';
import { inUnit } from './units';

export function Screen() {
  const state = useUrlState();
  const act = useAct();
  const day = state.get('day');
  const asOf = day ? new Date(`${day}T23:59:59.999`).toISOString() : null;
  const [{ data, error }, read] = useQuery({ query: AccountsDocument, variables: { asOf } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.subject?.__typename === 'LedgerCheck' && refresh());
  const check = async () => {
    await act(CheckLedgerDocument, {});
    told('The ledger is being checked.');
  };
  const { accounts, ledgerCheck } = data?.admin ?? {};
  return (
    <Page
      title="Accounts"
      actions={
        <Confirm
          sends={CheckLedgerDocument}
          button="Check the ledger"
          title="Recompute the ledger?"
          confirm="Check"
          act={check}
        >
          <p>Every entry is added up again and compared with its seal. Nothing is changed.</p>
        </Confirm>
      }
    >
      <Filters>
        <Day state={state} name="day" label="As of the end of this day" lead="As of" />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!data && !error && <Loading />}
      {accounts?.length === 0 && <Empty title="Nothing is posted yet" />}
      {accounts && accounts.length > 0 && (
        <Table
          label="Accounts"
          rows={accounts}
          keyOf={(row) => row.account.code + row.account.unit}
          hrefOf={(row) => `/ledger?account=${encodeURIComponent(row.account.code)}`}
          columns={[
            { title: 'Account', cell: (row) => row.account.name },
            { title: 'Kind', cell: (row) => row.account.kind, wide: true },
            { title: 'Code', cell: (row) => <code>{row.account.code}</code>, wide: true },
            {
              title: 'Balance',
              cell: (row) => <b className="amount">{inUnit(row.balance, row.account.unit)}</b>,
              right: true,
              card: 'head',
            },
          ]}
        />
      )}
      {ledgerCheck && (
        <Card title="The last check">
          <Facts
            items={[
              ['Result', <Status key="ok" value={ledgerCheck.ok ? 'done' : 'failed'} />],
              ['Entries', ledgerCheck.checkedEntries],
              ['Read', ledgerCheck.isWhole ? 'everything' : 'what is new, and a piece of the rest'],
              ['All read since', <Time key="since" at={ledgerCheck.readSince} long />],
              ['Imbalance', ledgerCheck.imbalance],
              ['Problems', ledgerCheck.problems.join(' ') || 'none'],
              ['Sealed up to', <Time key="sealed" at={ledgerCheck.sealedUpTo} long />],
              ['Head of the chain', <Id key="head" value={ledgerCheck.headHash} />],
              ['At', <Time key="at" at={ledgerCheck.at} long />],
            ]}
          />
        </Card>
      )}
    </Page>
  );
}
