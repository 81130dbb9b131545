import { Alert, NumberInput, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { exponentOf } from '../../../src/kernel/currencies';
import { RefundPaymentDocument, RefundPreviewOfDocument } from '../../gql/graphql';
import { useFeed } from '../feed';
import { Confirm, told, useAct, useKeyed } from '../parts/act';
import { SecondPerson } from '../parts/second-person';
import type { Payment } from './detail';

/** What a refund of this size would do and all that is left, as it is now: whoever else refunds changes it. */
function useRefundable(id: string, amountMinor: number | null, isPaused: boolean) {
  const [meanwhile, setMeanwhile] = useState<string | null>(null);
  const [{ data }, read] = useQuery({
    query: RefundPreviewOfDocument,
    variables: { id, amountMinor: amountMinor === null ? null : String(amountMinor) },
    pause: isPaused,
  });
  const preview = data?.intent?.refundPreview;
  const [whole, readWhole] = useQuery({
    query: RefundPreviewOfDocument,
    variables: { id, amountMinor: null },
    pause: isPaused,
  });
  const left = whole.data?.intent?.refundPreview?.left;
  const look = () => {
    read({ requestPolicy: 'network-only' });
    readWhole({ requestPolicy: 'network-only' });
  };
  useFeed((event) => {
    if (event.subject?.id !== id) return;
    if (event.kind === 'change') setMeanwhile(event.summary);
    look();
  });
  return { preview, left, meanwhile, isKnown: whole.data !== undefined, look };
}

/** A refund, and what it would do before it does it. */
export function Refund({ payment, done }: { readonly payment: Payment; readonly done: () => void }) {
  const act = useAct();
  const rest = Number(payment.amount.amountMinor) - Number(payment.refundedAmount.amountMinor);
  // The platform's own data disagrees with the standard on some.
  const digits = exponentOf(payment.amount.currency) ?? 2;
  const [amount, setAmount] = useState<number | null>(null);
  const [reason, setReason] = useState('');
  const [publicReason, setPublicReason] = useState('');
  const keyed = useKeyed();
  const minor = amount === null ? null : Math.round(amount * 10 ** digits);
  const { preview, left, meanwhile, isKnown, look } = useRefundable(payment.id, minor, rest <= 0);
  const refund = async () => {
    if (!reason.trim()) throw new Error('Say why: it stays with the refund.');
    if (!preview || !left) throw new Error('So much cannot be refunded.');
    if (preview.amount.amountMinor !== (minor === null ? left.amountMinor : String(minor)))
      throw new Error('What it would do is still being read.');
    const forUser = publicReason.trim() === '' ? {} : { publicReason };
    // What the button says, and what was left when it said so: never an empty amount.
    const seen = { amountMinor: preview.amount.amountMinor, seenLeftMinor: left.amountMinor };
    const input = { intentId: payment.id, ...seen, reason, ...forUser };
    await keyed((idempotencyKey) => act(RefundPaymentDocument, { input: { ...input, idempotencyKey } }));
    told('The refund is with the provider.');
    done();
  };
  return (
    <Confirm
      sends={RefundPaymentDocument}
      button="Refund"
      title="Refund this payment?"
      confirm={`Refund ${preview?.amount.formatted ?? ''}`}
      danger
      disabled={rest <= 0}
      figures={isKnown ? `${left?.formatted ?? 'nothing'} left to refund` : null}
      meanwhile={meanwhile}
      act={() => refund().finally(look)}
    >
      <Text size="sm">
        To {payment.userId}, who paid {payment.amount.formatted}.
      </Text>
      <NumberInput
        label={`Amount in ${payment.amount.currency}`}
        description={`Left empty: the whole rest.${preview ? ` At least ${preview.minimum.formatted}.` : ''}`}
        value={amount ?? ''}
        min={0}
        decimalScale={digits}
        hideControls
        onChange={(value) => setAmount(value === '' ? null : Number(value))}
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
      {minor !== null && left && BigInt(minor) > BigInt(left.amountMinor) && (
        <Alert variant="outline" color="orange" role="status">
          {left.formatted} is left of what was paid: more than that cannot go back.
        </Alert>
      )}
      {preview && <Effect preview={preview} payment={payment} />}
    </Confirm>
  );
}

type Preview = NonNullable<ReturnType<typeof useRefundable>['preview']>;

/** What becomes of money, of credits, and of what is left. */
function Effect({ preview, payment }: { readonly preview: Preview; readonly payment: Payment }) {
  const { amount, wouldOwe, creditsToRevoke } = preview;
  return (
    <>
      <Alert variant="outline" color={wouldOwe > 0 ? 'orange' : 'gray'} role="status">
        {amount.formatted} goes back and {creditsToRevoke} credits are taken
        {wouldOwe > 0 ? `; ${wouldOwe} of them are spent already and would be owed.` : '.'}
      </Alert>
      <SecondPerson userId={payment.userId} unit={payment.amount.currency} amount={amount.amountMinor} />
      {preview.restBelowMinimum && (
        <Alert variant="outline" color="orange" role="status">
          What is left then is less than {preview.minimum.formatted}, the least that {payment.provider} sends
          back: it cannot go back later. Refund the whole rest, or leave at least so much.
        </Alert>
      )}
    </>
  );
}
