// Mutations with one way to answer: what was done in a corner, what was refused where the button is.
import { Alert, Button, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { type AnyVariables, type DocumentInput, useClient } from 'urql';
import { type Mutation, useSession } from '../session';

interface Refusal {
  readonly message: string;
}

/** Runs a mutation. @returns its payload, or throws an Error with words for the person */
export function useAct() {
  const client = useClient();
  return async <Data extends object, Variables extends AnyVariables>(
    document: DocumentInput<Data, Variables>,
    variables: Variables,
  ): Promise<Data[keyof Data]> => {
    const { data, error } = await client.mutation(document, variables).toPromise();
    if (error)
      throw new Error(
        error.networkError ? 'The gateway cannot be reached.' : error.graphQLErrors[0]?.message,
      );
    const [payload] = Object.values(data as object) as (Data[keyof Data] & { errors: readonly Refusal[] })[];
    if (!payload) throw new Error('The gateway gave no answer.');
    if (payload.errors[0]) throw new Error(payload.errors[0].message);
    return payload;
  };
}

export const told = (message: string) => notifications.show({ message, autoClose: 5_000, withBorder: true });
export const refused = (error: unknown) =>
  notifications.show({
    message: (error as Error).message,
    color: 'red',
    autoClose: 10_000,
    withBorder: true,
  });

interface ConfirmProps {
  /** What it sends; whose role may not send it does not see the button. */
  readonly sends: Mutation;
  readonly button: string;
  readonly title: string;
  /** What will happen, with amount and user where money moves. */
  readonly children: ReactNode;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** What the act is about as it is now, in words. When it changes while the dialog is open, that is shown, and has to be seen
   * before anything can be confirmed; null: not known yet. */
  readonly figures?: string | null;
  /** What somebody else did meanwhile, in words. */
  readonly meanwhile?: string | null;
  /** Why there is nothing to confirm any more. */
  readonly over?: string | null;
  /** Throws an Error with words for the person when it is refused. */
  readonly act: () => Promise<unknown>;
}

/** A button, and what it will do before it does it. */
export function Confirm(props: ConfirmProps) {
  const { sends, button, title, children, confirm, danger, disabled, act } = props;
  const { figures, meanwhile, over } = props;
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const [isActing, setActing] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [seen, setSeen] = useState<string | null>(null);
  const shown = seen ?? figures ?? null;
  const isStale = isOpen && !isActing && shown !== null && Boolean(figures) && figures !== shown;
  // What is first known of an open dialog is what it shows.
  if (isOpen && seen === null && figures) setSeen(figures);
  const close = () => {
    setOpen(false);
    setTrouble(null);
    setSeen(null);
  };
  const run = async () => {
    setActing(true);
    setTrouble(null);
    try {
      await act();
      close();
    } catch (error) {
      setTrouble((error as Error).message);
    } finally {
      setActing(false);
    }
  };
  if (!may(sends)) return null;
  return (
    <>
      {!over && (
        <Button variant="default" onClick={() => setOpen(true)} disabled={disabled}>
          {button}
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={close}
        title={title}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          {children}
          {(isStale || over) && (
            <Alert color="orange" variant="outline" role="status" title="Changed while this was open">
              {meanwhile && <div>{meanwhile}</div>}
              {over ?? `It was ${shown}, it is ${figures} now.`}
            </Alert>
          )}
          {trouble && (
            <Alert color="red" variant="outline" role="alert">
              {trouble}
            </Alert>
          )}
          <div className="actions end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            {isStale && !over && (
              <Button
                variant="default"
                onClick={() => {
                  setSeen(figures ?? null);
                  setTrouble(null);
                }}
              >
                Go on with what is now
              </Button>
            )}
            {!isStale && !over && (
              <Button
                color={danger ? 'red.8' : undefined}
                loading={isActing}
                disabled={figures === null}
                onClick={run}
              >
                {confirm}
              </Button>
            )}
          </div>
        </Stack>
      </Modal>
    </>
  );
}
