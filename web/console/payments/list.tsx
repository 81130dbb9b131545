import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import {
  type IntentFilter,
  type IntentOrder,
  type IntentStatus,
  PaymentsCountDocument,
  PaymentsDocument,
  type Provider,
  type RiskDecisionKind,
  SoldDocument,
} from '../../gql/graphql';
import { useFeed, useNews } from '../feed';
import { Export } from '../finance/export';
import { Choice, Day, Filters, metadataIn, range, Text, YesNo, yesNo } from '../parts/filters';
import { amountIn } from '../parts/find';
import { Page } from '../parts/page';
import { useProviders } from '../parts/providers';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { PAYMENT_COLUMNS } from './columns';

// What a rule found something in, from here on; at least is what the rules that come along challenge, review and block from.
const SCORES = ['1', '40', '60', '80'];
const DECISIONS: RiskDecisionKind[] = ['allow', 'challenge', 'review', 'block'];

const STATUSES: IntentStatus[] = ['pending', 'processing', 'succeeded', 'failed', 'canceled'];

/** Exactly so much, as `₹100` or `INR 100.00`. */
function amountOf(state: UrlState): Pick<IntentFilter, 'amountMinor' | 'currency'> {
  const amount = amountIn(state.get('amount') ?? '');
  return {
    amountMinor: amount && { gte: amount.minor, lte: amount.minor },
    currency: amount?.currency ?? null,
  };
}

const filterOf = (state: UrlState): IntentFilter => ({
  ...amountOf(state),
  search: state.get('search'),
  userId: state.get('user'),
  status: state.list('status').length > 0 ? (state.list('status') as IntentStatus[]) : null,
  provider: state.list('provider').length > 0 ? (state.list('provider') as Provider[]) : null,
  packageId: state.list('package').length > 0 ? state.list('package') : null,
  reference: state.get('reference'),
  metadata: metadataIn(state),
  riskScore: state.get('score') ? { gte: Number(state.get('score')) } : null,
  refunded: yesNo(state, 'refunded'),
  late: yesNo(state, 'late'),
  unapplied: yesNo(state, 'unapplied'),
  riskDecision: state.list('decision').length > 0 ? (state.list('decision') as RiskDecisionKind[]) : null,
  createdAt: range(state),
});

const ORDERS = [
  { value: 'newest', label: 'Newest first', order: null },
  { value: 'amount', label: 'Largest first', order: { field: 'amountMinor', direction: 'desc' } },
  { value: 'changed', label: 'Last changed first', order: { field: 'updatedAt', direction: 'desc' } },
  { value: 'score', label: 'Highest risk first', order: { field: 'riskScore', direction: 'desc' } },
] as const satisfies readonly { value: string; label: string; order: IntentOrder | null }[];

const orderOf = (state: UrlState): IntentOrder | null =>
  ORDERS.find(({ value }) => value === state.get('order'))?.order ?? null;

export function Screen() {
  const state = useUrlState();
  const filter = filterOf(state);
  const order = orderOf(state);
  // Another filter begins again at the first page.
  return <Payments key={JSON.stringify([filter, order])} state={state} filter={filter} order={order} />;
}

interface PaymentsProps {
  readonly state: UrlState;
  readonly filter: IntentFilter;
  readonly order: IntentOrder | null;
}

