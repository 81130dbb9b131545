import { useEffect, useState } from 'react';
import { developmentToken, type Identity } from '../shared/dev-token';
import { type Role, serves } from './example-roles';
import { createKeptStore } from './store';

const PEOPLE: readonly Identity[] = [
  { userId: 'user_1', role: 'user' },
  { userId: 'backend', role: 'service' },
  { userId: 'sue', role: 'support' },
  { userId: 'finn', role: 'finance' },
  { userId: 'ada', role: 'admin' },
];
const SIGNED_OUT = 'signed out';
const nameOf = ({ userId, role }: Identity) => `${role} (${userId})`;
const named = (who: string) => PEOPLE.find((item) => nameOf(item) === who);

// The name alone: a token is asked for anew, and one that was pasted is kept nowhere.
const chosen = createKeptStore('who', (kept) =>
  typeof kept === 'string' && (named(kept) || kept === SIGNED_OUT) ? kept : nameOf(PEOPLE[0] as Identity),
);

interface Signing {
  /** Undefined until the gateway has said whether it hands out tokens; null: signed out. */
  readonly token: string | null | undefined;
  readonly who: string;
  readonly hands: boolean;
  setWho(who: string): void;
  /** Becomes whoever may do what a role is asked for, unless that is who is chosen. @returns their token */
  become(role: Role | null): Promise<string | null>;
  setToken(token: string | null): void;
}

/** Whoever is chosen, with their token; where the gateway hands out none, one is pasted. */
export function useIdentity(): Signing {
  const who = chosen.use();
  const [token, setToken] = useState<string | null | undefined>(undefined);
  const [hands, setHands] = useState(true);
  useEffect(() => {
    const identity = named(who);
    if (!identity) return setToken(null);
    developmentToken(identity).then(
      (issued) => {
        setHands(issued !== null);
        setToken(issued);
      },
      () => setToken(null),
    );
  }, [who]);
  const become = async (role: Role | null) => {
    const other = PEOPLE.find((item) => item.role === role);
    if (!hands || !other || serves(named(who)?.role ?? null, role)) return token ?? null;
    chosen.set(nameOf(other));
    return developmentToken(other);
  };
  return { token, who, hands, setWho: chosen.set, become, setToken };
}

/** Chooses who asks. */
export function Who({ hands, who, setWho, setToken }: Signing) {
  if (!hands)
    return (
      <input
        className="who"
        placeholder="paste a token"
        aria-label="Token"
        onChange={(event) => setToken(event.target.value.trim() || null)}
      />
    );
  return (
    <label className="who">
      As
      <select value={who} onChange={(event) => setWho(event.target.value)}>
        {PEOPLE.map((item) => (
          <option key={item.userId}>{nameOf(item)}</option>
        ))}
        <option>{SIGNED_OUT}</option>
      </select>
    </label>
  );
}
