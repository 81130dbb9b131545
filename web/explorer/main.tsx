import { useEffect, useMemo, useState } from 'react';
import { mount } from '../shared/mount';
import './explorer.css';
import { askWith } from './at-hand';
import { useIdentity, Who } from './identity';
import { PANELS, Rail } from './rail';
import { runs } from './runs';
import { useSchema } from './schema';
import { type Session, SessionContext } from './session';
import { applyTheme, settings } from './settings';
import { openLinked } from './share';
import { TabRow } from './tab-row';
import { tabs } from './tabs';
import { Workspace } from './workspace';

function Page() {
  const identity = useIdentity();
  if (identity.token === undefined) return <p role="status">Signing in…</p>;
  // Anew for each token: a stream that somebody began ends when it is somebody else's turn.
  return <Explorer key={identity.token} identity={identity} token={identity.token} />;
}

interface Props {
  readonly identity: ReturnType<typeof useIdentity>;
  readonly token: string | null;
}

function Explorer({ identity, token }: Props) {
  const { current } = tabs.use();
  const { panel } = settings.use();
  const [isMock, setIsMock] = useState(false);
  const ask = useMemo(() => askWith(token), [token]);
  const { schema, trouble, reload } = useSchema(ask);
  useEffect(() => {
    void askWith(null)('{ checkoutConfig { mode } }').then(
      (data) => setIsMock((data?.checkoutConfig as { mode: string } | undefined)?.mode === 'mock'),
      () => undefined,
    );
  }, []);
  useEffect(() => runs.stopAll, []);
  const session = useMemo(() => {
    const become: Session['become'] = async (role) => askWith(await identity.become(role));
    return { ask, become, isMock, schema, trouble };
  }, [ask, identity, isMock, schema, trouble]);
  const shown = PANELS.find(({ title }) => title === panel);
  return (
    <SessionContext value={session}>
      <div className="explorer">
        <Rail onReload={reload} />
        {shown && (
          <aside aria-label={shown.title}>
            <shown.Content />
          </aside>
        )}
        <div className="work">
          <header className="top">
            <TabRow />
            <Who {...identity} />
            <a href="/console">Console</a>
            <a href="/shop">Shop</a>
          </header>
          <Workspace key={current.id} tab={current} token={token} />
        </div>
      </div>
    </SessionContext>
  );
}

applyTheme();
openLinked();
mount(<Page />);
