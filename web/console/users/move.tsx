import { NumberInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { MoveUserCreditsDocument } from '../../gql/graphql';
import { Confirm, told, useAct, useKeyed } from '../parts/act';
import { isSharedWallet, ownerMeant } from '../parts/find';
import { useSession } from '../session';

interface MoveProps {
  /** Under which the credits are kept: a user's id, or a shared wallet's. */
  readonly userId: string;
  /** For people; left out: by the id. */
  readonly called?: string;
  /** How many can be moved. */
  readonly movable: number;
  readonly done: () => void;
}

/** Moves bought credits to another user or shared wallet, with a reason. */
export function Move({ userId, called = userId, movable, done }: MoveProps) {
  const act = useAct();
  // Back ends may, and finance; support is told NOT_FOUND.
  const mayMove = useSession().mayRead('Admin.ledger');
  const [to, setTo] = useState('');
  const [credits, setCredits] = useState(0);
  const [reason, setReason] = useState('');
  const [publicReason, setPublicReason] = useState('');
  const keyed = useKeyed();
  const move = async () => {
    const other = to.trim();
    if (other === '') throw new Error('Say to whom.');
    if (credits < 1) throw new Error('Say how many credits.');
    if (!reason.trim()) throw new Error('Say why: it stays with the posting.');
    const forUsers = publicReason.trim() === '' ? {} : { publicReason };
    const input = {
      ...ownerMeant(userId),
      ...(isSharedWallet(other) ? { toWalletId: other } : { toUserId: other }),
      ...{ credits, seenMovable: movable, reason, ...forUsers },
    };
    await keyed((idempotencyKey) => act(MoveUserCreditsDocument, { input: { ...input, idempotencyKey } }));
    told(`${credits.toLocaleString()} credits went from ${called} to ${other}.`);
    done();
  };
  if (!mayMove) return null;
  return (
    <Confirm
      sends={MoveUserCreditsDocument}
      button="Move credits"
      title={`Move credits of ${called}?`}
      confirm={credits < 1 ? 'Move' : `Move ${credits.toLocaleString()}`}
      figures={`${movable.toLocaleString()} credits can be moved`}
      act={move}
    >
      <TextInput
        label="To"
        description="The id of a user, or of a shared wallet."
        required
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <NumberInput
        label="Credits"
        description={`At most ${movable.toLocaleString()}: bought, not on hold, not in dispute or under review.`}
        value={credits}
        min={0}
        allowDecimal={false}
        onChange={(value) => setCredits(Number(value) || 0)}
      />
      <Textarea
        label="Reason"
        description="Operators read it, no user does."
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Textarea
        label="What both sides are told"
        description="Left empty: nothing."
        value={publicReason}
        onChange={(event) => setPublicReason(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed">
        What they cost and when they expire goes with them. What the other side owes is paid from them first.
        It is undone by moving them back.
      </Text>
    </Confirm>
  );
}
