import { Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type BreakFix, type BreakRowFragment, SettleBreakDocument } from '../../gql/reconciliation/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { words } from '../parts/values';

/** Each fix, as the gateway does it. */
const FIXES: Readonly<Record<BreakFix, string>> = {
  restore_intent: 'Restore: makes the purchase again that the provider tells of',
  mark_succeeded: 'Mark succeeded: asks the provider and settles the payment',
  mark_failed: 'Mark failed: asks the provider and closes the payment',
  grant_credits: 'Grant the credits that were paid',
  apply_to_intent: 'Apply to the payment: books what came, and what it buys',
  refund_at_provider: 'Refund at the provider: sends the money back',
  book_fee: 'Book the fee',
  adjust: 'Adjust: books the difference',
  accept_loss: 'Accept the loss: both books have it, and nothing is posted',
  ignore: 'Ignore: changes nothing',
};

interface ResolveProps {
  readonly item: BreakRowFragment;
  readonly done: () => void;
}

interface Side {
  readonly amountMinor: string;
  readonly currency: string;
  readonly formatted: string;
}

const side = (shown: Side | null | undefined) =>
  shown ? { amountMinor: shown.amountMinor, currency: shown.currency } : null;

/** Settles a break by a fix, with a note that stays with it. */
export function Resolve({ item, done }: ResolveProps) {
  const act = useAct();
  const [fix, setFix] = useState<string | null>(item.fixes[0] ?? null);
  const [note, setNote] = useState('');
  const resolve = async () => {
    if (!note.trim()) throw new Error('Say why: it stays with the break.');
    if (!fix) throw new Error('Choose what to do about it.');
    await act(SettleBreakDocument, {
      input: {
        id: item.id,
        fix: fix as BreakFix,
        seen: { ours: side(item.ours), theirs: side(item.theirs) },
        note,
      },
    });
    told('The break is settled.');
    done();
  };
  const amount = (side: { readonly formatted: string } | null | undefined) => side?.formatted ?? 'nothing';
  return (
    <Confirm
      sends={SettleBreakDocument}
      button="Resolve"
      title={`Resolve: ${words(item.kind)}?`}
      confirm="Resolve"
      figures={`ours ${amount(item.ours)}, theirs ${amount(item.theirs)}`}
      over={
        item.status !== 'resolved' ? null : `${item.resolvedBy ?? 'Somebody'} settled it: ${item.status}.`
      }
      act={resolve}
    >
      <p>
        {item.intent ? 'Payment' : 'Entry'}{' '}
        <code className="cut">{item.intent?.id ?? item.providerEntryId ?? 'unknown'}</code>
        {item.intent ? ` of ${item.intent.userId}` : ''}. Its {item.subject}: ours <b>{amount(item.ours)}</b>,
        theirs <b>{amount(item.theirs)}</b>.
      </p>
      <Select
        label={item.suggestedFix ? `Fix (suggested: ${words(item.suggestedFix)})` : 'Fix'}
        data={item.fixes.map((value) => ({ value, label: FIXES[value] }))}
        value={fix}
        onChange={setFix}
        allowDeselect={false}
      />
      <Textarea label="Note" required value={note} onChange={(event) => setNote(event.currentTarget.value)} />
    </Confirm>
  );
}
