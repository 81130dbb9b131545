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

/** What a person can do with a failure: read what happened, and try again. */
export function Trouble({ error, again }: { readonly error: CombinedError; readonly again?: () => void }) {
  const isAway = error.networkError !== undefined;
  const text = isAway
    ? 'The gateway cannot be reached.'
    : error.graphQLErrors.map(({ message }) => message).join(' ');
  const requestId = error.graphQLErrors[0]?.extensions.requestId;
  return (
    <Alert
      color="red"
      variant="outline"
      m="md"
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
