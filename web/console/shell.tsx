import {
  ActionIcon,
  AppShell,
  Burger,
  Loader,
  Select,
  TextInput,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Suspense, useRef } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Boundary } from './parts/boundary';
import { placeOf } from './parts/find';
import { Empty } from './parts/states';
import { Zone } from './parts/zone';
import { UnderAttack } from './risk/under-attack';
import { SCREENS } from './screens';
import { type OperatorRole, PEOPLE, useSession } from './session';

const GROUPS = ['Payments', 'Risk', 'Integration', 'Finance', 'Settings'] as const;

/** Screens on which it is said that an attack goes on. */
const isOfRisk = (location: string) =>
  location === '/' ||
  SCREENS.some(
    ({ group, path }) => group === 'Risk' && (location === path || location.startsWith(`${path}/`)),
  );

/** Menu on the left, search on top, one screen beneath. */
export function Shell({ live }: { readonly live: boolean }) {
  const { mayRead } = useSession();
  const [isOpen, menu] = useDisclosure();
  const [location] = useLocation();
  const shown = SCREENS.filter((screen) => mayRead(screen.reads));
  const entry = ({ path, title }: (typeof SCREENS)[number]) => {
    const isHere = path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
    return (
      <Link
        key={path}
        href={path}
        className="entry"
        aria-current={isHere ? 'page' : undefined}
        onClick={menu.close}
      >
        {title}
      </Link>
    );
  };
  const menuOf = shown.filter((screen) => screen.title);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <a href="#screen" className="skip">
        Skip to the screen
      </a>
      <AppShell.Header className="top">
        <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
        <strong className="brand">Credits</strong>
        <Mode />
        <Search />
        <Live live={live} />
        <Identity />
        <Scheme />
      </AppShell.Header>
      <AppShell.Navbar className="menu" aria-label="Screens">
        {menuOf.filter((screen) => !screen.group).map(entry)}
        {GROUPS.map((group) => {
          const entries = menuOf.filter((screen) => screen.group === group);
          return entries.length === 0 ? null : (
            <section key={group} aria-label={group}>
              <p className="group">{group}</p>
              {entries.map(entry)}
            </section>
          );
        })}
      </AppShell.Navbar>
      <AppShell.Main className="page" id="screen" tabIndex={-1}>
        {isOfRisk(location) && <UnderAttack />}
        <Boundary key={location}>
          <Suspense fallback={<Loader size="sm" m="xl" aria-label="Loading" />}>
            <Switch>
              {shown.map(({ path, component: Screen }) => (
                <Route key={path} path={path}>
                  {(params) => (
                    <Screen
                      key={JSON.stringify(params)}
                      params={params as Record<string, string | undefined>}
                    />
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
          </Suspense>
        </Boundary>
        <Zone />
      </AppShell.Main>
    </AppShell>
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
      <TextInput
        ref={input}
        placeholder={isNarrow ? 'Search' : 'Find an id, user, key or amount'}
        aria-label="Search"
        rightSection={<kbd className="wide">/</kbd>}
      />
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
    <Select
      className="identity"
      aria-label="Signed in as"
      data={(Object.keys(PEOPLE) as OperatorRole[]).map((item) => ({
        value: item,
        label: `${PEOPLE[item]}, ${item}`,
      }))}
      value={role}
      allowDeselect={false}
      onChange={(next) => next && become(next as OperatorRole)}
    />
  );
}

function Scheme() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`Use the ${next} theme`}
      onClick={() => setColorScheme(next)}
    >
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
