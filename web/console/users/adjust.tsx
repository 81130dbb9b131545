import { NumberInput, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { AdjustUserDocument } from '../../gql/graphql';
import { Confirm, told, useAct, useKeyed } from '../parts/act';
import { ownerMeant } from '../parts/find';
import { SecondPerson } from '../parts/second-person';
import { signed } from '../parts/values';

/** Adds or takes credits by hand, with a reason. */
export function Adjust({
  userId,
  called = userId,
  available,
  done,
}: {
  /** Under which the credits are kept: a user's id, or a shared wallet's. */
  readonly userId: string;
  /** For people; left out: by the id. */
  readonly called?: string;
  readonly available: number;
  readonly done: () => void;
}) {
  const act = useAct();
  const [credits, setCredits] = useState(0);
  const [reason, setReason] = useState('');
  const [publicReason, setPublicReason] = useState('');
  const keyed = useKeyed();
  const adjust = async () => {
    if (credits === 0) throw new Error('Say how many credits.');
    if (!reason.trim()) throw new Error('Say why: it stays with the posting.');
    const forUser = publicReason.trim() === '' ? {} : { publicReason };
    const input = { ...ownerMeant(userId), credits, seenAvailable: available, reason, ...forUser };
    await keyed((idempotencyKey) => act(AdjustUserDocument, { input: { ...input, idempotencyKey } }));
    told(`${signed(credits)} credits for ${called}.`);
    done();
  };
  return (
    <Confirm
      sends={AdjustUserDocument}
      button="Adjust credits"
      title={`Adjust the credits of ${called}?`}
      confirm={credits === 0 ? 'Adjust' : `Adjust by ${signed(credits)}`}
      danger={credits < 0}
      figures={`${available.toLocaleString()} credits available`}
      act={adjust}
    >
      <NumberInput
        label="Credits"
        description="Below zero takes some away."
        value={credits}
        allowDecimal={false}
        onChange={(value) => setCredits(Number(value) || 0)}
      />
      <Textarea
        label="Reason"
        description="Operators read it, the user does not."
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Textarea
        label="What the user is told"
        description="Left empty: nothing."
        value={publicReason}
        onChange={(event) => setPublicReason(event.currentTarget.value)}
      />
      <SecondPerson userId={userId} unit="CREDIT" amount={String(Math.abs(credits))} />
      <Text size="xs" c="dimmed">
        An adjustment is a posting of its own. It is undone by another one, never deleted.
      </Text>
    </Confirm>
  );
}
