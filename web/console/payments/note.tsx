import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { NotePaymentDocument } from '../../gql/graphql';
import { refused, useAct } from '../parts/act';
import { useSession } from '../session';

export function Note({ paymentId, done }: { readonly paymentId: string; readonly done: () => void }) {
  const act = useAct();
  const { may } = useSession();
  const [text, setText] = useState('');
  const add = async () => {
    try {
      await act(NotePaymentDocument, { input: { subjectId: paymentId, text } });
      setText('');
      done();
    } catch (error) {
      refused(error);
    }
  };
  if (!may(NotePaymentDocument)) return null;
  return (
    <form
      className="add-note"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void add();
      }}
    >
      <Textarea
        aria-label="Note"
        placeholder="A note that operators see"
        autosize
        minRows={1}
        maxRows={6}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!text.trim()}>
        Add note
      </Button>
    </form>
  );
}
