import { MantineProvider } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { Provider } from 'urql';
import { Router } from 'wouter';
import './mantine.css';
import './console.css';
import { mount } from '../shared/mount';
import { createConsoleClient } from './client';
import { FeedProvider } from './feed';
import { Boundary } from './parts/boundary';
import { Told } from './parts/told';
import { beginScreen } from './screens';
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

const BASE = '/console';
beginScreen(location.pathname.slice(BASE.length).replace(/\/$/, '') || '/');

mount(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <Told />
    <SessionProvider>
      <Router base={BASE}>
        <Boundary>
          <Connected />
        </Boundary>
      </Router>
    </SessionProvider>
  </MantineProvider>,
);
