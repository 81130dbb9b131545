import { past } from '../past';
import { tabs } from '../tabs';
import type { Panel } from './panel';

/** What was run in this browser; a click opens it again. */
function History() {
  const items = past.use();
  return (
    <div className="panel">
      <h2>History</h2>
      {items.length === 0 ? (
        <p>What you run is listed here, and kept in this browser.</p>
      ) : (
        <button type="button" onClick={() => past.set([])}>
          Clear
        </button>
      )}
      <ol className="past">
        {items.map(({ title, query, variables }) => (
          <li key={`${query} ${variables}`}>
            <button type="button" onClick={() => tabs.add({ query, variables })}>
              <b>{title}</b>
              <small>{(variables || query).replace(/\s+/g, ' ')}</small>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

export const historyPanel: Panel = {
  title: 'History',
  icon: 'M12 4a8 8 0 1 1-7.5 5.2M4 4v5.5h5.5M12 8v4.5l3 2',
  Content: History,
};
