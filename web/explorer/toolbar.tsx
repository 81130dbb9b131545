import { useState } from 'react';
import type { Keys } from './editors/editor';
import type { OperationIn } from './operations';
import { Icon, Tool } from './rail';
import { runs } from './runs';
import { linkTo } from './share';
import { operationOf, type Tab, tabs } from './tabs';

const PLAY = 'M8 5v14l11-7z';
const STOP = 'M7 7h10v10H7z';
const PRETTIFY = 'M5 6h14M9 10h10M9 14h10M5 18h14';
const COPY = 'M9 9h10v11H9zM5 15V4h10';
const LINK = 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1';

interface Props {
  readonly tab: Tab;
  readonly operations: readonly OperationIn[];
  readonly isRunning: boolean;
  readonly keys: Keys;
}

/** What one does with the document. */
export function Toolbar({ tab, operations, isRunning, keys }: Props) {
  const [told, setTold] = useState('');
  // A browser gives no clipboard to a page that came without TLS.
  const copy = (text: string, what: string) =>
    (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => setTold(`${what} copied`),
      () => setTold('The browser gives no clipboard'),
    );
  const share = () => {
    const link = linkTo(tab);
    history.replaceState(null, '', link);
    void copy(link, 'Link');
  };
  return (
    <header className="toolbar">
      <button
        type="button"
        className="run"
        onClick={() => (isRunning ? runs.stop(tab.id) : keys.run())}
        title={isRunning ? 'Stop' : 'Run (Ctrl-Enter)'}
      >
        <Icon path={isRunning ? STOP : PLAY} />
        {isRunning ? 'Stop' : 'Run'}
      </button>
      {operations.length > 1 && (
        <select
          aria-label="Operation"
          value={operationOf(tab)?.name ?? ''}
          onChange={(event) => tabs.change(tab.id, { operationName: event.target.value })}
        >
          {operations.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <span className="gap" role="status">
        {told}
      </span>
      <Tool label="Prettify" icon={PRETTIFY} onClick={keys.prettify} />
      <Tool label="Copy the document" icon={COPY} onClick={() => void copy(tab.query, 'Document')} />
      <Tool label="Copy a link" icon={LINK} onClick={share} />
    </header>
  );
}
