import { Link } from 'wouter';
import type { PaymentRowFragment } from '../../gql/graphql';
import type { Column } from '../parts/table';
import { Status, Time } from '../parts/values';

/** A payment in any list. */
export const PAYMENT_COLUMNS: readonly Column<PaymentRowFragment>[] = [
  { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b> },
  { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
  { title: 'Package', cell: (row) => `${row.packageName} · ${row.creditsAmount}`, wide: true },
  {
    title: 'User',
    cell: (row) => (
      <Link href={`/users/${encodeURIComponent(row.userId)}`} className="calm">
        {row.userId}
      </Link>
    ),
  },
  { title: 'Provider', cell: (row) => row.provider, wide: true },
  { title: 'Attempts', cell: (row) => row.attemptCount, right: true, wide: true },
  { title: 'Created', cell: (row) => <Time at={row.createdAt} />, right: true },
];
