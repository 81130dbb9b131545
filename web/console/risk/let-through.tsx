import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { LetThroughDocument } from '../../gql/risk/graphql';
import { Confirm, told, useAct } from '../parts/act';
import type { Decision } from './decision';

const HOURS = 24;

/** Lets the payer of a decision buy for a day, whatever the rules say: two clicks while the customer waits. */
export function LetThrough({ decision }: { readonly decision: Decision }) {
  const act = useAct();
  const [reason, setReason] = useState('Asked support, and is who it should be.');
  if (decision.decision === 'allow') return null;
  const allow = async () => {
    await act(LetThroughDocument, { input: { decisionId: decision.id, hours: HOURS, reason } });
    told(`${decision.userId} can buy for ${HOURS} hours, whatever the rules say.`);
  };
  return (
    <Confirm
      sends={LetThroughDocument}
      button="Let through"
      title={`Let ${decision.userId} through?`}
      confirm={`Let through for ${HOURS} hours`}
      act={allow}
    >
      <Text size="sm">
        The rules hold {decision.userId} up no more until then. Other users of the same device or card are
        judged as before.
      </Text>
      <Textarea
        label="Why"
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
