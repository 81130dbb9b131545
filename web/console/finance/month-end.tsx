import { Alert, Button, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import {
  BeginExportDocument,
  type ExportFormat,
  MonthEndOfDocument,
  type MonthEndOfQuery,
} from '../../gql/finance/graphql';
import { inUnit } from '../ledger/units';
import { refused, useAct } from '../parts/act';
import { Card, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { useUrlState } from '../parts/url-state';
import { Time, words } from '../parts/values';
import { useSession } from '../session';
import { monthToClose, spanOf } from './month';
import { TrialBalance } from './trial-balance';

export type MonthEnd = NonNullable<MonthEndOfQuery['admin']>['monthEnd'];

/** All that a month is closed on. */
export function Screen() {
  const state = useUrlState();
  const month = /^\d{4}-\d{2}$/.exec(state.get('month') ?? '')?.[0] ?? monthToClose(new Date());
  const range = useMemo(() => spanOf(month), [month]);
  const [{ data, error }, read] = useQuery({ query: MonthEndOfDocument, variables: { range } });
  const closed = data?.admin?.monthEnd;
  return (
    <Page title="Month end" actions={<Files range={range} />}>
      <div className="filters">
        <TextInput
          type="month"
          aria-label="Month"
          className="filter"
          value={month}
          onChange={(event) => event.currentTarget.value && state.set({ month: event.currentTarget.value })}
        />
      </div>
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!closed && !error && <Loading rows={16} />}
      {closed && <Closed closed={closed} isOver={Date.parse(range.lt) <= Date.now()} />}
    </Page>
  );
}

interface ClosedProps {
  readonly closed: MonthEnd;
  readonly isOver: boolean;
}

function Closed({ closed, isOver }: ClosedProps) {
  return (
    <>
      <p className="standing" role="status">
        {closed.cutOff ? (
          <>
            Closed on the posting of <Time at={closed.cutOff} long />.{' '}
            {isOver
              ? 'What was posted up to then does not change any more; what came late, what users have now and what a provider reports may.'
              : 'The month is not over: this is how far it is.'}
          </>
        ) : (
          'Nothing was posted up to the end of it.'
        )}
      </p>
      {closed.latePostings > 0 && (
        <Alert variant="outline" color="orange" role="status" mb="sm" title="Posted after the cut-off">
          {closed.latePostings} {closed.latePostings === 1 ? 'posting is' : 'postings are'} dated in this
          month and came after it was closed. They are in the column Late of the trial balance and in the
          exports, and in no other figure here.
        </Alert>
      )}
      <Figures closed={closed} />
      <Statement statement={closed.statement} />
      <TrialBalance accounts={closed.accounts} />
      <Compared closed={closed} />
      <Liabilities rows={closed.liabilities} />
    </>
  );
}

/** Exactly what is dated in this month, as a file. */
function Files({ range }: { readonly range: { gte: string; lt: string } }) {
  const act = useAct();
  const { may } = useSession();
  const [, navigate] = useLocation();
  const begin = (format: ExportFormat) => () =>
    act(BeginExportDocument, { input: { select: { ledger: { postedAt: range } }, format } }).then(
      () => navigate('/exports'),
      refused,
    );
  if (!may(BeginExportDocument)) return null;
  return (
    <>
      <Button variant="default" onClick={begin('spreadsheet')}>
        Export for a spreadsheet
      </Button>
      <Button variant="default" onClick={begin('journal')}>
        Export as a journal
      </Button>
    </>
  );
}

/** What finance is asked for first. Revenue grows by credits, what costs by debits. */
function Figures({ closed: { accounts } }: { readonly closed: MonthEnd }) {
  const of = (code: string, sign: 1n | -1n) =>
    accounts
      .filter(({ account }) => account.code === code)
      .map(({ account, debits, credits }) =>
        inUnit(String((BigInt(credits) - BigInt(debits)) * sign), account.unit),
      );
  const figures = [
    ['Revenue', of('revenue', 1n)],
    ['Breakage', of('breakage', 1n)],
    ['Fees', of('fees', -1n)],
    ['Payouts', of('bank', -1n)],
  ] as const;
  return (
    <div className="figures still">
      {figures.map(([name, amounts]) => (
        <div key={name}>
          <span className="name">{name}</span>
          <strong>{amounts.length === 0 ? '–' : amounts.join(' · ')}</strong>
        </div>
      ))}
    </div>
  );
}

const LINES = [
  ['opening', 'Owed at the beginning'],
  ['granted', 'Sold'],
  ['promotional', 'Given by campaigns'],
  ['adjusted', 'Adjusted'],
  ['spent', 'Spent'],
  ['expired', 'Expired'],
  ['refunded', 'Refunded'],
  ['disputed', 'Disputed'],
  ['closing', 'Owed at the end'],
] as const;

function Statement({ statement }: { readonly statement: MonthEnd['statement'] }) {
  const currencies = [
    ...new Set(LINES.flatMap(([name]) => statement[name].money.map(({ currency }) => currency))),
  ].sort();
  return (
    <Card title="Credits owed to users">
      <Table
        label="Credits owed to users"
        rows={LINES}
        keyOf={([name]) => name}
        columns={[
          {
            title: 'Movement',
            cell: ([name, text]) => (name === 'opening' || name === 'closing' ? <b>{text}</b> : text),
            card: 'head',
          },
          {
            title: 'Credits',
            right: true,
            cell: ([name]) => Number(statement[name].credits).toLocaleString(),
          },
          ...currencies.map((currency) => ({
            title: currency,
            right: true,
            cell: ([name]: (typeof LINES)[number]) =>
              statement[name].money.find((money) => money.currency === currency)?.formatted ?? '–',
          })),
        ]}
      />
    </Card>
  );
}

function Compared({ closed: { providers, openBreaks } }: { readonly closed: MonthEnd }) {
  return (
    <Card
      title="Beside the books of the providers"
      aside={
        openBreaks > 0 && (
          <Link href="/breaks?status=open">
            {openBreaks} {openBreaks === 1 ? 'difference is' : 'differences are'} open
          </Link>
        )
      }
    >
      {providers.length === 0 && <Empty title="Nothing moved at a provider" />}
      {providers.length > 0 && (
        <Table
          label="Beside the books of the providers"
          rows={providers}
          keyOf={(row) => `${row.provider} ${row.ours.currency} ${row.movement}`}
          columns={[
            { title: 'What', cell: (row) => `${words(row.provider)}, ${row.movement}`, card: 'head' },
            { title: 'Ours', cell: (row) => row.ours.formatted, right: true },
            { title: 'Theirs', cell: (row) => row.theirs.formatted, right: true },
            {
              title: 'Difference',
              right: true,
              cell: (row) => {
                const difference = BigInt(row.ours.amountMinor) - BigInt(row.theirs.amountMinor);
                return difference === 0n ? (
                  <span className="quiet">none</span>
                ) : (
                  <b className="bad">{inUnit(String(difference), row.ours.currency)}</b>
                );
              },
            },
          ]}
        />
      )}
      <p className="quiet pad">
        Theirs is what <Link href="/reconciliation">reconciliation</Link> has read. What they date in another
        month than we do stands here as a difference, and is no break.
      </p>
    </Card>
  );
}

function Liabilities({ rows }: { readonly rows: MonthEnd['liabilities'] }) {
  return (
    <Card title="Owed now, by package">
      {rows.length === 0 && <Empty title="Nothing is owed" />}
      {rows.length > 0 && (
        <Table
          label="Owed now, by package"
          rows={rows}
          keyOf={(row) => `${row.packageId} ${row.money?.currency}`}
          columns={[
            { title: 'Package', cell: (row) => row.packageId ?? 'Given', card: 'head' },
            { title: 'Credits', cell: (row) => BigInt(row.credits).toLocaleString(), right: true },
            { title: 'Sold for', cell: (row) => row.money?.formatted ?? '–', right: true },
          ]}
        />
      )}
    </Card>
  );
}
