import { createAdmission, type Refused } from '../../src/limits/admission';

/** A process that answers `perSecond`, one after the other or all that are due every `setMs`, and is asked so often in a second, by a clock of its own. */
function run(options: {
  perSecond: number;
  asked: number;
  seconds: number;
  withinMs?: number;
  away?: number;
  setMs?: number;
}) {
  const { perSecond, asked, seconds, withinMs = 100, away = 0, setMs = 1 } = options;
  let nowMs = 0;
  const told: Refused[] = [];
  const admission = createAdmission({
    withinMs,
    elsewhere: () => away,
    told: (refused) => told.push(refused),
    nowMs: () => nowMs,
  });
  for (let nth = 0; nth < away; nth++) admission.take();
  const waiting: number[] = [];
  const waitedMs: number[] = [];
  let [refused, due, answerable] = [0, 0, 0];
  for (; nowMs < seconds * 1_000; nowMs++) {
    for (due += asked / 1_000; due >= 1; due--)
      if (admission.take()) waiting.push(nowMs);
      else refused++;
    answerable = Math.min(answerable + perSecond / 1_000, Math.max(1, waiting.length));
    if (nowMs % setMs !== 0) continue;
    for (; answerable >= 1 && waiting.length > 0; answerable--) {
      waitedMs.push(nowMs - (waiting.shift() as number));
      admission.leave();
    }
  }
  waitedMs.sort((a, b) => a - b);
  return { refused, told, answered: waitedMs.length, p99: waitedMs[Math.floor(waitedMs.length * 0.99)] ?? 0 };
}

it.each([300, 1_000, 4_000])(
  'three times what is answered, %i a second, is refused by two thirds, early',
  (perSecond) => {
    const { answered, refused, p99, told } = run({ perSecond, asked: 3 * perSecond, seconds: 20 });

    // As many as without any limit: nobody is refused while there is nothing to do.
    expect(answered).toBeGreaterThan(perSecond * 19);
    expect(refused).toBeGreaterThan(perSecond * 36);
    // 64 under way are never too many, however long they take.
    expect(p99).toBeLessThanOrEqual(Math.max(300, 135_000 / perSecond));
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.length).toBeLessThanOrEqual(3);
  },
);

it('three times what is answered in sets waits no longer than what is answered one by one', () => {
  const { answered, p99 } = run({ perSecond: 3_000, asked: 9_000, seconds: 20, setMs: 40 });
  expect(answered).toBeGreaterThan(3_000 * 19);
  // Of the limit's 100 ms, and the set that is under way.
  expect(p99).toBeLessThanOrEqual(180);
});

it('what can be answered is taken, up to the last of it', () => {
  expect(run({ perSecond: 1_000, asked: 950, seconds: 20 })).toMatchObject({ refused: 0, told: [] });
});

it('a burst of a quarter of a second is worked off', () => {
  const admission = createAdmission({
    withinMs: 100,
    elsewhere: () => 0,
    told: () => undefined,
    nowMs: () => 5,
  });
  expect(Array.from({ length: 250 }, () => admission.take())).not.toContain(false);
});

it('of a burst that would take seconds as much is taken as takes a third of one', () => {
  const admission = createAdmission({
    withinMs: 100,
    elsewhere: () => 0,
    told: () => undefined,
    nowMs: () => 5,
  });
  const taken = Array.from({ length: 5_000 }, () => admission.take()).filter(Boolean);
  expect(taken).toHaveLength(300);
});

it('who waits for a provider keeps nobody out', () => {
  expect(run({ perSecond: 300, asked: 200, seconds: 10, away: 500 })).toMatchObject({ refused: 0 });
});

it('without a limit all are taken', () => {
  expect(run({ perSecond: 100, asked: 300, seconds: 10, withinMs: 0 })).toMatchObject({ refused: 0 });
});
