// What is seen when a screen fails: a way on, and never nothing.
import { Alert, Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';

const RELOADED = 'credits-gateway:reloaded-at';
// A reload that did not help is not done again at once.
const AGAIN_MS = 10_000;

/**
 * For code of a screen that cannot be loaded: a tab that is older than the last deployment asks for files that are gone, and gets the
 * new ones by a reload. @returns whether that is under way
 */
export function reloadOnce(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED));
  if (Date.now() - last < AGAIN_MS) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  return true;
}

interface Props {
  readonly children: ReactNode;
}

/** Give it the place as its key: another screen begins anew. */
export class Boundary extends Component<Props, { readonly error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state as { error: Error | null };
    if (!error) return this.props.children;
    return (
      <Alert
        color="red"
        variant="outline"
        m="md"
        classNames={{ title: 'bad' }}
        title="This screen failed"
        role="alert"
      >
        Nothing was changed by that. If it happens again, tell whoever runs the gateway:{' '}
        <code>{error.message}</code>
        <div className="actions">
          <Button variant="default" onClick={() => this.setState({ error: null })}>
            Try again
          </Button>
          <Button variant="default" component="a" href="/console">
            Overview
          </Button>
        </div>
      </Alert>
    );
  }
}
