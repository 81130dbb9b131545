// Mutations with one way to answer: what was done in a corner, what was refused where the button is.
import { Alert, Button, Modal, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Notifications, notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { type ReactNode, useRef, useState } from 'react';
import { type AnyVariables, type DocumentInput, useClient } from 'urql';
import { Link } from 'wouter';
import { type Mutation, useSession } from '../session';
import { away } from './states';
import { tellIn } from './told';

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What the gateway refused, in words for the person, and why for programs. */
class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Whether it waits for a second person now, so that the first one can do no more. */
const isWaiting = (trouble: Error | null): boolean =>
  trouble instanceof Refused && trouble.code === 'APPROVAL_REQUIRED';

/** Runs a mutation. @returns its payload, or throws an Error with words for the person */
export function useAct() {
  const client = useClient();
  return async <Data extends object, Variables extends AnyVariables>(
    document: DocumentInput<Data, Variables>,
    variables: Variables,
  ): Promise<Data[keyof Data]> => {
    const { data, error } = await client.mutation(document, variables).toPromise();
    if (error) throw new Error(error.networkError ? away(error) : error.graphQLErrors[0]?.message);
    const [payload] = Object.values(data as object) as (Data[keyof Data] & { errors: readonly Refusal[] })[];
    if (!payload) throw new Error('The gateway gave no answer.');
    const [refusal] = payload.errors;
    if (refusal) throw new Refused(refusal.code, refusal.message);
    return payload;
  };
}

// After these it may have happened, or waits for somebody: what is sent next is to be known as the same.
const MAY_HAVE_HAPPENED = new Set([
  'IN_PROGRESS',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'APPROVAL_REQUIRED',
  'IDEMPOTENCY_CONFLICT',
]);

/**
 * Sends under one key for as long as it is one decision: a second click, or a retry after a lost answer, does it once. What was done, and
 * what was refused for good, is over: a refusal is kept under its key, and would answer whatever is asked for next.
 */
export function useKeyed() {
  const key = useRef(crypto.randomUUID());
  return async <Done,>(send: (idempotencyKey: string) => Promise<Done>): Promise<Done> => {
    const renew = () => {
      key.current = crypto.randomUUID();
    };
    try {
      const done = await send(key.current);
      renew();
      return done;
    } catch (error) {
      if (error instanceof Refused && !MAY_HAVE_HAPPENED.has(error.code)) renew();
      throw error;
    }
  };
}

tellIn(() => <Notifications position="bottom-right" />);
const closing = { 'aria-label': 'Close' };
export const told = (message: string) =>
  notifications.show({ message, autoClose: 5_000, withBorder: true, closeButtonProps: closing });
export const refused = (error: unknown) =>
  notifications.show({
    message: (error as Error).message,
    color: 'red',
    autoClose: 10_000,
    withBorder: true,
    closeButtonProps: closing,
  });

/** What an act answers that only looked first: it is told as what it is, and the dialog stays for the next step. */
export interface Looked {
  readonly looked: string;
}
const lookedIn = (answer: unknown): string | null =>
  typeof answer === 'object' && answer !== null && 'looked' in answer ? String(answer.looked) : null;

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
  /** A letter that presses the button, while nobody types. */
  readonly hotkey?: string;
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
  const { figures, meanwhile, over, hotkey } = props;
  const { may, mayRead } = useSession();
  const [isOpen, setOpen] = useState(false);
  const [isActing, setActing] = useState(false);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [seen, setSeen] = useState<string | null>(null);
  const [looked, setLooked] = useState<string | null>(null);
  useHotkeys(hotkey && !over && !disabled && may(sends) ? [[hotkey, () => setOpen(true)]] : []);
  const shown = seen ?? figures ?? null;
  const isStale = isOpen && !isActing && shown !== null && Boolean(figures) && figures !== shown;
  // What is first known of an open dialog is what it shows.
  if (isOpen && seen === null && figures) setSeen(figures);
  const close = () => {
    setOpen(false);
    setTrouble(null);
    setSeen(null);
    setLooked(null);
  };
  const run = async () => {
    setActing(true);
    setTrouble(null);
    try {
      const found = lookedIn(await act());
      found === null ? close() : setLooked(found);
    } catch (error) {
      setTrouble(error as Error);
    } finally {
      setActing(false);
    }
  };
  if (!may(sends)) return null;
  return (
    <>
      {!over && (
        <Button
          variant="default"
          onClick={() => setOpen(true)}
          disabled={disabled}
          aria-keyshortcuts={hotkey}
          title={hotkey && `Key: ${hotkey}`}
          rightSection={hotkey && <kbd className="wide">{hotkey}</kbd>}
        >
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
          {!over && children}
          {(isStale || over) && (
            <Alert color="orange" variant="outline" role="status" title="Changed while this was open">
              {meanwhile && <div>{meanwhile}</div>}
              {over ?? `It was ${shown}, it is ${figures} now.`}
            </Alert>
          )}
          {looked && <Alert variant="outline" role="status" children={looked} />}
          {trouble && (
            <Alert
              color={isWaiting(trouble) ? 'orange' : 'red'}
              variant="outline"
              role={isWaiting(trouble) ? 'status' : 'alert'}
            >
              {isWaiting(trouble) && <b>It waits for a second person. Nothing was moved yet. </b>}
              {trouble.message}
              {isWaiting(trouble) && mayRead('Admin.approvals') && (
                <p>
                  <Link href="/approvals">Approvals</Link>
                </p>
              )}
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
            {!isStale && !over && !isWaiting(trouble) && (
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
