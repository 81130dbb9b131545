// What this process knows of events that it works for who plays a payment, before the database is asked.
import type pg from 'pg';
import type { Intent } from '../../src/payments/intent.entity';
import { createWorkedEvents } from '../../src/webhooks/worked';

const intent = (version: number) => ({ id: 'int_1', version }) as Intent;

function worked() {
  const query = jest.fn(async () => ({ rows: [{ key: 'stripe evt_1' }] }));
  return { query, events: createWorkedEvents({ query } as unknown as pg.Pool, true) };
}

it('an event that this process is at is not asked of the database, and one that it is not at is', async () => {
  const { query, events } = worked();
  const over = events.begin('stripe', 'evt_1');
  expect(await events.areWorked('stripe', ['evt_1'], true)).toBe(false);
  expect(query).not.toHaveBeenCalled();

  over();
  expect(await events.areWorked('stripe', ['evt_1'], false)).toBe(false);
  expect(query).not.toHaveBeenCalled();
  expect(await events.areWorked('stripe', ['evt_1'], true)).toBe(true);
  expect(query).toHaveBeenCalledTimes(1);
});

it('who played a payment is given the intent as its last event left it, once', () => {
  const { events } = worked();
  events.note('stripe', 'evt_2', intent(3));
  events.note('stripe', 'evt_1', intent(2));

  expect(events.takeSettled('stripe', ['evt_1', 'evt_2'])).toEqual(intent(2));
  expect(events.takeSettled('stripe', ['evt_1', 'evt_2'])).toBeNull();
});

it('an event that somebody else worked, or that settled nothing, leaves the intent to be read', async () => {
  const { events } = worked();
  events.note('stripe', 'evt_1', intent(2));
  events.note('stripe', 'evt_3');

  expect(events.takeSettled('stripe', [])).toBeNull();
  expect(events.takeSettled('stripe', ['evt_1', 'evt_2'])).toBeNull();
  expect(events.takeSettled('stripe', ['evt_1', 'evt_3'])).toBeNull();
  expect(await events.areWorked('stripe', ['evt_1', 'evt_3'], false)).toBe(true);
});
