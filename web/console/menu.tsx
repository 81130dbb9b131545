import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { SCREENS } from './screens';
import { useSession } from './session';

const GROUPS = ['Payments', 'Risk', 'Integration', 'Finance', 'Settings'] as const;

interface MenuProps {
  /** On a narrow screen it lies over the page while it is open. */
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** The screens that the caller's role may read. */
export function Menu({ isOpen, close }: MenuProps) {
  const { mayRead } = useSession();
  const [place] = useLocation();
  // Shared wallets are found among the users.
  const location = place.replace(/^\/wallets(?=\/)/, '/users');
  const list = useRef<HTMLElement>(null);
  // It is longer than most windows: where one is has to be seen.
  useEffect(() => {
    const shown = list.current?.querySelector('[aria-current]');
    if (location) shown?.scrollIntoView({ block: 'nearest' });
  }, [location]);
  const entries = SCREENS.filter((screen) => screen.title && mayRead(screen.reads));
  const entry = ({ path, title }: (typeof SCREENS)[number]) => {
    const isHere = path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
    return (
      <Link
        key={path}
        href={path}
        className="entry"
        aria-current={isHere ? 'page' : undefined}
        onClick={close}
      >
        {title}
      </Link>
    );
  };
  return (
    <nav ref={list} className={isOpen ? 'menu open' : 'menu'} aria-label="Screens">
      {entries.filter((screen) => !screen.group).map(entry)}
      {GROUPS.map((group) => {
        const own = entries.filter((screen) => screen.group === group);
        return own.length === 0 ? null : (
          <section key={group} aria-label={group}>
            <p className="group">{group}</p>
            {own.map(entry)}
          </section>
        );
      })}
    </nav>
  );
}
