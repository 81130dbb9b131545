// Who explores and what is known for them, shared with the panels.
import type { GraphQLSchema } from 'graphql';
import { createContext, useContext } from 'react';
import type { Ask } from './at-hand';
import type { Role } from './example-roles';

export interface Session {
  readonly ask: Ask;
  /** Becomes whoever may do what a role is asked for. @returns how they ask */
  readonly become: (role: Role | null) => Promise<Ask>;
  /** Which simulated outcomes can be played; empty outside mock mode. */
  readonly isMock: boolean;
  /** Null until it is there, and where the caller may not see it: `trouble` says so. */
  readonly schema: GraphQLSchema | null;
  readonly trouble: string | null;
}

export const SessionContext = createContext<Session>({
  ask: async () => null,
  become: async () => async () => null,
  isMock: false,
  schema: null,
  trouble: null,
});
export const useSession = () => useContext(SessionContext);
