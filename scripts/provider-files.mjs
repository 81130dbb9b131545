// npm run providers:files [-- --list]: which files outside a provider's own name a provider, by folder. What stands in that
// list is what a further provider would touch. Comments are left out: they are prose, as the documentation is.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
// Who has a descriptor is a provider: one that is added is looked for as well.
const FOLDER = path.join(ROOT, 'src', 'providers');
const PROVIDERS = readdirSync(FOLDER)
  .filter((name) => existsSync(path.join(FOLDER, name, 'descriptor.ts')))
  .join('|');
const NAMES = new RegExp(PROVIDERS, 'i');
// Whatever is named after a provider, a folder or a file, belongs to it alone.
const OWN = new RegExp(`(^|/)(${PROVIDERS})([./-]|$)`, 'i');
// Landed migrations never change, and those of 220 and 221 took the last lists of providers away: what a new one would name is behind it.
const MIGRATIONS_FROM = '1764000000222';
// The program, its scripts, and what configures it. Documentation in prose, tests, benchmarks and examples are no part of it, nor
// the schema of the last release and what has changed since. The schemas of our events are a contract like the GraphQL schema.
const FOLDERS = ['src', 'packages', 'web', 'migrations', 'schema', 'scripts'];
const EVENT_SCHEMA = /^docs\/events\/[^/]+\.json$/;
const AT_THE_ROOT =
  /^(\.env\.example|docker-compose\.yml|Dockerfile|package(-lock)?\.json|[\w.]+\.(js|ts|json))$/;
const EXAMPLES =
  /^schema\/(operations\/|released|breaking-changes)|\/(README|CHANGELOG)\.md$|^packages\/[^/]+\/test\//;

/** Every file that names a provider and belongs to none, with the number of lines that do. */
export function providerFiles() {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return files
    .split('\n')
    .filter((file) => file !== '' && isPart(file) && !OWN.test(file) && !EXAMPLES.test(file))
    .map((file) => ({ file, lines: linesNaming(file) }))
    .filter(({ lines }) => lines > 0)
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function isPart(file) {
  const [folder, name = ''] = file.split('/');
  if (folder === 'migrations') return name.slice(0, MIGRATIONS_FROM.length) >= MIGRATIONS_FROM;
  return FOLDERS.includes(folder) || AT_THE_ROOT.test(file) || EVENT_SCHEMA.test(file);
}

function linesNaming(file) {
  let text;
  try {
    text = readFileSync(path.join(ROOT, file), 'utf8');
  } catch {
    // Deleted and not committed yet.
    return 0;
  }
  if (EVENT_SCHEMA.test(file)) text = JSON.stringify({ ...JSON.parse(text), examples: [] }, null, 2);
  return withoutComments(text, path.extname(file))
    .split('\n')
    .filter((line) => NAMES.test(line)).length;
}

// A string is kept whole, so that `https://…` in one begins no comment.
const CODE = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

function withoutComments(text, ending) {
  if (['.ts', '.tsx', '.mts', '.js', '.mjs', '.css'].includes(ending))
    return text.replace(CODE, (all, string) => string ?? all.replace(/[^\n]/g, ''));
  if (ending === '.sql') return text.replace(/--[^\n]*/g, '');
  if (['.yml', '.example'].includes(ending) || ending === '') return text.replace(/^\s*#[^\n]*/gm, '');
  return text;
}

function table(found) {
  const folders = new Map();
  for (const { file, lines } of found) {
    const folder = path.dirname(file);
    const sum = folders.get(folder) ?? { files: 0, lines: 0 };
    folders.set(folder, { files: sum.files + 1, lines: sum.lines + lines });
  }
  const rows = [...folders].map(([folder, { files, lines }]) => [folder, files, lines]);
  const total = ['all', found.length, found.reduce((sum, { lines }) => sum + lines, 0)];
  return [['folder', 'files', 'lines'], ...rows, total]
    .map(
      ([folder, files, lines]) =>
        `${String(folder).padEnd(36)}${String(files).padStart(6)}${String(lines).padStart(8)}`,
    )
    .join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = providerFiles();
  if (process.argv.includes('--json')) console.log(JSON.stringify(found.map(({ file }) => file)));
  else {
    console.log(table(found));
    if (process.argv.includes('--list'))
      for (const { file, lines } of found) console.log(`${file}: ${lines}`);
  }
}
