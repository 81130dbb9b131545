import { Tool } from './rail';
import { tabs, titleOf } from './tabs';

const CLOSE = 'M7 7l10 10M17 7L7 17';
const ADD = 'M12 5v14M5 12h14';

/** The open documents. */
export function TabRow() {
  const { open, current } = tabs.use();
  return (
    <nav className="tabs" aria-label="Documents">
      <ul>
        {open.map((tab) => (
          <li key={tab.id} aria-current={tab === current}>
            <button type="button" onClick={() => tabs.select(tab)}>
              {titleOf(tab)}
            </button>
            {open.length > 1 && (
              <Tool label={`Close ${titleOf(tab)}`} icon={CLOSE} onClick={() => tabs.close(tab)} />
            )}
          </li>
        ))}
      </ul>
      <Tool label="New document" icon={ADD} onClick={() => tabs.add()} />
    </nav>
  );
}
