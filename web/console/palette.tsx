// Everything by keyboard: go to a screen, press a button of the one that is open, open a payment or a user. Its code comes when it is
// first asked for.
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { isSharedWallet, placeOf } from './parts/find';
import { SCREENS } from './screens';
import { useSession } from './session';

interface Entry {
  readonly group: 'Here' | 'Find' | 'Go to';
  readonly text: string;
  readonly run: () => void;
}

/** The buttons of the open screen that act on it, by what stands on them. */
function buttonsHere(): readonly (readonly [string, HTMLButtonElement])[] {
  const found = document.querySelectorAll<HTMLButtonElement>('#screen .actions button:not(:disabled)');
  return [...found]
    .filter((button) => button.checkVisibility())
    .map((button) => [button.getAttribute('aria-label') ?? button.textContent?.trim() ?? '', button] as const)
    .filter(([text]) => text !== '');
}

const fits = (text: string, words: readonly string[]) =>
  words.every((word) => text.toLowerCase().includes(word));

interface PaletteProps {
  readonly close: () => void;
}

export function Palette({ close }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, type] = useState('');
  const [at, point] = useState(0);
  const id = useId();
  const entries = useEntries(typed);
  const active = Math.min(at, entries.length - 1);
  // As a modal dialog the browser itself keeps the focus inside, closes it by Escape and gives the focus back.
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    dialog.current?.close();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) point((active + by + entries.length) % entries.length);
    else if (event.key === 'Enter') run(entries[active]);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard; a click beside it does by pointer.
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Commands"
      onClose={close}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={`${id}-${active}`}
        aria-autocomplete="list"
        aria-label="What to do"
        placeholder="A screen, a button of this one, or an id"
        value={typed}
        onKeyDown={onKeyDown}
        onChange={({ currentTarget }) => {
          type(currentTarget.value);
          point(0);
        }}
      />
      <div role="listbox" id={`${id}-list`} aria-label="What can be done">
        {entries.map(({ group, text }, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys of the whole list.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox, which names the active one.
          <div
            role="option"
            key={`${group} ${text}`}
            id={`${id}-${place}`}
            aria-selected={place === active}
            onPointerMove={() => point(place)}
            onClick={() => run(entries[place])}
          >
            <span className="quiet">{group}</span> {text}
          </div>
        ))}
      </div>
    </dialog>
  );
}

/** What can be done, best first; any text can at least be looked for. */
function useEntries(typed: string): readonly Entry[] {
  const { mayRead } = useSession();
  const [location, navigate] = useLocation();
  // What can be pressed is that of the moment in which it was opened.
  const here = useMemo(buttonsHere, []);
  return useMemo(() => {
    const text = typed.trim();
    const words = text.toLowerCase().split(/\s+/);
    const go = (href: string) => () => {
      navigate(href);
      // Whoever goes on by keyboard does so in the new screen.
      document.getElementById('screen')?.focus();
    };
    const place = placeOf(text);
    const found: Entry[] =
      text === ''
        ? []
        : [
            {
              group: 'Find',
              text: place.includes('?') ? `“${text}” among payments` : text,
              run: go(place),
            },
            ...(place.startsWith('/payments?') && mayRead('Admin.wallets')
              ? [
                  {
                    group: 'Find',
                    text: `“${text}” among users and wallets`,
                    run: go(`/users?search=${encodeURIComponent(text)}`),
                  } as const,
                ]
              : []),
            ...(mayRead('Query.balance') && !isSharedWallet(text.toLowerCase())
              ? [
                  {
                    group: 'Find',
                    text: `the user “${text}”`,
                    run: go(`/users/${encodeURIComponent(text)}`),
                  } as const,
                ]
              : []),
          ];
    const presses = here.map(
      ([name, button]): Entry => ({ group: 'Here', text: name, run: () => button.click() }),
    );
    const screens = SCREENS.filter(
      ({ path, title, reads }) => title && path !== location && mayRead(reads),
    ).map(({ path, title }): Entry => ({ group: 'Go to', text: title ?? path, run: go(path) }));
    const named = [...presses, ...screens].filter((entry) => fits(entry.text, words));
    // A number of ours means itself; a word may be the name of a screen first.
    return /^[a-z]{3}_/i.test(text) ? [...found, ...named] : [...named, ...found];
  }, [typed, here, location, navigate, mayRead]);
}
