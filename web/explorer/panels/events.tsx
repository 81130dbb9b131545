import { log } from '../log';
import type { Panel } from './panel';

/** Every event that a subscription brought, with its time. */
function Events() {
  const events = log.use();
  return (
    <div className="panel">
      <h2>Event log</h2>
      {events.length === 0 ? (
        <p>
          Run a subscription, e.g. the example Watch Intent, and play an outcome. Each event is listed here.
        </p>
      ) : (
        <button type="button" onClick={log.clear}>
          Clear
        </button>
      )}
      <ol aria-live="polite" className="events">
        {events.map((event) => (
          <li key={`${event.at.getTime()} ${event.name} ${event.number}`}>
            <header>
              <b>{event.name}</b>
              <span>
                {event.at.toLocaleTimeString()} · +{event.ms} ms
              </span>
            </header>
            {event.data === null ? (
              <p>completed by the gateway</p>
            ) : (
              <pre>{JSON.stringify(event.data, null, 1)}</pre>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

export const eventsPanel: Panel = {
  title: 'Event log',
  icon: 'M3 12h4l3-7 4 14 3-7h4',
  Content: Events,
};
