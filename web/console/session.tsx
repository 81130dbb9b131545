// Who operates. In mock mode anybody by choice, elsewhere the holder of a token, of the issuer's or pasted, that stays in
// this tab.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { developmentToken } from '../shared/dev-token';
import { backFromIssuer } from './issuer';
import { SignIn } from './sign-in';

export type OperatorRole = 'support' | 'finance' | 'admin';
export const PEOPLE: Readonly<Record<OperatorRole, string>> = {
  support: 'sue',
  finance: 'finn',
  admin: 'ada',
};

const INCLUDES: Readonly<Record<OperatorRole, readonly OperatorRole[]>> = {
  support: ['support'],
  finance: ['support', 'finance'],
  admin: ['support', 'finance', 'admin'],
};

export interface Session {
  readonly token: string;
  readonly role: OperatorRole;
  readonly isMock: boolean;
  readonly mode: string;
  /** True when what asks for `role` is shown. The gateway decides by itself, whatever is shown. */
  allows(role: OperatorRole): boolean;
  /** Null for whoever signed in; where the gateway gives tokens to anybody: be somebody else. */
  readonly become: ((role: OperatorRole) => void) | null;
  signOut(): void;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('No session');
  return session;
}

const TOKEN = 'credits-gateway:console-token';
const ROLE = 'credits-gateway:console-role';

/** Role and mode as the gateway sees them; null for a token that it does not take. */
async function known(token: string): Promise<{ role: string; mode: string } | null> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { role } checkoutConfig { mode } }' }),
  });
  const { data } = (await response.json()) as {
    data?: { viewer: { role: string } | null; checkoutConfig: { mode: string } };
  };
  return data?.viewer ? { role: data.viewer.role, mode: data.checkoutConfig.mode } : null;
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [role, setRole] = useState((sessionStorage.getItem(ROLE) as OperatorRole | null) ?? 'admin');
  const [pasted, setPasted] = useState(sessionStorage.getItem(TOKEN));
  const [state, setState] = useState<
    { token: string; role: OperatorRole; mode: string } | 'asking' | 'signed out'
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
      const token = pasted ?? (await developmentToken({ userId: PEOPLE[role], role }));
      const who = token ? await known(token) : null;
      if (!current) return;
      if (pasted && !(who && who.role in INCLUDES)) setTrouble('This token is not one of an operator.');
      setState(
        token && who && who.role in INCLUDES
          ? { token, role: who.role as OperatorRole, mode: who.mode }
          : 'signed out',
      );
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
      allows: (needed: OperatorRole) => INCLUDES[state.role].includes(needed),
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
      <SignIn
        trouble={trouble}
        done={(token) => {
          sessionStorage.setItem(TOKEN, token);
          setTrouble(null);
          setPasted(token);
        }}
      />
    );
  return <SessionContext value={session}>{children}</SessionContext>;
}
