import { Button } from '@mantine/core';
import { Link, Redirect } from 'wouter';
import type { UserQuery } from '../../gql/graphql';
import { isSharedWallet, pageOfOwner } from '../parts/find';
import { Card, Page } from '../parts/page';
import { Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Id, Time } from '../parts/values';
import { Account, type Sought, soughtIn, useAccount } from './account';
import { Adjust } from './adjust';
import { Move } from './move';

export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const state = useUrlState();
  const id = decodeURIComponent(params.id ?? '');
  const sought = soughtIn(state);
  if (isSharedWallet(id)) return <Redirect to={pageOfOwner(id)} replace />;
  // Another filter begins again at the first page.
  return <User key={JSON.stringify([id, sought])} id={id} state={state} sought={sought} />;
}

interface UserProps {
  readonly id: string;
  readonly state: UrlState;
  readonly sought: Sought;
}

function User({ id, state, sought }: UserProps) {
  const account = useAccount(id, sought);
  const { data, error, refresh } = account;
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data) return <Loading />;
  const { balance, admin } = data;
  const memberships = admin?.walletMemberships ?? [];
  return (
    <Page
      title={balance.user?.name ?? id}
      back={{ href: '/users', text: 'Users' }}
      actions={
        <>
          <Button component={Link} variant="default" href={`/decisions?user=${encodeURIComponent(id)}`}>
            Decisions
          </Button>
          <Move userId={id} movable={balance.movable} done={refresh} />
          <Adjust userId={id} available={balance.available} done={refresh} />
        </>
      }
    >
      {balance.user && <Who id={id} user={balance.user} />}
      <Account id={id} called={id} data={data} account={account} state={state}>
        {memberships.length > 0 && <Memberships memberships={memberships} />}
      </Account>
    </Page>
  );
}

type Membership = NonNullable<UserQuery['admin']>['walletMemberships'][number];

/** Wallets that the user shares with others. */
function Memberships({ memberships }: { readonly memberships: readonly Membership[] }) {
  return (
    <Card title="Shared wallets">
      <Table
        label="Shared wallets"
        rows={memberships}
        keyOf={({ wallet }) => wallet.id}
        hrefOf={({ wallet }) => pageOfOwner(wallet.id)}
        columns={[
          { title: 'Wallet', cell: ({ wallet }) => <b>{wallet.name}</b> },
          { title: 'Role', cell: ({ role }) => role },
          {
            title: 'Available',
            cell: ({ wallet }) => wallet.balance.available.toLocaleString(),
            right: true,
          },
          { title: 'Since', cell: ({ since }) => <Time at={since} />, right: true },
        ]}
      />
    </Card>
  );
}

/** How the product calls the user; without a name the title is the id. */
function Who({
  id,
  user,
}: {
  readonly id: string;
  readonly user: NonNullable<UserQuery['balance']['user']>;
}) {
  return (
    <p className="who">
      {user.name && <Id value={id} name="user id" />}
      {user.email && <Id value={user.email} name="e-mail" />}
      {user.createdAt && (
        <span className="quiet">
          Account since <Time at={user.createdAt} />
        </span>
      )}
    </p>
  );
}
