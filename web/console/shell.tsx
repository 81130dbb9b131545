import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense, useRef } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Menu } from './menu';
import { Boundary } from './parts/boundary';
import { placeOf } from './parts/find';
import { Empty, Loading } from './parts/states';
import { Zone } from './parts/zone';
import { UnderAttack } from './risk/under-attack';
import { SCREENS } from './screens';
import { useSession } from './session';
import { type OperatorRole, PEOPLE } from './who';

const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }));

const KEYS = /Mac/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

/** Screens on which it is said that an attack goes on. */
const isOfRisk = (location: string) =>
  location === '/' ||
  SCREENS.some(
    ({ group, path }) => group === 'Risk' && (location === path || location.startsWith(`${path}/`)),
  );

/** Menu on the left, search on top, one screen beneath. */
export function Shell({ live }: { readonly live: boolean }) {
  const [isOpen, menu] = useDisclosure();
  const [isAsked, palette] = useDisclosure();
  // In every field, too: nowhere does it type anything.
  useHotkeys([['mod+K', palette.open]], []);
  const [location] = useLocation();
  return (
    <div className="shell">
      <a href="#screen" className="skip">
        Skip to the screen
      </a>
      <header className="top">
        <button
          type="button"
          className="plain burger"
          aria-label="Menu"
          aria-expanded={isOpen}
          onClick={menu.toggle}
        >
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d={isOpen ? 'M4 4l12 12M16 4L4 16' : 'M2 5h16M2 10h16M2 15h16'} stroke="currentColor" />
          </svg>
        </button>
        <strong className="brand">Credits</strong>
        <Mode />
        <Cell />
        <Search />
        <button
          type="button"
          className="plain wide"
          aria-label={`Commands, ${KEYS}`}
          title="Commands"
          onClick={palette.open}
        >
          <kbd>{KEYS}</kbd>
        </button>
        <Live live={live} />
        <Identity />
        <Scheme />
      </header>
      <Menu isOpen={isOpen} close={menu.close} />
      <main className="page" id="screen" tabIndex={-1}>
        {isOfRisk(location) && <UnderAttack />}
        <Boundary key={location}>
          <Suspense fallback={<Loading />}>
            <Opened />
          </Suspense>
        </Boundary>
        <Zone />
      </main>
      {isAsked && (
        <Suspense>
          <Palette close={palette.close} />
        </Suspense>
      )}
    </div>
  );
}

/** The screen of the address, where the role may read it. */
function Opened() {
  const { mayRead } = useSession();
  const shown = SCREENS.filter((screen) => mayRead(screen.reads));
  return (
    <Switch>
      {shown.map(({ path, component: Screen }) => (
        <Route key={path} path={path}>
          {(params) => (
            <Screen key={JSON.stringify(params)} params={params as Record<string, string | undefined>} />
          )}
        </Route>
      ))}
      <Route>
        <Empty
          title="Nothing is here"
          text="The address leads to no screen, or to one that your role does not have."
        />
      </Route>
    </Switch>
  );
}

function Mode() {
  const { mode } = useSession();
  return (
    <span
      className={`mode ${mode}`}
      title={mode === 'live' ? 'Real money moves here.' : 'No real money moves here.'}
    >
      {mode}
    </span>
  );
}

/** Which of several deployments it is: what is not found here may be in another. */
function Cell() {
  const { cell } = useSession();
  return (
    cell && (
      <span className="mode cell" title={`The cell ${cell}. Users of other cells are not here.`}>
        {cell}
      </span>
    )
  );
}

function Live({ live }: { readonly live: boolean }) {
  return (
    <span className="live" role="status">
      <i className={live ? 'dot on' : 'dot'} />
      <span className="wide">{live ? 'Live' : 'Reconnecting'}</span>
    </span>
  );
}

function Search() {
  const input = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const isNarrow = useMediaQuery('(max-width: 600px)');
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        const text = input.current?.value.trim() ?? '';
        if (!text) return;
        navigate(placeOf(text));
        input.current?.blur();
      }}
    >
      <input
        ref={input}
        placeholder={isNarrow ? 'Search' : 'Find an id, user, key or amount'}
        aria-label="Search"
      />
      <kbd className="wide">/</kbd>
    </form>
  );
}

function Identity() {
  const { role, become, signOut } = useSession();
  if (!become)
    return (
      <button type="button" className="plain" onClick={signOut}>
        Sign out ({role})
      </button>
    );
  return (
    <select
      className="identity"
      aria-label="Signed in as"
      value={role}
      onChange={({ currentTarget }) => become(currentTarget.value as OperatorRole)}
    >
      {(Object.keys(PEOPLE) as OperatorRole[]).map((item) => (
        <option key={item} value={item}>
          {PEOPLE[item]}, {item}
        </option>
      ))}
    </select>
  );
}

function Scheme() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="plain scheme"
      aria-label={`Use the ${next} theme`}
      onClick={() => setColorScheme(next)}
    >
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </button>
  );
}
