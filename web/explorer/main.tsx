import 'graphiql/setup-workers/vite';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import { developmentToken, type Identity } from '../shared/dev-token';
import { mount } from '../shared/mount';
import 'graphiql/style.css';
import './explorer.css';
import { askWith } from './at-hand';
import { eventsPlugin } from './events';
import { examplesPlugin } from './examples';
import { fetcherFor } from './fetcher';
import { outcomesPlugin } from './outcomes';
import { SessionContext } from './session';

const PEOPLE: readonly Identity[] = [
  { userId: 'user_1', role: 'user' },
  { userId: 'backend', role: 'service' },
  { userId: 'sue', role: 'support' },
  { userId: 'finn', role: 'finance' },
  { userId: 'ada', role: 'admin' },
];
const SIGNED_OUT = 'signed out';
const PLUGINS = [examplesPlugin, eventsPlugin, outcomesPlugin];
const nameOf = ({ userId, role }: Identity) => `${role} (${userId})`;

const FIRST = `query Start {
  packages { id name credits price { formatted } savingsPercent }
  checkoutConfig { mode defaultProvider }
}
`;

function Page() {
  const [who, setWho] = useState(nameOf(PEOPLE[0] as Identity));
  const [token, setToken] = useState<string | null | undefined>(undefined);
  const [hands, setHands] = useState(true);
  const [isMock, setIsMock] = useState(false);
  useEffect(() => {
    const identity = PEOPLE.find((item) => nameOf(item) === who);
    if (!identity) return setToken(null);
    developmentToken(identity).then(
      (issued) => {
        setHands(issued !== null);
        setToken(issued);
      },
      () => setToken(null),
    );
  }, [who]);
  useEffect(() => {
    void askWith(null)('{ checkoutConfig { mode } }').then((data) =>
      setIsMock((data?.checkoutConfig as { mode: string } | undefined)?.mode === 'mock'),
    );
  }, []);
  const connection = useMemo(() => (token === undefined ? null : fetcherFor(token)), [token]);
  useEffect(() => () => connection?.close(), [connection]);
  const session = useMemo(() => ({ ask: askWith(token ?? null), isMock }), [token, isMock]);
  if (!connection) return <p role="status">Signing in…</p>;
  return (
    <SessionContext value={session}>
      <GraphiQL
        key={who + token}
        fetcher={connection.fetcher}
        plugins={PLUGINS}
        visiblePlugin="Examples"
        initialQuery={FIRST}
        defaultQuery={FIRST}
        inputValueDeprecation
        defaultEditorToolsVisibility="variables"
      >
        <GraphiQL.Logo>
          <div className="who">
            <span aria-hidden="true">As</span>
            {hands ? (
              <select aria-label="As" value={who} onChange={(event) => setWho(event.target.value)}>
                {PEOPLE.map((item) => (
                  <option key={item.userId}>{nameOf(item)}</option>
                ))}
                <option>{SIGNED_OUT}</option>
              </select>
            ) : (
              <input
                placeholder="paste a token"
                aria-label="Token"
                onChange={(event) => setToken(event.target.value.trim() || null)}
              />
            )}
          </div>
          <a href="/console">Console</a> <a href="/shop">Shop</a>
        </GraphiQL.Logo>
      </GraphiQL>
    </SessionContext>
  );
}

mount(<Page />);
