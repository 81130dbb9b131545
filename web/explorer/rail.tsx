import { useRef } from 'react';
import { clockPanel } from './panels/clock';
import { docsPanel } from './panels/docs';
import { eventsPanel } from './panels/events';
import { examplesPanel } from './panels/examples';
import { historyPanel } from './panels/history';
import { outcomesPanel } from './panels/outcomes';
import type { Panel } from './panels/panel';
import { settings } from './settings';

export const PANELS: readonly Panel[] = [
  docsPanel,
  examplesPanel,
  historyPanel,
  eventsPanel,
  outcomesPanel,
  clockPanel,
];

const RELOAD = 'M19 8a8 8 0 1 0 1 6M19 3v5h-5';
const KEYS = 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8';
const THEME = 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16';

export const Icon = ({ path }: { readonly path: string }) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
    <path d={path} />
  </svg>
);

interface ToolProps {
  readonly label: string;
  readonly icon: string;
  readonly isOn?: boolean;
  readonly onClick: () => void;
}

/** A button that is a picture; its name is told and shown on hover. */
export const Tool = ({ label, icon, isOn, onClick }: ToolProps) => (
  <button
    type="button"
    className="tool"
    aria-label={label}
    title={label}
    aria-pressed={isOn}
    onClick={onClick}
  >
    <Icon path={icon} />
  </button>
);

const SHORTCUTS = [
  ['Run', 'Ctrl Enter'],
  ['Prettify', 'Shift Ctrl P'],
  ['Complete', 'Ctrl Space'],
  ['Find', 'Ctrl F'],
  ['Read about a field', 'Ctrl click'],
  ['Fold', 'Shift Ctrl ['],
  ['Leave an editor', 'Tab'],
] as const;

/** The panels by their pictures, and below what concerns the whole page. */
export function Rail({ onReload }: { readonly onReload: () => void }) {
  const { panel, theme } = settings.use();
  const keys = useRef<HTMLDialogElement>(null);
  return (
    <nav className="rail" aria-label="Tools">
      {PANELS.map(({ title, icon }) => {
        const isOn = title === panel;
        return (
          <Tool
            key={title}
            label={`${isOn ? 'Hide' : 'Show'} ${title}`}
            icon={icon}
            isOn={isOn}
            onClick={() => settings.change({ panel: isOn ? null : title })}
          />
        );
      })}
      <span className="gap" />
      <Tool label="Read the schema again" icon={RELOAD} onClick={onReload} />
      <Tool label={`Colours: ${theme}`} icon={THEME} onClick={settings.nextTheme} />
      <Tool label="Keys" icon={KEYS} onClick={() => keys.current?.showModal()} />
      <dialog ref={keys} aria-label="Keys">
        <h2>Keys</h2>
        <dl>
          {SHORTCUTS.map(([what, key]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>
                <kbd>{key}</kbd>
              </dd>
            </div>
          ))}
        </dl>
        <p>On a Mac, Cmd stands for Ctrl.</p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </nav>
  );
}
