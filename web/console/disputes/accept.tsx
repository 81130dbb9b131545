import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { AcceptDocument } from '../../gql/disputes/graphql';
import { Confirm, told, useAct, useKeyed } from '../parts/act';
import type { Dispute } from './detail';

/** Lets the payer have the money, after it was said what that means. */
export function Accept({ dispute, done }: { readonly dispute: Dispute; readonly done: () => void }) {
  const act = useAct();
  const [reason, setReason] = useState('');
  const keyed = useKeyed();
  const accept = async () => {
    if (!reason.trim()) throw new Error('Say why: it stays with the dispute.');
    const input = { disputeId: dispute.id, reason };
    await keyed((idempotencyKey) => act(AcceptDocument, { input: { ...input, idempotencyKey } }));
    told('The dispute is accepted.');
    done();
  };
  const over = dispute.needsAnswer ? null : `It waits for no answer any more: ${dispute.status}.`;
  if (dispute.status === 'inquiry') return null;
  return (
    <Confirm
      sends={AcceptDocument}
      button="Accept the dispute"
      title="Accept this dispute?"
      confirm={`Give up ${dispute.amount.formatted}`}
      danger
      figures={dispute.amount.formatted}
      over={over}
      act={accept}
    >
      <Text size="sm">
        {dispute.intent.userId} keeps {dispute.amount.formatted}, and the credits that were bought with it
        leave: {dispute.creditsFrozen} are frozen now. Nothing takes it back.
      </Text>
      <Textarea
        label="Reason"
        description="Operators read it; the bank and the user do not."
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
