import type { UserQuery } from '../../gql/graphql';
import { Card } from '../parts/page';
import { Table } from '../parts/table';
import { Status, Time, Written } from '../parts/values';

interface Props {
  readonly holds: UserQuery['holds'];
  readonly more: (after: string | null) => void;
  readonly isReading: boolean;
}

/** Credits that are or were set aside for work of this user, newest first. */
export function Holds({ holds: { nodes, pageInfo }, more, isReading }: Props) {
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
          { title: 'Reason', cell: (row) => row.reason, wide: true },
          { title: 'Reference and metadata', cell: (row) => <Written {...row} /> },
          { title: 'At', cell: (row) => <Time at={row.createdAt} />, right: true },
        ]}
      />
    </Card>
  );
}
