// What stands where rows would be: nothing found, not there yet, or something went wrong.
import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import type { CombinedError } from 'urql';

export function Empty({ title, text }: { readonly title: string; readonly text?: string }) {
  return (
    <div className="empty" role="status">
      <h2>{title}</h2>
      {text && <p>{text}</p>}
    </div>
  );
}

export function Loading({ rows = 8 }: { readonly rows?: number }) {
  return (
    <Stack gap={10} p="md" aria-busy="true" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={16} radius="sm" />
      ))}
    </Stack>
  );
}

/** Of an answer that is none of the gateway's schema, as of a proxy before it; null: there was no answer. */
const statusOf = ({ response }: CombinedError): number | null =>
  (response as Response | undefined)?.status ?? null;

/** What kept an answer from coming, in words for the person. */
export function away(error: CombinedError): string {
  const status = statusOf(error);
  return status === null
    ? 'The gateway cannot be reached.'
    : `The gateway answered ${status}. It is there, and failed; try again in a moment.`;
}

/** What a person can do with a failure: read what happened, and try again. */
export function Trouble({ error, again }: { readonly error: CombinedError; readonly again?: () => void }) {
  const status = statusOf(error);
  const isAway = error.networkError !== undefined && status === null;
  const text = error.networkError ? away(error) : error.graphQLErrors.map(({ message }) => message).join(' ');
  const requestId = error.graphQLErrors[0]?.extensions.requestId;
  return (
    <Alert
      color="red"
      variant="outline"
      m="md"
      classNames={{ title: 'bad' }}
      title={isAway ? 'No connection' : 'That did not work'}
      role="alert"
    >
      {text} {requestId ? <code>{String(requestId)}</code> : null}
      {again && (
        <div>
          <Button mt="xs" variant="default" onClick={again}>
            Try again
          </Button>
        </div>
      )}
    </Alert>
  );
}
