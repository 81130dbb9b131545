// The credits that are kept under one id, of a user or of a shared wallet: figures, limits, movements, holds and payments, live.
import { type ReactNode, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { type MetadataFilter, UserBalanceDocument, UserDocument, type UserQuery } from '../../gql/graphql';
import { useFeed } from '../feed';
import { Filters, metadataIn, Text } from '../parts/filters';
import { pageOfOwner, wordOfOwner } from '../parts/find';
import { Card } from '../parts/page';
import { Table } from '../parts/table';
import type { UrlState } from '../parts/url-state';
import { signed, Time, Written } from '../parts/values';
import { PAYMENT_COLUMNS } from '../payments/columns';
import { byWhom, Holds } from './holds';
import { Limits } from './limits';
import { Spenders } from './spenders';

const DAY_MS = 86_400_000;
const USED_DAYS = 30;
const lastDays = () => ({
  gte: new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - (USED_DAYS - 1) * DAY_MS).toISOString(),
});

/** What callers wrote on what is looked for. */
export interface Sought {
  readonly reference: string | null;
  readonly metadata: MetadataFilter | null;
}

export const soughtIn = (state: UrlState): Sought => ({
  reference: state.get('reference'),
  metadata: metadataIn(state),
});

/** Reads it, and again when something of it changes. Another filter needs another component: it begins at the first page. */
export function useAccount(id: string, sought: Sought, changed?: () => void) {
  const [span] = useState(lastDays);
  const [after, setAfter] = useState<string | null>(null);
  const [holdsAfter, setHoldsAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: UserDocument,
    variables: { id, after, holdsAfter, filter: { userId: id, ...sought }, written: sought, ...sought, span },
  });
  const refresh = () => {
    read({ requestPolicy: 'network-only' });
    changed?.();
  };
  useFeed((event) => {
    if (event.subject?.__typename === 'PaymentIntent' && event.subject.userId === id) refresh();
  });
  // What others do to the balance, while somebody looks at it.
  useSubscription({ query: UserBalanceDocument, variables: { id } }, (_, next) => {
    refresh();
    return next;
  });
  return { data, error, fetching, refresh, setAfter, setHoldsAfter };
}

interface AccountProps {
  readonly id: string;
  /** For people. */
  readonly called: string;
  readonly data: UserQuery;
  readonly account: ReturnType<typeof useAccount>;
  readonly state: UrlState;
  /** Stands below the figures. */
  readonly children?: ReactNode;
}

export function Account({ id, called, data, account, state, children }: AccountProps) {
  const { fetching, refresh, setAfter, setHoldsAfter } = account;
  const { balance, usage, creditTransactions: transactions, holds, intents } = data;
  const { reference, metadata } = soughtIn(state);
  const isFiltered = reference !== null || metadata !== null;
  return (
    <>
      <Figures balance={balance} />
      {children}
      <Limits userId={id} called={called} limits={balance.spendLimits} done={refresh} />
      {usage.spenders.some(({ memberId, apiKeyId }) => memberId || apiKeyId) && (
        <Spenders userId={id} spenders={usage.spenders} />
      )}
      {balance.lots.length > 0 && <Lots lots={balance.lots} />}
      <Filters>
        <Text state={state} name="reference" label="Reference" />
        <Text state={state} name="metadata" label="Metadata: key=value" />
      </Filters>
      <Movements
        id={id}
        transactions={transactions}
        isFiltered={isFiltered}
        more={setAfter}
        isReading={fetching}
      />
      {holds.nodes.length > 0 && (
        <Holds userId={id} holds={holds} more={setHoldsAfter} isReading={fetching} />
      )}
      {intents.nodes.length > 0 && (
        <Card
          title="Newest payments"
          aside={<Link href={`/payments?user=${encodeURIComponent(id)}`}>All of them</Link>}
        >
          <Table
            label={`Payments of this ${wordOfOwner(id).toLowerCase()}`}
            rows={intents.nodes}
            columns={PAYMENT_COLUMNS.filter(({ title }) => title !== 'User')}
            keyOf={(row) => row.id}
            hrefOf={(row) => `/payments/${row.id}`}
          />
        </Card>
      )}
    </>
  );
}

interface MovementsProps {
  readonly id: string;
  readonly transactions: UserQuery['creditTransactions'];
  /** Nothing then means that nothing fits. */
  readonly isFiltered: boolean;
  readonly more: (after: string | null) => void;
  readonly isReading: boolean;
}

function Movements({ id, transactions, isFiltered, more, isReading }: MovementsProps) {
  return (
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
            transactions.pageInfo.hasNextPage ? () => more(transactions.pageInfo.endCursor ?? null) : null
          }
          isReading={isReading}
          columns={[
            {
              title: 'What',
              cell: (row) => <What {...row} />,
            },
            {
              title: 'Credits',
              cell: (row) => <b className={row.credits > 0 ? 'plus' : ''}>{signed(row.credits)}</b>,
              right: true,
            },
            { title: 'Balance after', cell: (row) => row.balanceAfter.toLocaleString(), right: true },
            ...byWhom(id, transactions.nodes),
            { title: 'Reason', cell: (row) => row.reason, card: 'line' },
            { title: 'Reference and metadata', cell: (row) => <Written {...row} /> },
            { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true },
          ]}
        />
      )}
    </Card>
  );
}

/** What it is, and a way to what it is about: the purchase, or the other side of a move. */
function What({ type, credits, intent, otherWalletId }: Movement) {
  if (intent) return <Link href={`/payments/${intent.id}`}>{type}</Link>;
  if (!otherWalletId) return type;
  return (
    <>
      {credits < 0 ? 'moved to ' : 'moved from '}
      <Link href={pageOfOwner(otherWalletId)}>{otherWalletId}</Link>
    </>
  );
}

type Movement = UserQuery['creditTransactions']['nodes'][number];

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
