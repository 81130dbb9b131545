// Waiting for what is worked elsewhere: at once on a hint, and without one by looking, ever less often.
import { createHub } from '../../src/events/hub';
import { waitUntil } from '../../src/intents/wait';

it('who hears of news looks at once; who hears nothing looks after a fifth of a second, then half as often, to a second', async () => {
  const hub = createHub();
  const startedMs = Date.now();
  const looks: { afterMs: number; mayBeLost: boolean }[] = [];
  setTimeout(() => hub.wake(['int_1']), 50);

  await waitUntil(
    { hub },
    'int_1',
    async (mayBeLost) => {
      looks.push({ afterMs: Date.now() - startedMs, mayBeLost });
      return looks.length === 6;
    },
    10_000,
  );

  expect(looks.map(({ mayBeLost }) => mayBeLost)).toEqual([false, false, true, true, true, true]);
  const dueMs = [0, 50, 200, 600, 1_400, 2_400];
  looks.forEach(({ afterMs }, at) => {
    expect(afterMs).toBeGreaterThanOrEqual((dueMs[at] as number) - 20);
  });
});
