import { inUnit } from '../ledger/units';
import { Card } from '../parts/page';
import { Empty } from '../parts/states';
import { Table } from '../parts/table';
import type { MonthEnd } from './month-end';

type Row = MonthEnd['accounts'][number];

/** A debit is below zero in the ledger; people write it with two letters. */
const sided = (amount: string, unit: string): string => {
  const value = BigInt(amount);
  if (value === 0n) return '–';
  return `${inUnit(String(value < 0n ? -value : value), unit)} ${value < 0n ? 'Dr' : 'Cr'}`;
};

const plain = (amount: string, unit: string): string => (amount === '0' ? '–' : inUnit(amount, unit));

/** Each account, and below them the sums by which debits and credits are seen to be equal. */
export function TrialBalance({ accounts }: { readonly accounts: readonly Row[] }) {
  const units = [...new Set(accounts.map(({ account }) => account.unit))].sort();
  const hasLate = accounts.some(({ late }) => late !== '0');
  const totals = units.map((unit): Row => {
    const sum = (of: (row: Row) => string) =>
      String(
        accounts.filter((row) => row.account.unit === unit).reduce((all, row) => all + BigInt(of(row)), 0n),
      );
    return {
      account: {
        code: `total ${unit}`,
        name: `Total in ${unit === 'CREDIT' ? 'credits' : unit}`,
        kind: 'equity',
        unit,
      },
      opening: sum((row) => row.opening),
      debits: sum((row) => row.debits),
      credits: sum((row) => row.credits),
      closing: sum((row) => row.closing),
      late: sum((row) => row.late),
    };
  });
  return (
    <Card title="Trial balance">
      {accounts.length === 0 && <Empty title="Nothing is posted yet" />}
      {accounts.length > 0 && (
        <Table
          label="Trial balance"
          rows={[...accounts, ...totals]}
          keyOf={(row) => `${row.account.code} ${row.account.unit}`}
          columns={[
            {
              title: 'Account',
              card: 'head',
              cell: ({ account }) =>
                account.code.startsWith('total') ? <b>{account.name}</b> : account.name,
            },
            {
              title: 'Opening',
              cell: (row) => sided(row.opening, row.account.unit),
              right: true,
              wide: true,
            },
            { title: 'Debits', cell: (row) => plain(row.debits, row.account.unit), right: true },
            { title: 'Credits', cell: (row) => plain(row.credits, row.account.unit), right: true },
            { title: 'Closing', cell: (row) => <b>{sided(row.closing, row.account.unit)}</b>, right: true },
            ...(hasLate
              ? [{ title: 'Late', cell: (row: Row) => sided(row.late, row.account.unit), right: true }]
              : []),
          ]}
        />
      )}
    </Card>
  );
}
