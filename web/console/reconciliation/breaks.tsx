import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import {
  type BreakFilter,
  type BreakKind,
  BreakListDocument,
  type BreakRowFragment,
  type BreakStatus,
} from '../../gql/reconciliation/graphql';
import { useFeed } from '../feed';
import { Export } from '../finance/export';
import { Choice, Filters } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { type Column, Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Status, words } from '../parts/values';
import { Resolve } from './resolve';

const KINDS: BreakKind[] = [
  'missing_here',
  'missing_at_provider',
  'status_mismatch',
  'amount_mismatch',
  'currency_mismatch',
  'credits_not_granted',
  'duplicate',
  'unapplied',
  'unknown_payment',
  'fee_mismatch',
  'payout_mismatch',
  'more_back_than_paid',
];
const STATUSES: BreakStatus[] = ['open', 'resolved', 'ignored'];

/** What the address asks for, of one run or of all. */
export function useBreakFilter(runId: string | null): {
  readonly state: UrlState;
  readonly filter: BreakFilter;
} {
  const state = useUrlState();
  const [kind, status] = [state.list('kind'), state.list('status')];
  return {
    state,
    filter: {
      runId,
      kind: kind.length > 0 ? (kind as BreakKind[]) : null,
      status: status.length > 0 ? (status as BreakStatus[]) : null,
    },
  };
}

export function BreakFilters({ state }: { readonly state: UrlState }) {
  return (
    <Filters list="breaks">
      <Choice state={state} name="kind" label="Kind" values={KINDS} />
      <Choice state={state} name="status" label="Status" values={STATUSES} />
    </Filters>
  );
}

/** Breaks of all runs, and those that were seen as they happened. */
export function Screen() {
  const { state, filter } = useBreakFilter(null);
  return (
    <Page
      title="Breaks"
      back={{ href: '/reconciliation', text: 'Reconciliation' }}
      actions={<Export select={{ breaks: filter }} />}
    >
      <BreakFilters state={state} />
      <Breaks key={JSON.stringify(filter)} filter={filter} />
    </Page>
  );
}

const NEWS_OF: ReadonlySet<string | undefined> = new Set(['PaymentIntent', 'ReconciliationBreak']);

interface BreaksProps {
  readonly filter: BreakFilter;
  /** Called when a break was resolved. */
  readonly done?: () => void;
  /** Said where none is shown. */
  readonly none?: string;
}

export function Breaks({ filter, done, none }: BreaksProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: BreakListDocument,
    variables: { after, filter },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed(
    // What is shown is never older than the stream; a run tells of its own.
    (event) =>
      (event.kind !== 'change' ||
        (event.topic === 'reconciliation' && NEWS_OF.has(event.subject?.__typename))) &&
      refresh(),
  );
  const list = data?.admin?.breaks;
  const changed = () => {
    refresh();
    done?.();
  };
  const isFiltered = filter.kind || filter.status;
  return (
    <>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading />}
      {list?.nodes.length === 0 && (
        <Empty
          title={none ? 'Nothing was opened' : isFiltered ? 'No break fits' : 'No breaks'}
          text={none ?? (isFiltered ? 'Take a filter away.' : 'Both sides say the same.')}
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label="Breaks"
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            ...COLUMNS,
            {
              title: 'Resolve',
              // An open dialog stays where somebody else settles its break meanwhile, and says so.
              cell: (row) => (
                <>
                  {row.fixes.length === 0 && (
                    <span title={row.note ?? undefined}>{row.resolvedBy ?? 'the gateway'}</span>
                  )}
                  <Resolve item={row} done={changed} />
                </>
              ),
              right: true,
              card: 'bare',
            },
          ]}
        />
      )}
    </>
  );
}

const NOTHING = <span className="quiet">nothing</span>;

const COLUMNS: readonly Column<BreakRowFragment>[] = [
  {
    title: 'What',
    cell: (row) => (
      <>
        <b>{words(row.kind)}</b> <span className="quiet">{row.subject}</span>
      </>
    ),
  },
  { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
  {
    title: 'Ours',
    cell: (row) => (row.ours ? <span className="amount">{row.ours.formatted}</span> : NOTHING),
    right: true,
  },
  {
    title: 'Theirs',
    cell: (row) => (row.theirs ? <span className="amount">{row.theirs.formatted}</span> : NOTHING),
    right: true,
  },
  {
    title: 'Payment',
    cell: (row) =>
      row.intent ? (
        <Link href={`/payments/${row.intent.id}`}>{row.intent.userId}</Link>
      ) : (
        <code className="cut">{row.providerEntryId ?? ''}</code>
      ),
    wide: true,
  },
  { title: 'Suggested', cell: (row) => words(row.suggestedFix ?? ''), wide: true },
];
