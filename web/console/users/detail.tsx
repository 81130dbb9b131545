import { Button } from '@mantine/core';
import { useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { type MetadataFilter, UserBalanceDocument, UserDocument, type UserQuery } from '../../gql/graphql';
import { useFeed } from '../feed';
import { Filters, metadataIn, Text } from '../parts/filters';
import { Card, Page } from '../parts/page';
import { Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Id, signed, Time, Written } from '../parts/values';
import { PAYMENT_COLUMNS } from '../payments/columns';
import { Adjust } from './adjust';
import { Holds } from './holds';
import { Limits } from './limits';
import { Spenders } from './spenders';

export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const state = useUrlState();
  const written = { reference: state.get('reference'), metadata: metadataIn(state) };
  // Another filter begins again at the first page.
  return (
    <User
      key={JSON.stringify([params.id, written])}
      id={decodeURIComponent(params.id ?? '')}
      state={state}
      written={written}
    />
  );
}

const DAY_MS = 86_400_000;
const USED_DAYS = 30;
const lastDays = () => ({
  gte: new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - (USED_DAYS - 1) * DAY_MS).toISOString(),
});

interface UserProps {
  readonly id: string;
  readonly state: UrlState;
  /** What callers wrote on what is looked for. */
  readonly written: { readonly reference: string | null; readonly metadata: MetadataFilter | null };
}

function User({ id, state, written }: UserProps) {
  const [span] = useState(lastDays);
  const [after, setAfter] = useState<string | null>(null);
  const [holdsAfter, setHoldsAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: UserDocument,
    variables: { id, after, holdsAfter, filter: { userId: id, ...written }, written, ...written, span },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => {
    if (event.subject?.__typename === 'PaymentIntent' && event.subject.userId === id) refresh();
  });
  // What others do to the balance, while somebody looks at it.
  useSubscription({ query: UserBalanceDocument, variables: { id } }, (_, next) => {
    refresh();
    return next;
  });
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data) return <Loading />;
  const { balance, usage, creditTransactions: transactions, holds, intents } = data;
  const isFiltered = written.reference !== null || written.metadata !== null;
  return (
    <Page
      title={balance.user?.name ?? id}
      back={{ href: '/users', text: 'Users' }}
      actions={
        <>
          <Button component={Link} variant="default" href={`/decisions?user=${encodeURIComponent(id)}`}>
            Decisions
          </Button>
          <Adjust userId={id} available={balance.available} done={refresh} />
        </>
      }
    >
      {balance.user && <Who id={id} user={balance.user} />}
      <Figures balance={balance} />
      <Limits userId={id} limits={balance.spendLimits} done={refresh} />
      {usage.spenders.some(({ memberId, apiKeyId }) => memberId || apiKeyId) && (
        <Spenders spenders={usage.spenders} />
      )}
      {balance.lots.length > 0 && <Lots lots={balance.lots} />}
      <Filters>
        <Text state={state} name="reference" label="Reference" />
        <Text state={state} name="metadata" label="Metadata: key=value" />
      </Filters>
      <Card title="Credits">
        {transactions.nodes.length === 0 && (
          <p className="quiet pad">{isFiltered ? 'Nothing fits.' : 'Nothing was added or taken yet.'}</p>
        )}
        {transactions.nodes.length > 0 && (
          <Table
            label="Credit transactions"
            rows={transactions.nodes}
            keyOf={(row) => row.id}
            more={
              transactions.pageInfo.hasNextPage
                ? () => setAfter(transactions.pageInfo.endCursor ?? null)
                : null
            }
            isReading={fetching}
            columns={[
              {
                title: 'What',
                cell: (row) =>
                  row.intent ? <Link href={`/payments/${row.intent.id}`}>{row.type}</Link> : row.type,
              },
              {
                title: 'Credits',
                cell: (row) => <b className={row.credits > 0 ? 'plus' : ''}>{signed(row.credits)}</b>,
                right: true,
              },
              { title: 'Balance after', cell: (row) => row.balanceAfter.toLocaleString(), right: true },
              { title: 'Reason', cell: (row) => row.reason, wide: true },
              { title: 'Reference and metadata', cell: (row) => <Written {...row} /> },
              { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true },
            ]}
          />
        )}
      </Card>
      {holds.nodes.length > 0 && <Holds holds={holds} more={setHoldsAfter} isReading={fetching} />}
      {intents.nodes.length > 0 && (
        <Card
          title="Newest payments"
          aside={<Link href={`/payments?user=${encodeURIComponent(id)}`}>All of them</Link>}
        >
          <Table
            label="Payments of this user"
            rows={intents.nodes}
            columns={PAYMENT_COLUMNS.filter(({ title }) => title !== 'User')}
            keyOf={(row) => row.id}
            hrefOf={(row) => `/payments/${row.id}`}
          />
        </Card>
      )}
    </Page>
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

function Figures({ balance }: { readonly balance: UserQuery['balance'] }) {
  const figures = [
    ['Credits', balance.credits],
    ['Available', balance.available],
    ['Held', balance.held],
    ['Frozen', balance.frozen],
    ['Owed', balance.owed],
  ] as const;
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={name === 'Owed' && value > 0 ? 'bad' : ''}>{value.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lots({ lots }: { readonly lots: UserQuery['balance']['lots'] }) {
  return (
    <Card title="Where they come from">
      <Table
        label="Lots"
        rows={lots}
        keyOf={(row) => row.id}
        columns={[
          {
            title: 'Source',
            cell: (row) =>
              row.intent ? <Link href={`/payments/${row.intent.id}`}>{row.source}</Link> : row.source,
          },
          { title: 'Left', cell: (row) => row.remaining.toLocaleString(), right: true },
          { title: 'Of', cell: (row) => row.granted.toLocaleString(), right: true },
          {
            title: 'Expires',
            cell: (row) => (row.expiresAt ? <Time at={row.expiresAt} /> : 'never'),
            right: true,
          },
        ]}
      />
    </Card>
  );
}
