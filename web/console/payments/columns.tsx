import { Link } from 'wouter';
import type { PaymentRowFragment } from '../../gql/graphql';
import { pageOfOwner } from '../parts/find';
import type { Column } from '../parts/table';
import { Called, Status, Time } from '../parts/values';

/** What became of it after it was paid, which its status does not say. */
const afterwards = ({
  amount,
  refundedAmount,
  late,
  unapplied,
  disputes,
}: PaymentRowFragment): readonly string[] => {
  const back = BigInt(refundedAmount.amountMinor);
  const statuses = new Set(disputes.map(({ status }) => status));
  return [
    ...(late ? ['late'] : []),
    ...(unapplied.length > 0 ? ['unapplied'] : []),
    ...(back === 0n ? [] : [back < BigInt(amount.amountMinor) ? 'partly refunded' : 'refunded']),
    ...(statuses.has('open') || statuses.has('inquiry') ? ['disputed'] : []),
    ...(statuses.has('lost') ? ['dispute lost'] : []),
  ];
};

/** Its status, and beside it what that does not say. */
export function Truth({ row }: { readonly row: PaymentRowFragment }) {
  return (
    <span className="badges">
      {[row.status, ...afterwards(row)].map((value) => (
        <Status key={value} value={value} />
      ))}
    </span>
  );
}

/** A payment in any list. */
export const PAYMENT_COLUMNS: readonly Column<PaymentRowFragment>[] = [
  { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b>, right: true },
  { title: 'Status', cell: (row) => <Truth row={row} />, card: 'head' },
  { title: 'Package', cell: (row) => `${row.packageName} · ${row.creditsAmount}`, wide: true },
  {
    title: 'User',
    cell: (row) => (
      <Link href={pageOfOwner(row.userId)} className="calm">
        <Called user={row} />
      </Link>
    ),
  },
  { title: 'Provider', cell: (row) => row.provider, wide: true },
  {
    title: 'Risk',
    right: true,
    wide: true,
    cell: (row) =>
      row.riskScore ? (
        <>
          {row.riskDecision !== 'allow' && row.riskDecision && <Status value={row.riskDecision} />}{' '}
          {row.riskScore}
        </>
      ) : (
        <span className="quiet">–</span>
      ),
  },
  { title: 'Attempts', cell: (row) => row.attemptCount, right: true, wide: true },
  { title: 'Created', cell: (row) => <Time at={row.createdAt} />, right: true },
];
