import { Alert } from '@mantine/core';
import { useQuery } from 'urql';
import { NeedsSecondPersonDocument } from '../../gql/graphql';

interface SecondPersonProps {
  readonly userId: string;
  /** A currency, or CREDIT. */
  readonly unit: string;
  /** Minor units or credits; null: not known yet. */
  readonly amount: string | null;
}

/** Says before anything is confirmed that a second person will have to agree. */
export function SecondPerson({ userId, unit, amount }: SecondPersonProps) {
  const [{ data }] = useQuery({
    query: NeedsSecondPersonDocument,
    variables: { userId, unit, amount: amount ?? '0' },
    pause: amount === null || amount === '0',
    requestPolicy: 'network-only',
  });
  if (!data?.admin?.needsSecondPerson || amount === null || amount === '0') return null;
  return (
    <Alert variant="outline" color="orange" role="status">
      This is more than one person may move alone in a day: it goes to a second person, and waits under
      Approvals until that one agrees.
    </Alert>
  );
}
