// What the pacing of a provider's calls promises, wherever it is counted. Two processes share one account.

import { type Turn, TurnDenied } from '../../src/limits/call-queue';
import type { CallStore } from '../../src/limits/call-store';
import { createPace, type Pace } from '../../src/limits/pace';
import { inOneOfThree } from '../support/eventually';
import { silent } from '../support/intents';

let accounts = 0;

/** @param stores one for each of two processes. */
export function promisesOfPace(stores: () => readonly [CallStore, CallStore]): void {
  const twoProcesses = (perSecond: number, perOperation: number | null = null): [Pace, Pace] => {
    const account = `test:${++accounts}`;
    const paceOn = (store: CallStore) =>
      createPace({ account, rate: { perSecond, perOperation }, store, log: silent });
    const [first, second] = stores();
    return [paceOn(first), paceOn(second)];
  };
  const leftAt = async (taken: Promise<void>) => {
    await taken;
    return performance.now();
  };
  /** The most that left in any one second. */
  const busiest = (times: readonly number[]) =>
    Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));

  it.each<[string, Turn]>([
    ['payers', 'payer'],
    ['webhook events', 'news'],
    ['reconciliation', 'books'],
  ])(
    'lets %s of two processes call as often as the account may, and never more in any second',
    (_name, turn) =>
      inOneOfThree(async () => {
        const [first, second] = twoProcesses(20);
        const startedMs = performance.now();

        const times = await Promise.all(
          Array.from({ length: 60 }, (_, at) => leftAt((at % 2 ? first : second).take('GET /x', turn))),
        );

        // Timers of a busy machine come late and then together; one more is that, two would be the limit broken.
        expect(busiest(times)).toBeLessThanOrEqual(21);
        const seconds = (Math.max(...times) - startedMs) / 1_000;
        // 60 calls at 16 a second after 2 at once; at most half as long again is lost to asking again.
        expect(seconds).toBeGreaterThan(2.5);
        expect(seconds).toBeLessThan(6.5);
      }),
    60_000,
  );

  it('lets payers pass, then events, then sweeps, then reconciliation, whichever process asks first', async () => {
    const [first, second] = twoProcesses(24);
    const order: Turn[] = [];
    const take = (pace: Pace, turn: Turn, count: number) =>
      Array.from({ length: count }, () => pace.take('GET /x', turn).then(() => order.push(turn)));
    // The bucket is emptied, so that all of them wait.
    await Promise.all(take(first, 'payer', 3));
    order.length = 0;

    const waiting = [
      ...take(first, 'books', 3),
      ...take(second, 'sweep', 3),
      ...take(first, 'news', 12),
      ...take(second, 'payer', 3),
    ];
    await Promise.all(waiting);

    const lastOf = (turn: Turn) => order.lastIndexOf(turn);
    expect(lastOf('payer')).toBeLessThan(order.indexOf('sweep'));
    expect(lastOf('news')).toBeLessThan(order.indexOf('books'));
    expect(lastOf('sweep')).toBeLessThan(lastOf('books'));
  }, 20_000);

  it(
    'lets a payer in while another process has hundreds of events to read',
    () =>
      inOneOfThree(async () => {
        const [first, second] = twoProcesses(25);
        const events = Array.from({ length: 200 }, () => first.take('GET /x', 'news').catch(() => undefined));
        const waitedMs: number[] = [];
        for (let nth = 0; nth < 20; nth++) {
          const askedMs = performance.now();
          await second.take('POST /x', 'payer');
          waitedMs.push(performance.now() - askedMs);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }

        expect(waitedMs.sort((a, b) => a - b)[18]).toBeLessThan(500);
        await Promise.all(events);
      }),
    60_000,
  );

  it(
    'counts each named operation by itself, and all of them together',
    () =>
      inOneOfThree(async () => {
        const [first, second] = twoProcesses(80, 8);
        const times: Record<string, number[]> = { 'GET /a': [], 'GET /b': [] };
        await Promise.all(
          Object.entries(times).flatMap(([operation, left]) =>
            Array.from({ length: 16 }, async (_, at) => {
              left.push(await leftAt((at % 2 ? first : second).take(operation, 'payer')));
            }),
          ),
        );

        for (const left of Object.values(times)) expect(busiest(left)).toBeLessThanOrEqual(9);
        // Side by side, not one after the other.
        const ends = Object.values(times).map((left) => Math.max(...left));
        expect(Math.abs((ends[0] ?? 0) - (ends[1] ?? 0))).toBeLessThan(800);
      }),
    60_000,
  );

  it(
    'is silent in all processes for as long as the provider asked, whoever wants to call',
    () =>
      inOneOfThree(async () => {
        const [first, second] = twoProcesses(50);
        await first.take('GET /x', 'payer');
        first.refused(1_200);
        await new Promise((resolve) => setTimeout(resolve, 100));
        const askedMs = performance.now();

        await Promise.all([second.take('GET /x', 'payer'), first.take('GET /x', 'news')]);

        expect(performance.now() - askedMs).toBeGreaterThan(1_000);
        expect(performance.now() - askedMs).toBeLessThan(3_000);
      }),
    60_000,
  );

  it('tells a payer at once when the silence is longer than anybody waits, and when it will be over', () =>
    inOneOfThree(async () => {
      const [first, second] = twoProcesses(50);
      await first.take('GET /x', 'payer');
      first.refused(60_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const askedMs = performance.now();

      const denied = await second.take('GET /x', 'payer').catch((error: unknown) => error);

      expect(denied).toBeInstanceOf(TurnDenied);
      expect((denied as TurnDenied).waitMs).toBeGreaterThan(50_000);
      expect(performance.now() - askedMs).toBeLessThan(1_000);
    }));

  it('serves the last of the turns also where only one call a second is allowed', async () => {
    const [first] = twoProcesses(2);
    await Promise.all([first.take('GET /x', 'books'), first.take('GET /x', 'sweep')]);
  }, 20_000);
}
