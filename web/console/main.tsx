import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useCallback, useEffect, useState } from 'react';
import { Provider } from 'urql';
import { Router } from 'wouter';
import './mantine.css';
import '@mantine/notifications/styles.css';
import './console.css';
import { mount } from '../shared/mount';
import { createConsoleClient } from './client';
import { FeedProvider } from './feed';
import { Boundary } from './parts/boundary';
import { SessionProvider, useSession } from './session';
import { Shell } from './shell';
import { theme } from './theme';

/** A cache and a socket for one identity; the next one starts with nothing. */
function Connected() {
  const { token } = useSession();
  const [live, setLive] = useState(false);
  const [hasBegun, setBegun] = useState(false);
  const [connection, setConnection] = useState<ReturnType<typeof createConsoleClient> | null>(null);
  useEffect(() => {
    const made = createConsoleClient(token, setLive);
    setConnection(made);
    return () => made.close();
  }, [token]);
  const begin = useCallback(() => setBegun(true), []);
  if (!connection) return null;
  return (
    <Provider value={connection.client}>
      <FeedProvider key={token} begin={begin}>
        <Shell live={live && hasBegun} />
      </FeedProvider>
    </Provider>
  );
}

mount(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <Notifications position="bottom-right" />
    <SessionProvider>
      <Router base="/console">
        <Boundary>
          <Connected />
        </Boundary>
      </Router>
    </SessionProvider>
  </MantineProvider>,
);
