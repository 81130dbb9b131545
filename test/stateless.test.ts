// Test files of one worker share the modules of the product (test/support/kept-runtime.js), and so do gateways that stand in one
// process: what a module keeps for itself would pass from one to the other.
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const FOLDERS = ['src', 'packages/simulator/src'];

/** What is the process's, and passes from nobody to somebody else. */
const OF_THE_PROCESS = [
  // Who hears of sets; each takes itself off again.
  'src/kernel/batch.ts: let observers',
  'src/kernel/batch.ts: let wholeObservers',
  // How a currency is written, the same for all who ask.
  'src/kernel/money.ts: const formats',
  // By ids, which are made anew each time.
  'src/telemetry/trace-context.ts: const known',
];

// At the beginning of a line, so of the module: a variable, or a collection that begins empty. One that is weak keeps things by
// objects, which belong to somebody.
const STATE =
  /^(?:export )?(?:let \w+|const \w+(?=(?::[^\n]+)? = (?:new (?:Map|Set)\b[^(]*\(\)|\[\]|\{\})))/gm;

const sources = () =>
  FOLDERS.flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name)),
  );

const stateOf = (text: string) => [...text.matchAll(STATE)].map(([found]) => found.replace('export ', ''));

it('no module of the product keeps a state of its own', () => {
  const found = sources().flatMap((file) =>
    stateOf(fs.readFileSync(path.join(ROOT, file), 'utf8')).map((state) => `${file}: ${state}`),
  );
  expect(found).toEqual(OF_THE_PROCESS);
});

it('a variable and an empty collection of a module are seen, what stands in a function or is filled is not', () => {
  const text = [
    'let count = 0;',
    'export const seen = new Set<string>();',
    'const byName: Map<string, number> = new Map();',
    'const NAMES = new Set(["a"]);',
    'const told = new WeakMap<object, string>();',
    'function f() {\n  let here = 1;\n  const list = [];\n}',
    'const list: string[] = [];',
    'const heard: ((name: string) => void)[] = [];',
  ].join('\n');
  expect(stateOf(text)).toEqual(['let count', 'const seen', 'const byName', 'const list', 'const heard']);
});
