import { useQuery } from 'urql';
import { DisputedCreditsDocument } from '../../gql/disputes/graphql';
import { Card, Facts } from '../parts/page';
import { signed, Time, words } from '../parts/values';
import type { Dispute } from './detail';

/** What the payer did with the credits since they were bought: the best evidence that there is. */
export function useCreditsSince({ intent }: Dispute) {
  const [{ data }] = useQuery({
    query: DisputedCreditsDocument,
    variables: { userId: intent.userId, since: intent.completedAt ?? intent.createdAt },
  });
  const lot = data?.balance.lots.find((one) => one.intent?.id === intent.id);
  const moves = data?.creditTransactions.nodes ?? [];
  // A lot without anything in it is not shown any more.
  const left = lot?.remaining ?? 0;
  return data ? { left, used: intent.creditsAmount - left, moves } : null;
}

export function Credits({ dispute }: { readonly dispute: Dispute }) {
  const since = useCreditsSince(dispute);
  if (!since) return null;
  return (
    <Card title="Its credits since">
      <Facts
        items={[
          ['Bought', dispute.intent.creditsAmount],
          ['Left of them', since.left],
          ['Used or taken since', since.used],
          ['Frozen until it is decided', dispute.creditsFrozen],
          ['Taken because it was lost', dispute.creditsRevoked],
        ]}
      />
      {since.moves.length > 0 && (
        <ul className="moves" aria-label="Movements of the user's credits since">
          {since.moves.slice(0, 10).map((move) => (
            <li key={move.id}>
              <b>{signed(move.credits)}</b> {move.reason ?? words(move.type)}{' '}
              <span className="quiet">
                <Time at={move.createdAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
