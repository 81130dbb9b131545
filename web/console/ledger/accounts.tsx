import { useQuery } from 'urql';
import { AccountsDocument, CheckLedgerDocument } from '../../gql/ledger/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { Day } from '../parts/filters';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { useUrlState } from '../parts/url-state';
import { Id, Status, Time } from '../parts/values';
import { inUnit } from './units';

// A check over a young ledger ends within this.
const LOOK_AGAIN_MS = 2_500;

export function Screen() {
  const state = useUrlState();
  const act = useAct();
  const day = state.get('day');
  const asOf = day ? new Date(`${day}T23:59:59.999`).toISOString() : null;
  const [{ data, error }, read] = useQuery({ query: AccountsDocument, variables: { asOf } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const check = async () => {
    await act(CheckLedgerDocument, {});
    told('The ledger is being checked.');
    setTimeout(refresh, LOOK_AGAIN_MS);
  };
  const { accounts, ledgerCheck } = data?.admin ?? {};
  return (
    <Page
      title="Accounts"
      actions={
        <Confirm button="Check the ledger" title="Recompute the ledger?" confirm="Check" act={check}>
          <p>Every entry is added up again and compared with its seal. Nothing is changed.</p>
        </Confirm>
      }
    >
      <div className="filters">
        <Day state={state} name="day" label="As of the end of this day" />
      </div>
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
