// When a set leaves, and what is in it.
import { batch } from '../../src/kernel/batch';

/** Sets that end when they are told to. */
function watched(besideMin: number) {
  const sets: { items: readonly string[]; end: () => void }[] = [];
  const call = batch<string, string>({
    keyOf: (item) => item.split(':')[0] ?? '',
    besideMin,
    send: (items) =>
      new Promise((resolve) => {
        sets.push({ items, end: () => resolve(items) });
      }),
  });
  return { sets, call, sent: () => sets.map(({ items }) => items.join(' ')) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('a lone call leaves at once, and what comes meanwhile leaves together after it', async () => {
  const { sets, call, sent } = watched(3);
  const answers = [call('ada:1'), settled().then(() => call('bob:1')), settled().then(() => call('ada:2'))];
  await settled();
  await settled();
  expect(sent()).toEqual(['ada:1']);
  sets[0]?.end();
  await settled();
  expect(sent()).toEqual(['ada:1', 'bob:1 ada:2']);
  sets[1]?.end();
  expect(await Promise.all(answers)).toEqual(['ada:1', 'bob:1', 'ada:2']);
});

it('a set leaves beside another one when it is large enough without what is under way there', async () => {
  const { sets, call, sent } = watched(2);
  const answers = [call('ada:1')];
  await settled();
  answers.push(call('ada:2'), call('bob:1'));
  await settled();
  expect(sent()).toEqual(['ada:1']);
  answers.push(call('cyd:1'));
  await settled();
  expect(sent()).toEqual(['ada:1', 'bob:1 cyd:1']);
  // A third one waits for either, however large it is.
  answers.push(call('dan:1'), call('eve:1'));
  await settled();
  expect(sent()).toHaveLength(2);
  sets[1]?.end();
  await settled();
  expect(sent()).toEqual(['ada:1', 'bob:1 cyd:1', 'dan:1 eve:1']);
  for (const { end } of sets) end();
  await settled();
  expect(sent().at(-1)).toBe('ada:2');
  sets.at(-1)?.end();
  await Promise.all(answers);
});
