import { useState } from 'react';
import { useQuery } from 'urql';
import { UsersDocument } from '../../gql/graphql';
import { Filters, Text } from '../parts/filters';
import { pageOfOwner } from '../parts/find';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { useUrlState } from '../parts/url-state';
import { Called, Time } from '../parts/values';

export function Screen() {
  const state = useUrlState();
  const search = state.get('search');
  return <Users key={search} search={search} state={state} />;
}

function Users({
  search,
  state,
}: {
  readonly search: string | null;
  readonly state: ReturnType<typeof useUrlState>;
}) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({ query: UsersDocument, variables: { search, after } });
  const list = data?.admin?.wallets;
  return (
    <Page title="Users">
      <Filters>
        <Text state={state} name="search" label="Name, e-mail, id, or shared wallet" />
      </Filters>
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title="Nobody"
          text={
            search
              ? 'A name and an e-mail address are found whole, an id and the name of a shared wallet by the beginning.'
              : 'A user is listed with the first credits.'
          }
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Users"
          rows={list.nodes}
          keyOf={(row) => row.userId}
          hrefOf={(row) => pageOfOwner(row.userId)}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            {
              title: 'User',
              cell: (row) => (
                <Called user={row.walletName ? { ...row, user: { name: row.walletName } } : row} />
              ),
            },
            { title: 'E-mail', cell: (row) => row.user?.email, wide: true },
            { title: 'Credits', cell: (row) => row.credits.toLocaleString(), right: true },
            { title: 'Available', cell: (row) => row.available.toLocaleString(), right: true },
            { title: 'Held', cell: (row) => row.held || '', right: true, wide: true },
            { title: 'Frozen', cell: (row) => row.frozen || '', right: true, wide: true },
            { title: 'Owed', cell: (row) => row.owed || '', right: true, wide: true },
            { title: 'Changed', cell: (row) => <Time at={row.updatedAt} />, right: true },
          ]}
        />
      )}
    </Page>
  );
}
