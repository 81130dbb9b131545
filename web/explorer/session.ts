// Who explores, shared with the plugins that GraphiQL mounts.
import { createContext, useContext } from 'react';
import type { Ask } from './at-hand';

export interface Session {
  readonly ask: Ask;
  /** Which simulated outcomes can be played; empty outside mock mode. */
  readonly isMock: boolean;
}

export const SessionContext = createContext<Session>({ ask: async () => null, isMock: false });
export const useSession = () => useContext(SessionContext);