function Payments({ state, filter, order }: PaymentsProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: PaymentsDocument,
    variables: { first: 50, after, filter, orderBy: order },
  });
  useFeed((event) => event.kind !== 'change' && read({ requestPolicy: 'network-only' }));
  const rows = data?.intents.nodes ?? [];
  const news = useNews('intents', (id) => rows.some((row) => row.id === id));
  const isFiltered = Object.values(filter).some((value) => value !== null);
  const { hasNextPage, endCursor } = data?.intents.pageInfo ?? {};
  return (
    <Page title="Payments" actions={<Tools filter={filter} />}>
      <PaymentFilters state={state} rows={rows} />
      {news.count > 0 && !after && !isFiltered && !order && (
        <button
          type="button"
          className="news"
          onClick={() => {
            news.clear();
            read({ requestPolicy: 'network-only' });
          }}
        >
          {news.count === 1 ? '1 new payment' : `${news.count} new payments`}, show
        </button>
      )}
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!data && fetching && <Loading />}
      {data && rows.length === 0 && (
        <Empty
          title={isFiltered ? 'No payment fits' : 'No payments yet'}
          text={
            isFiltered
              ? 'Take a filter away, or look for another id.'
              : 'They appear here the moment somebody buys.'
          }
        />
      )}
      {rows.length > 0 && (
        <Table
          label="Payments"
          rows={rows}
          columns={PAYMENT_COLUMNS}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/payments/${row.id}`}
          more={hasNextPage ? () => setAfter(endCursor ?? null) : null}
          isReading={fetching}
        />
      )}
    </Page>
  );
}

interface FiltersProps {
  readonly state: UrlState;
  readonly rows: readonly { readonly provider: Provider }[];
}

function PaymentFilters({ state, rows }: FiltersProps) {
  const [{ data: sold }] = useQuery({ query: SoldDocument, variables: {}, requestPolicy: 'cache-first' });
  const providers = useProviders(state, rows);
  return (
    <Filters list="payments">
      <Text state={state} name="search" label="Id, name or e-mail" />
      <Text state={state} name="amount" label="Amount: INR 100" />
      <Choice state={state} name="status" label="Status" values={STATUSES} />
      <Choice state={state} name="provider" label="Provider" values={providers} />
      <Choice
        state={state}
        name="package"
        label="Package"
        values={sold?.packages.map(({ id }) => id) ?? []}
      />
      <YesNo state={state} name="refunded" label="Refunded" words={['Refunded', 'Not refunded']} />
      <YesNo state={state} name="late" label="Late" words={['Paid late', 'Not late']} />
      <YesNo
        state={state}
        name="unapplied"
        label="Unapplied"
        words={['Bought nothing', 'Nothing unapplied']}
      />
      <Text state={state} name="reference" label="Reference" />
      <Text state={state} name="metadata" label="Metadata: key=value" />
      <Choice state={state} name="decision" label="Risk decision" values={DECISIONS} />
      <Select
        aria-label="Risk score"
        placeholder="Risk score"
        className="filter"
        clearable
        clearButtonProps={{ 'aria-label': 'Clear Risk score' }}
        data={SCORES.map((value) => ({ value, label: `Score from ${value}` }))}
        value={state.get('score')}
        onChange={(next) => state.set({ score: next })}
      />
      <Select
        aria-label="Order"
        className="filter"
        allowDeselect={false}
        data={ORDERS.map(({ value, label }) => ({ value, label }))}
        value={state.get('order') ?? 'newest'}
        onChange={(next) => state.set({ order: next === 'newest' ? null : next })}
      />
      <Day state={state} name="from" label="From day" lead="From" />
      <Day state={state} name="to" label="Until day" lead="Until" />
    </Filters>
  );
}

function Tools({ filter }: { readonly filter: IntentFilter }) {
  return (
    <>
      <Count filter={filter} />
      <Export select={{ intents: filter }} />
    </>
  );
}

/** Counting reads every row that fits, so it is done when somebody asks. */
function Count({ filter }: { readonly filter: IntentFilter }) {
  const [isAsked, ask] = useState(false);
  const [{ data, fetching }] = useQuery({
    query: PaymentsCountDocument,
    variables: { filter },
    pause: !isAsked,
  });
  if (data) return <span className="quiet">{data.intents.totalCount.toLocaleString()} in all</span>;
  return (
    <Button variant="subtle" color="gray" loading={fetching && isAsked} onClick={() => ask(true)}>
      Count
    </Button>
  );
}
