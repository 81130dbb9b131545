import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../session';
import type { Panel } from './panel';

const LOOK = '{ clock { now offsetMs } viewer { role } }';
const ADVANCE = `mutation Advance($input: AdvanceClockInput!) {
  advanceClock(input: $input) { clock { now offsetMs } errors { message } } }`;
const DAY_MS = 86_400_000;

interface Clock {
  readonly now: string;
  readonly offsetMs: number;
}
interface Advanced {
  readonly clock: Clock | null;
  readonly errors: readonly { readonly message: string }[];
}

/** Shows the clock that everything goes by, and moves it forward. */
function ClockOfMockMode() {
  const { ask, isMock } = useSession();
  const [clock, setClock] = useState<(Clock & { readonly seenAt: number }) | null>(null);
  const [isAdmin, setAdmin] = useState(false);
  const [days, setDays] = useState('7');
  const [told, setTold] = useState('');
  const [isMoving, setMoving] = useState(false);
  const show = (read: Clock | null | undefined) => read && setClock({ ...read, seenAt: Date.now() });
  const look = useCallback(async () => {
    const data = await ask(LOOK);
    show(data?.clock as Clock | null);
    setAdmin((data?.viewer as { role: string } | null)?.role === 'admin');
  }, [ask]);
  useEffect(() => void look(), [look]);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (!isMock)
    return (
      <div className="panel">
        <h2>Clock</h2>
        <p>Only a gateway in mock mode has a clock that can be moved.</p>
      </div>
    );

  const advance = async (count: number) => {
    setMoving(true);
    setTold(`${daysOf(count)} forward…`);
    try {
      const data = await ask(ADVANCE, { input: { bySeconds: Math.round((count * DAY_MS) / 1000) } });
      const advanced = data?.advanceClock as Advanced | undefined;
      show(advanced?.clock);
      setTold(
        advanced?.errors[0]?.message ??
          (advanced?.clock ? `${daysOf(count)} forward: done.` : 'The gateway refused.'),
      );
    } catch {
      setTold('The gateway did not answer. Look where the clock stands before it is moved again.');
    }
    setMoving(false);
    await look().catch(() => undefined);
  };
  const own = Number(days);
  const isOff = !isAdmin || isMoving;
  return (
    <div className="panel">
      <h2>Clock</h2>
      {clock && (
        <p>
          <time dateTime={clock.now}>{spelled(Date.parse(clock.now) + Date.now() - clock.seenAt)}</time>
          <small className="told">
            {clock.offsetMs === 0
              ? 'as the real clock'
              : `${daysOf(clock.offsetMs / DAY_MS)} ahead of the real clock`}
          </small>
        </p>
      )}
      <p>
        It goes forward only, for everybody: credits expire, holds run out, what is due is done, day by day,
        at the simulated providers too.
      </p>
      <div className="outcomes">
        <button type="button" disabled={isOff} onClick={() => void advance(1)}>
          1 day
        </button>
        <button type="button" disabled={isOff} onClick={() => void advance(30)}>
          30 days
        </button>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void advance(own);
        }}
      >
        <label>
          Days
          <input inputMode="decimal" value={days} onChange={(event) => setDays(event.target.value)} />
        </label>
        <button type="submit" disabled={isOff || !(own > 0)}>
          Move forward
        </button>
      </form>
      {!isAdmin && <p>Choose an admin above: nobody else moves it.</p>}
      <p role="status">{told}</p>
    </div>
  );
}

const daysOf = (count: number): string => {
  const rounded = Number(count.toFixed(2));
  return rounded === 1 ? '1 day' : `${rounded} days`;
};

const spelled = (ms: number): string =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const clockPanel: Panel = {
  title: 'Clock',
  icon: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5l3 3',
  Content: ClockOfMockMode,
};
