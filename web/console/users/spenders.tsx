import type { UserQuery } from '../../gql/graphql';
import { isSharedWallet } from '../parts/find';
import { Card } from '../parts/page';
import { Table } from '../parts/table';
import { Spender } from '../parts/values';
import { creditsOf } from '../usage';

/** Which members and API keys used priced operations, what cost the most first. */
export function Spenders({
  userId,
  spenders,
}: {
  readonly userId: string;
  readonly spenders: UserQuery['usage']['spenders'];
}) {
  return (
    <Card title="Who used it, the last 30 days">
      <Table
        label="Usage by member and API key"
        rows={spenders}
        keyOf={(row) => `${row.memberId} ${row.apiKeyId}`}
        columns={[
          { title: 'By', cell: (row) => <Spender {...row} isUser={isSharedWallet(userId)} /> },
          { title: 'Uses', cell: (row) => Number(row.uses).toLocaleString(), right: true },
          { title: 'Credits', cell: (row) => creditsOf(row.micro), right: true },
        ]}
      />
    </Card>
  );
}
