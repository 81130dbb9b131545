import { Alert, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { DecideReviewDocument } from '../../gql/risk/graphql';
import { Confirm, told, useAct } from '../parts/act';
import type { Review } from './review';

/** Approve (a) and reject (r): what each does is said, and what it was about goes with the decision. */
export function Decide({ review, done }: { readonly review: Review; readonly done: () => void }) {
  const act = useAct();
  const [note, setNote] = useState('');
  const { intent, frozenCredits } = review;
  const preview = intent.refundPreview;
  const decide = (approve: boolean) => async () => {
    if (!note.trim()) throw new Error('Say why: it stays with the decision.');
    const left = preview && { amountMinor: preview.left.amountMinor, currency: preview.left.currency };
    const seen = approve ? { frozenCredits } : { left };
    try {
      await act(DecideReviewDocument, { input: { id: review.id, approve, note, seen } });
    } catch (error) {
      // Somebody else may have decided, or the figures are others by now: both are shown beside what was refused.
      done();
      throw error;
    }
    told(
      approve ? 'Approved: the credits are free.' : 'Rejected: the money is with the provider to go back.',
    );
    done();
  };
  const reason = (
    <Textarea
      label="Note"
      description="Operators read it, the user does not."
      required
      data-autofocus
      value={note}
      onChange={(event) => setNote(event.currentTarget.value)}
    />
  );
  const over =
    review.status === 'open' ? null : `${review.decidedBy ?? 'Somebody'} decided it: ${review.status}.`;
  return (
    <>
      <Confirm
        sends={DecideReviewDocument}
        button="Approve"
        hotkey="a"
        title="Approve this purchase?"
        confirm="Approve"
        figures={`${frozenCredits} credits frozen`}
        over={over}
        act={decide(true)}
      >
        <Text size="sm">
          {intent.userId} may spend the {frozenCredits} credits that are frozen.
        </Text>
        {reason}
      </Confirm>
      <Confirm
        sends={DecideReviewDocument}
        button="Reject"
        hotkey="r"
        title="Reject this purchase?"
        confirm={`Reject and refund ${preview?.left.formatted ?? ''}`}
        danger
        figures={`${preview?.left.formatted ?? 'nothing'} left to refund`}
        over={over}
        act={decide(false)}
      >
        <Text size="sm">
          {preview?.left.formatted ?? 'Nothing'} goes back to {intent.userId} as a fraud, and{' '}
          {preview?.creditsToRevoke ?? 0} credits are taken.
        </Text>
        {preview && preview.wouldOwe > 0 && (
          <Alert variant="outline" color="orange" role="status">
            {preview.wouldOwe} of them are spent already and would be owed.
          </Alert>
        )}
        {reason}
      </Confirm>
    </>
  );
}
