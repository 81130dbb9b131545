// Who is counted for a money operation, for each of them, in live mode and without Redis.
import type { Caller } from '../../src/callers/caller';
import { createRates, MONEY_LIMITS } from '../../src/limits/rates';
import { createLogger } from '../../src/telemetry/logger';

const log = createLogger('silent');
const rates = () => createRates({ mode: 'live', redis: null, log });
const user = (id: string): Caller => ({ id, role: 'user' });
const isLimited = (counted: Promise<void>) =>
  counted.then(
    () => false,
    (problem) => problem.code === 'RATE_LIMITED',
  );

describe.each(Object.entries(MONEY_LIMITS))('%s', (operation, limit) => {
  it.each<[string, Caller | null]>([
    ['nobody', null],
    ['another user', user('stranger')],
    ['a back end', { id: 'shop', role: 'service' }],
    ['an operator', { id: 'ada', role: 'admin' }],
  ])('of a user is counted by what that user did, never by what %s did for it', async (_, caller) => {
    const { money } = rates();
    for (let at = 0; at < limit * 3; at++) await isLimited(money(caller, 'victim', operation));
    for (let at = 0; at < limit; at++)
      expect(await isLimited(money(user('victim'), null, operation))).toBe(false);
    expect(await isLimited(money(user('victim'), 'victim', operation))).toBe(true);
  });
});

describe('A sign-in', () => {
  it('is begun 60 times a minute from one address, and bad tokens of others there keep nobody from it', async () => {
    const { badToken, signIn } = rates();
    for (let at = 0; at < 100; at++) await isLimited(badToken('203.0.113.1'));
    for (let at = 0; at < 60; at++) expect(await isLimited(signIn('203.0.113.1'))).toBe(false);
    expect(await isLimited(signIn('203.0.113.1'))).toBe(true);
    expect(await isLimited(signIn('203.0.113.2'))).toBe(false);
    // Whoever has begun may end it.
    expect(await isLimited(signIn('203.0.113.1', 'flow'))).toBe(false);
  });

  it('is ended 5 times a minute, from wherever it is tried', async () => {
    const { signIn } = rates();
    for (let at = 0; at < 5; at++) expect(await isLimited(signIn(`203.0.113.${at}`, 'flow'))).toBe(false);
    expect(await isLimited(signIn('203.0.113.9', 'flow'))).toBe(true);
    expect(await isLimited(signIn('203.0.113.9', 'other'))).toBe(false);
  });
});
