// docs/architecture.md draws how a purchase, a refund and a spend walk through the files. Each line is held against the code:
// the file has that function, the file above really calls it, and nothing climbs a layer.
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const DOCUMENT = fs.readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
const INDENT = 2;

/** From the ground up; test/architecture.test.ts holds imports against its own list, which is the same. */
const LAYERS = (/kernel(\s+< \w+)+/.exec(DOCUMENT)?.[0] ?? '').split(/\s+<\s+/);

interface Step {
  readonly name: string;
  readonly file: string;
  /** Null: it begins a walk. */
  readonly from: Step | null;
}

interface Walk {
  readonly title: string;
  readonly files: number;
  readonly steps: readonly Step[];
}

const WALKS: readonly Walk[] = [
  ...DOCUMENT.matchAll(/^### (.+) \((\d+) files\)$[\s\S]*?^```walk\n([\s\S]*?)^```$/gm),
].map(([, title = '', files, lines = '']) => ({ title, files: Number(files), steps: stepsOf(lines) }));

function stepsOf(lines: string): Step[] {
  const above: Step[] = [];
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, spaces = '', name = '', file = ''] = /^( *)(\w+) +(\S+)/.exec(line) ?? [];
      const depth = spaces.length / INDENT;
      const from = depth === 0 ? null : (above[depth - 1] ?? null);
      const step = { name, file, from };
      above.splice(depth, above.length, step);
      return step;
    });
}

/** The text without its comments. */
const codeOf = (file: string) =>
  fs
    .readFileSync(path.join(ROOT, file), 'utf8')
    .replace(file.endsWith('.sql') ? /--.*$/gm : /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

const levelOf = (file: string) => LAYERS.indexOf(path.relative('src', file).split(path.sep)[0] ?? '');

/** Declared there: by its name, as a member, or made by the function create<Name>. */
function isDeclared({ name, file }: Step): boolean {
  const code = codeOf(file);
  if (file.endsWith('.sql')) return new RegExp(`^create or replace function ${name}\\(`, 'm').test(code);
  const made = `create${name[0]?.toUpperCase()}${name.slice(1)}`;
  return (
    new RegExp(`\\b(function\\*?|const|class) (${name}|${made})\\b`).test(code) ||
    new RegExp(`^\\s+(readonly )?${name}(\\(|:)`, 'm').test(code)
  );
}

/** Whether the file above calls it: what it imports by its name, what it was handed as a member, a function of the database. */
function isCalled({ name, file, from }: Step): boolean {
  if (from === null) return true;
  const code = codeOf(from.file);
  if (file.endsWith('.sql')) return new RegExp(`\\b${name}\\s*\\(|'${name}'`).test(code);
  if (new RegExp(`\\.${name}\\(`).test(code)) return true;
  const uses = new RegExp(`\\b${name}\\b`, 'g');
  return (code.match(uses) ?? []).length > 1 && (from.file === file || imports(from.file, code, file));
}

const imports = (file: string, code: string, target: string) =>
  [...code.matchAll(/from '(\.[^']+)'/g)].some(
    ([, module = '']) => `${path.join(path.dirname(file), module)}.ts` === target,
  );

const told = ({ name, file, from }: Step) => `${from?.file ?? ''} -> ${name} in ${file}`;

it('The document names the layers that the imports keep to', () => {
  const source = fs.readFileSync(path.join(__dirname, 'architecture.test.ts'), 'utf8');
  const [, list = ''] = /const LAYERS = \[\n([\s\S]*?)\n\];/.exec(source) ?? [];
  expect(LAYERS).toEqual([...list.matchAll(/'(\w+)'/g)].map(([, layer]) => layer));
});

it('A purchase, a webhook event, a refund and a spend are drawn, from the request to who is told', () => {
  expect(WALKS.map(({ title }) => title)).toEqual([
    'A request',
    'A purchase',
    'A webhook event',
    'A refund',
    'A spend',
    'What happened, told',
  ]);
  expect(DOCUMENT.match(/^```walk$/gm)).toHaveLength(WALKS.length);
});

describe.each(WALKS.map((walk) => [walk.title, walk] as const))('%s', (_title, { files, steps }) => {
  it('is made of functions that stand in the files that it names', () => {
    const missing = steps.filter((step) => !fs.existsSync(path.join(ROOT, step.file)) || !isDeclared(step));
    expect(missing.map(told)).toEqual([]);
  });

  it('goes from each file to one that it calls', () => {
    expect(steps.filter((step) => !isCalled(step)).map(told)).toEqual([]);
  });

  it('climbs no layer', () => {
    const climbs = steps.filter(({ file, from }) => from !== null && levelOf(file) > levelOf(from.file));
    expect(climbs.map(told)).toEqual([]);
    expect(steps.filter(({ file }) => levelOf(file) < 0)).toEqual([]);
  });

  it('touches as many files as it says', () => {
    expect(new Set(steps.map(({ file }) => file)).size).toBe(files);
  });
});
