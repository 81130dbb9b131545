// When a set leaves, and what is in it.
import { batch, UnderWay } from '../../src/kernel/batch';

/** Sets that end when they are told to. */
function watched(besideMin: number, underWay?: UnderWay) {
  const sets: { items: readonly string[]; end: () => void }[] = [];
  const call = batch<string, string>({
    keyOf: (item) => item.split(':')[0] ?? '',
    besideMin,
    ...(underWay && { underWay }),
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

it('functions that share what is under way never send about the same at once, and take turns', async () => {
  const underWay = new UnderWay();
  const [holds, settles] = [watched(3, underWay), watched(3, underWay)];
  const answers = [holds.call('ada:h1')];
  await settled();
  answers.push(settles.call('ada:s1'), settles.call('ada:s2'), settles.call('bob:s3'), holds.call('ada:h2'));
  await settled();
  expect([holds.sent(), settles.sent()]).toEqual([['ada:h1'], ['bob:s3']]);
  holds.sets[0]?.end();
  await settled();
  // The settles' set is still on its way, and two of them are too few to leave beside it.
  expect([holds.sent(), settles.sent()]).toEqual([['ada:h1', 'ada:h2'], ['bob:s3']]);
  settles.sets[0]?.end();
  answers.push(holds.call('ada:h3'));
  await settled();
  expect([holds.sent(), settles.sent()]).toEqual([['ada:h1', 'ada:h2'], ['bob:s3']]);
  holds.sets[1]?.end();
  await settled();
  expect([holds.sent(), settles.sent()]).toEqual([
    ['ada:h1', 'ada:h2'],
    ['bob:s3', 'ada:s1 ada:s2'],
  ]);
  settles.sets[1]?.end();
  await settled();
  expect(holds.sent().at(-1)).toBe('ada:h3');
  holds.sets[2]?.end();
  expect(await Promise.all(answers)).toHaveLength(6);
});

it('what failed is under way no longer', async () => {
  const underWay = new UnderWay();
  const broken = batch<string, string>({
    ...{ underWay, keyOf: (item) => item },
    send: () => Promise.reject(new Error('It broke')),
  });
  const { sets, call, sent } = watched(1, underWay);

  const failing = broken('ada');
  const waiting = call('ada');
  await expect(failing).rejects.toThrow('It broke');
  await settled();
  expect(sent()).toEqual(['ada']);
  sets[0]?.end();
  await waiting;
});

it('of reads a second set leaves beside another one when enough wait, whatever they are about', async () => {
  const sets: { items: readonly string[]; end: () => void }[] = [];
  const read = batch<string, string>({
    besideMin: 3,
    send: (items) =>
      new Promise((resolve) => {
        sets.push({ items, end: () => resolve(items) });
      }),
  });
  const answers = [read('ada')];
  await settled();
  answers.push(read('ada'), read('bob'));
  await settled();
  expect(sets.map(({ items }) => items)).toEqual([['ada']]);
  answers.push(read('ada'));
  await settled();
  expect(sets.map(({ items }) => items)).toEqual([['ada'], ['ada', 'bob', 'ada']]);
  for (const { end } of sets) end();
  expect(await Promise.all(answers)).toEqual(['ada', 'ada', 'bob', 'ada']);
});
