// How much may be open at the same time: numbers that no test opens for real.
import type { Caller } from '../../src/callers/caller';
import { createSessions } from '../../src/http/sessions';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const user = (number: number): Caller => ({ id: `u${number}`, role: 'user' });
const sessions = (rateLimits = true) =>
  createSessions({
    pool: database.pool(),
    log: silent,
    config: { rateLimits },
    streams: { open: 0, limit: 0 },
  });
const close = () => undefined;

it('an address has at most 1,000 open, whoever opens them, and room again when one closes', () => {
  const all = sessions();
  const open = (number: number, address = '203.0.113.1') =>
    all.open({ caller: user(number), address, close });
  const forgets = Array.from({ length: 1_000 }, (_, number) => open(number));
  expect(forgets.includes(null)).toBe(false);
  expect([all.hasRoom('203.0.113.1'), open(1_000)]).toEqual([false, null]);
  expect([all.hasRoom('203.0.113.2'), open(1_000, '203.0.113.2')]).toEqual([true, expect.any(Function)]);
  forgets[0]?.();
  // Forgotten twice, it is one less all the same.
  forgets[0]?.();
  expect([open(1_001), open(1_002)]).toEqual([expect.any(Function), null]);
  all.close();
});

it('who has not said yet who it is counts like everybody else, and once when it does', () => {
  const all = sessions();
  const arrivals = Array.from({ length: 1_000 }, () => all.arrive('203.0.113.1'));
  expect(arrivals.includes(null)).toBe(false);
  expect([all.arrive('203.0.113.1'), all.hasRoom('203.0.113.1')]).toEqual([null, false]);
  const [arrival] = arrivals;
  const forget = all.open({ caller: user(1), address: '203.0.113.1', arrival: arrival ?? undefined, close });
  expect([forget === null, all.hasRoom('203.0.113.1')]).toEqual([false, false]);
  // Its socket and its session end, in either order.
  arrival?.();
  forget?.();
  expect([all.arrive('203.0.113.1') === null, all.arrive('203.0.113.1')]).toEqual([false, null]);
  all.close();
});

it('a process has at most 20,000 open', () => {
  const all = sessions();
  const open = (number: number) => all.open({ caller: user(number), address: `a${number >> 9}`, close });
  for (let number = 0; number < 20_000; number++) expect(open(number) === null).toBe(false);
  expect([all.hasRoom('b'), open(20_000)]).toEqual([false, null]);
  all.close();
});

it('those who act for everybody are not counted as one user, and with limits off nobody is', () => {
  const shop: Caller = { id: 'shop', role: 'service' };
  const all = sessions();
  for (let number = 0; number < 60; number++)
    expect(all.open({ caller: shop, address: '203.0.113.1', close })).not.toBeNull();
  const unlimited = sessions(false);
  for (let number = 0; number < 60; number++)
    expect(unlimited.open({ caller: user(1), address: '203.0.113.1', close })).not.toBeNull();
  all.close();
  unlimited.close();
});
