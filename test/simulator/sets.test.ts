// When the simulator's sets leave, and what is in them.
import { inSets } from '../../packages/simulator/src/sets';

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('a lone call leaves at once; beside a set that is on its way a second one leaves when it is of many', async () => {
  const sets: { items: readonly number[]; end: () => void }[] = [];
  const call = inSets<number, number>(
    (items) =>
      new Promise((resolve) => {
        sets.push({ items, end: () => resolve(items) });
      }),
  );
  const sizes = () => sets.map(({ items }) => items.length);

  const answers = [call(1)];
  await settled();
  expect(sizes()).toEqual([1]);
  for (let nth = 2; nth <= 32; nth++) answers.push(call(nth));
  await settled();
  expect(sizes()).toEqual([1]);
  answers.push(call(33));
  await settled();
  expect(sizes()).toEqual([1, 32]);
  // A third one waits for either, however large it is.
  for (let nth = 34; nth <= 100; nth++) answers.push(call(nth));
  await settled();
  expect(sizes()).toEqual([1, 32]);
  sets[0]?.end();
  await settled();
  expect(sizes()).toEqual([1, 32, 67]);
  for (const { end } of sets) end();
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
});

it('a set that fails leaves room for the next', async () => {
  let calls = 0;
  const call = inSets<number, number>(async (items) => {
    if (calls++ === 0) throw new Error('It broke');
    return items;
  });

  const failing = call(1);
  const waiting = settled().then(() => call(2));
  await expect(failing).rejects.toThrow('It broke');
  expect(await waiting).toBe(2);
});
