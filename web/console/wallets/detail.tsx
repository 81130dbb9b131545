import { Button } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { SharedWalletDetailDocument, type SharedWalletDetailQuery } from '../../gql/wallets/graphql';
import { pageOfOwner } from '../parts/find';
import { Card, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Called, Id, Time } from '../parts/values';
import { Account, type Sought, soughtIn, useAccount } from '../users/account';
import { Adjust } from '../users/adjust';
import { Move } from '../users/move';

/** A wallet that several share: who belongs to it, and what becomes of its credits. */
export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const state = useUrlState();
  const id = decodeURIComponent(params.id ?? '');
  const sought = soughtIn(state);
  // Another filter begins again at the first page.
  return <SharedWallet key={JSON.stringify([id, sought])} id={id} state={state} sought={sought} />;
}

interface WalletProps {
  readonly id: string;
  readonly state: UrlState;
  readonly sought: Sought;
}

function SharedWallet({ id, state, sought }: WalletProps) {
  const [{ data: found, error: failure }, read] = useQuery({
    query: SharedWalletDetailDocument,
    variables: { id },
  });
  // Who comes and who leaves is told as a change of the balance by nothing.
  const account = useAccount(id, sought, () => read({ requestPolicy: 'network-only' }));
  const { data, refresh } = account;
  const error = failure ?? account.error;
  const back = { href: '/users', text: 'Users' };
  if (found && !found.wallet)
    return (
      <Page title="Wallet" back={back}>
        <Empty title="No wallet has this id" text={id} />
      </Page>
    );
  if (error && !(found && data)) return <Trouble error={error} again={refresh} />;
  if (!found?.wallet || !data) return <Loading />;
  const { name, createdAt, createdBy, members } = found.wallet;
  return (
    <Page
      title={name}
      back={back}
      actions={
        <>
          <Button component={Link} variant="default" href={`/decisions?user=${encodeURIComponent(id)}`}>
            Decisions
          </Button>
          <Move userId={id} called={name} movable={data.balance.movable} done={refresh} />
          <Adjust userId={id} called={name} available={data.balance.available} done={refresh} />
        </>
      }
    >
      <p className="who">
        <Id value={id} name="wallet id" />
        <span className="quiet">
          Shared wallet, made <Time at={createdAt} /> by {createdBy}
        </span>
      </p>
      <Account id={id} called={name} data={data} account={account} state={state}>
        <Members members={members} />
      </Account>
    </Page>
  );
}

type Member = NonNullable<SharedWalletDetailQuery['wallet']>['members'][number];
// A team fits; of a large company the owners and managers stand first.
const MEMBERS_AT_ONCE = 20;

function Members({ members }: { readonly members: readonly Member[] }) {
  const [count, show] = useState(MEMBERS_AT_ONCE);
  return (
    <Card title="Members">
      <Table
        label="Members"
        rows={members.slice(0, count)}
        keyOf={({ userId }) => userId}
        hrefOf={({ userId }) => pageOfOwner(userId)}
        more={members.length > count ? () => show(count + 5 * MEMBERS_AT_ONCE) : null}
        columns={[
          { title: 'User', cell: (row) => <Called user={row} /> },
          { title: 'Role', cell: ({ role }) => role },
          { title: 'Since', cell: ({ since }) => <Time at={since} />, right: true },
        ]}
      />
    </Card>
  );
}
