import type { UserQuery } from '../../gql/graphql';
import { isSharedWallet } from '../parts/find';
import { Card } from '../parts/page';
import { type Column, Table } from '../parts/table';
import { Spender, Status, Time, Written } from '../parts/values';

interface Props {
  readonly userId: string;
  readonly holds: UserQuery['holds'];
  readonly more: (after: string | null) => void;
  readonly isReading: boolean;
}

/** Credits that are or were set aside for work of this user, or of members of this wallet, newest first. */
export function Holds({ userId, holds: { nodes, pageInfo }, more, isReading }: Props) {
  return (
    <Card title="Holds">
      <Table
        label="Holds"
        rows={nodes}
        keyOf={(row) => row.id}
        more={pageInfo.hasNextPage ? () => more(pageInfo.endCursor ?? null) : null}
        isReading={isReading}
        columns={[
          { title: 'Hold', cell: (row) => <Status value={row.status} /> },
          { title: 'Credits', cell: (row) => row.credits.toLocaleString(), right: true },
          { title: 'Spent', cell: (row) => row.settledCredits?.toLocaleString() ?? '–', right: true },
          ...byWhom(userId, nodes),
          { title: 'Reason', cell: (row) => row.reason, card: 'line' },
          { title: 'Reference and metadata', cell: (row) => <Written {...row} /> },
          { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true },
        ]}
      />
    </Card>
  );
}

interface Spent {
  readonly memberId?: string | null;
  readonly apiKeyId?: string | null;
}

/** The column that says who spends, where anybody was named. */
export const byWhom = <Row extends Spent>(userId: string, rows: readonly Row[]): readonly Column<Row>[] =>
  rows.some(({ memberId, apiKeyId }) => memberId || apiKeyId)
    ? [{ title: 'By', cell: (row) => <Spender {...row} nobody="–" isUser={isSharedWallet(userId)} /> }]
    : [];
