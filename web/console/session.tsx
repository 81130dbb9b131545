// Who operates. In mock mode anybody by choice, elsewhere the holder of a token, of the issuer's or pasted, that stays in
// this tab.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { roleMayCall } from '../../src/graphql/required-roles';
import { backFromIssuer } from './issuer';
import { type Known, keptRole, keptToken, type OperatorRole, PEOPLE, ROLE, TOKEN, whoIs } from './who';

// Whoever is signed in never sees it.
const SignIn = lazy(() => import('./sign-in').then((module) => ({ default: module.SignIn })));

const isOperator = (role: string): role is OperatorRole => role in PEOPLE;

export interface Session {
  readonly token: string;
  readonly role: OperatorRole;
  readonly isMock: boolean;
  readonly mode: string;
  /** Of several deployments the one that answers; null: there is one. */
  readonly cell: string | null;
  /** True when the gateway lets this role send the mutation. It decides by itself, whatever is shown. */
  may(mutation: Mutation): boolean;
  /** True when this role may read a field, e.g. `Admin.ledger`. */
  mayRead(coordinate: string): boolean;
  /** Null for whoever signed in; where the gateway gives tokens to anybody: be somebody else. */
  readonly become: ((role: OperatorRole) => void) | null;
  signOut(): void;
}

/** A document whose first field is a mutation. */
// biome-ignore lint/suspicious/noExplicitAny: whatever it takes and answers.
export type Mutation = TypedDocumentNode<any, any>;

function mutationIn({ definitions }: Mutation): string {
  const [first] = definitions.flatMap((definition) =>
    'selectionSet' in definition && definition.kind === 'OperationDefinition'
      ? definition.selectionSet.selections
      : [],
  );
  return first && 'name' in first ? first.name.value : '';
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('No session');
  return session;
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [role, setRole] = useState(keptRole);
  const [pasted, setPasted] = useState(keptToken);
  const [state, setState] = useState<
    (Known & { token: string; role: OperatorRole }) | 'asking' | 'signed out'
  >('asking');
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    const signIn = async () => {
      const issued = await backFromIssuer().catch((error: Error) => {
        if (current) setTrouble(error.message);
        return null;
      });
      if (issued) {
        sessionStorage.setItem(TOKEN, issued);
        return setPasted(issued);
      }
      const { token, who } = await whoIs(role, pasted);
      if (!current) return;
      if (pasted && !(who && isOperator(who.role))) setTrouble('This token is not one of an operator.');
      setState(token && who && isOperator(who.role) ? { ...who, role: who.role, token } : 'signed out');
    };
    signIn().catch((error: Error) => {
      if (!current) return;
      setTrouble(`The gateway cannot be reached: ${error.message}`);
      setState('signed out');
    });
    return () => {
      current = false;
    };
  }, [role, pasted]);

  const session = useMemo(() => {
    if (typeof state === 'string') return null;
    return {
      ...state,
      isMock: state.mode === 'mock',
      may: (mutation: Mutation) => state.allowedMutations.includes(mutationIn(mutation)),
      mayRead: (coordinate: string) => roleMayCall(state.role, coordinate),
      become: pasted
        ? null
        : (next: OperatorRole) => {
            sessionStorage.setItem(ROLE, next);
            setRole(next);
          },
      signOut: () => {
        sessionStorage.removeItem(TOKEN);
        setPasted(null);
        setState('signed out');
      },
    };
  }, [state, pasted]);
  if (state === 'asking') return null;
  if (!session)
    return (
      <Suspense>
        <SignIn
          trouble={trouble}
          done={(token) => {
            sessionStorage.setItem(TOKEN, token);
            setTrouble(null);
            setPasted(token);
          }}
        />
      </Suspense>
    );
  return <SessionContext value={session}>{children}</SessionContext>;
}
