import { Card } from '../parts/page';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';
import type { Payment } from './detail';

export function Refunds({ payment }: { readonly payment: Payment }) {
  const { nodes } = payment.refunds;
  if (nodes.length === 0) return null;
  return (
    <Card title="Refunds">
      <Table
        label="Refunds of this payment"
        rows={nodes}
        keyOf={(row) => row.id}
        columns={[
          { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b> },
          { title: 'Status', cell: (row) => <Status value={row.status} />, card: 'head' },
          { title: 'Credits taken', cell: (row) => row.creditsRevoked, right: true },
          { title: 'Reason', cell: (row) => row.reason },
          { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true },
        ]}
      />
    </Card>
  );
}
