// Every block of code in the documents is run against a gateway in mock mode, or says why it is not.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { transformSync } from '@swc/core';
import { buildSchema, parse, validate } from 'graphql';
import { variables } from '../../src/kernel/variables';
import { DESCRIPTORS } from '../../src/providers/descriptors';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { ROOT, readDocument } from './documents';
import { placeOf, type Snippet, snippets } from './snippets';

const run = promisify(execFile);
const ADDRESS = 'http://127.0.0.1:4000';
const schema = buildSchema(readDocument('schema/schema.graphql'));
const all = snippets();
const runnable = all.filter(({ notRun }) => notRun === null);
const of = (...languages: string[]) => runnable.filter(({ language }) => languages.includes(language));
// Inside the repository, so that programs find its packages.
const work = path.join(ROOT, 'dist', 'snippets');

const database = useDatabase();
let gateway: GatewayProcess;
let env: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  const user = await gateway.as('user_1');
  const admin = await gateway.as('adm_1', 'admin');
  const { secret } = await admin.mutate('createApiKey', { name: 'docs', role: 'service' }, 'secret');
  // What the pages tell a reader to have: credits, a key and a token.
  const { intent } = await user.mutate('createIntent', { packageId: 'xlarge' }, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id }, 'intent { status }');
  env = {
    PATH: process.env.PATH ?? '',
    HOME: os.tmpdir(),
    CREDITS_URL: gateway.url,
    CREDITS_API_KEY: String(secret),
    CREDITS_WEBHOOK_SECRET: 'whsec_c2VjcmV0LW9mLXRoZS1kb2N1bWVudHM=',
    AUTH_JWT_SECRET: 'a-secret-of-the-documents-that-is-long-enough',
    TOKEN: user.token ?? '',
  };
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  for (const name of ['server', 'client', 'react', 'element'].filter((name) => built(name)))
    execFileSync('npm', ['run', '--silent', 'build', '-w', `@credits-gateway/${name}`], { cwd: ROOT });
});
afterAll(stopGateways);

const built = (name: string) => fs.existsSync(path.join(ROOT, 'packages', name, 'package.json'));

it('says of each block that is not run why it is not', () => {
  const kinds = ['graphql', 'js', 'ts', 'tsx', 'sh', 'json', 'html', 'http', 'csp'];
  const unknown = all.filter(({ language, notRun }) => !kinds.includes(language) && notRun === null);
  expect(unknown.map(placeOf)).toEqual([]);
  const reasons = all.filter(({ notRun, compiledOnly }) => (notRun ?? compiledOnly) !== null);
  expect(reasons.filter(({ notRun, compiledOnly }) => `${notRun}${compiledOnly}`.length < 20)).toEqual([]);
  // A block more that is not run is a decision: raise it with a reason that holds.
  const count = (have: (snippet: Snippet) => boolean) => all.filter(have).length;
  expect(count(({ notRun }) => notRun !== null)).toBeLessThanOrEqual(NOT_RUN_MAX);
  expect(
    count(({ compiledOnly, language }) => compiledOnly !== null || language === 'tsx'),
  ).toBeLessThanOrEqual(COMPILED_ONLY_MAX);
  expect(runnable.length).toBeGreaterThan(RUN_AT_LEAST);
});
// Most are programs of PostgreSQL, of a deployment or a cluster, or take minutes; tsx and what needs a page is compiled.
const NOT_RUN_MAX = 26;
const COMPILED_ONLY_MAX = 6;
const RUN_AT_LEAST = 50;

it('has no GraphQL that the schema does not know', () => {
  const wrong = of('graphql').flatMap((snippet) =>
    validate(schema, parse(snippet.text)).map((problem) => `${placeOf(snippet)} ${problem.message}`),
  );
  expect(wrong).toEqual([]);
});

it('has no JSON that is none', () => {
  const wrong = of('json').filter(({ text }) => {
    try {
      JSON.parse(text);
      return false;
    } catch {
      return true;
    }
  });
  expect(wrong.map(placeOf)).toEqual([]);
});

/** Ids, instants and secrets differ from run to run. */
const alike = (text: string) =>
  text
    .replace(/\b([a-z]{3})_[0-9a-z]{26}\b/g, '$1_…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
    .replace(/\b(whsec|ck)_[\w+/=-]+/g, '$1_…')
    .trim();

describe.each([...new Set(of('graphql').map(({ file }) => file))])('%s', (file) => {
  it('shows operations that the gateway answers without an error', async () => {
    const ids = new Map<string, string>();
    for (const snippet of of('graphql').filter((other) => other.file === file)) {
      const client =
        snippet.as === 'anonymous' ? gateway.anonymous() : await gateway.as('user_1', snippet.as);
      // An id of which the reader puts in their own: the last of its kind that an answer had.
      const text = snippet.text.replace(/"([a-z]{3})_…"/g, (_, kind: string) => `"${ids.get(kind)}"`);
      const answer = await client.query(text);
      const problems = Object.values(answer.data ?? {}).flatMap((value) => value?.errors ?? []);
      expect({ at: placeOf(snippet), errors: answer.errors, problems }).toEqual({
        at: placeOf(snippet),
        errors: undefined,
        problems: [],
      });
      for (const [id, kind = ''] of JSON.stringify(answer.data).matchAll(/\b([a-z]{3})_[0-9a-z]{26}\b/g))
        ids.set(kind, id);
      if (snippet.answer !== null)
        expect(alike(JSON.stringify(answer.data, null, 2))).toBe(
          alike(JSON.stringify(JSON.parse(snippet.answer).data, null, 2)),
        );
    }
  });
});

interface Program {
  readonly name: string;
  readonly at: string;
  readonly text: string;
  readonly language: string;
  readonly isRun: boolean;
}

/** One for the blocks of a section: a later one goes on from an earlier one. */
function programs(): Program[] {
  const sections = new Map<string, Snippet[]>();
  for (const snippet of of('js', 'ts', 'tsx')) {
    const key = `${snippet.file}${snippet.section}`;
    sections.set(key, [...(sections.get(key) ?? []), snippet]);
  }
  return [...sections.values()].map((parts, at) => {
    const [first] = parts as [Snippet];
    const name = `${first.file.replace(/\W+/g, '-')}-${at}`;
    const text = parts.map((part) => `${part.before}\n${part.text}`).join('\n');
    const isRun = first.language !== 'tsx' && parts.every(({ compiledOnly }) => compiledOnly === null);
    return { name, at: placeOf(first), text, language: first.language, isRun };
  });
}

// What is written as JavaScript is checked as far as its readers check theirs.
const CHECKED = { ts: ['mts', true], js: ['mjs', false], tsx: ['tsx', true] } as const;

it.each(['ts', 'js', 'tsx'] as const)('has no %s that the compiler refuses', (language) => {
  const [ending, strict] = CHECKED[language];
  const written = programs().filter((program) => program.language === language);
  const folder = path.join(work, language);
  fs.mkdirSync(folder, { recursive: true });
  for (const { name, text } of written)
    fs.writeFileSync(path.join(folder, `${name}.${ending}`), `${text}\nexport {};\n`);
  const compilerOptions = {
    customConditions: [],
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    allowJs: true,
    checkJs: true,
    strict,
    jsx: 'react-jsx',
    rootDir: '.',
    noUncheckedIndexedAccess: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitReturns: strict,
    types: ['node'],
  };
  const config = { extends: '../../../tsconfig.json', compilerOptions, include: ['.'] };
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  if (written.length === 0) return;
  const compiler = path.join(ROOT, 'node_modules', '.bin', 'tsc');
  const { stdout } = spawnSync(compiler, ['-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

it.each(programs().filter(({ isRun }) => isRun))(
  'runs the program of $at to its end',
  async ({ name, text }) => {
    const { code } = transformSync(text, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } });
    const file = path.join(work, `${name}.mjs`);
    fs.writeFileSync(file, code.replaceAll(ADDRESS, gateway.url));
    await run(process.execPath, [file], { cwd: work, env, timeout: 120_000 });
  },
);

const settings = new Set([
  ...Object.keys(variables.shape),
  ...Object.values(DESCRIPTORS).flatMap(({ keys }) => Object.values(keys.variables)),
  // Of back ends, as @credits-gateway/server and the examples name them.
  ...['CREDITS_URL', 'CREDITS_API_KEY', 'CREDITS_WEBHOOK_SECRET'],
]);
const commands = (): Record<string, string> => JSON.parse(readDocument('package.json')).scripts;
const cli = () => readDocument('src/cli/cli.ts');
const linesOf = ({ text }: Snippet) =>
  text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
const isSetting = (line: string) => /^[A-Z_]+=\S*( [^=]*)?$/.test(line);
/** Commands of this project, each looked up; what runs for long is not run here. */
const isOurs = (line: string) => /^(cd \S+ && )?(npm|npx|docker) /.test(line);
const isLookedUp = (snippet: Snippet) => linesOf(snippet).every((line) => isSetting(line) || isOurs(line));

it('names settings and commands that there are', () => {
  const wrong = of('sh').flatMap((snippet) =>
    linesOf(snippet)
      .filter((line) => isSetting(line) || isOurs(line))
      .filter((line) => {
        const setting = /^([A-Z_]+)=/.exec(line)?.[1];
        if (setting !== undefined) return !settings.has(setting);
        const script = /^npm run ([\w:]+)/.exec(line)?.[1];
        if (script !== undefined && !(script in commands())) return true;
        const command = /^npm run cli -- ([a-z-]+)/.exec(line)?.[1];
        return command !== undefined && !new RegExp(`^  '?${command}[' :]`, 'm').test(cli());
      })
      .map((line) => `${placeOf(snippet)} ${line}`),
  );
  expect(wrong).toEqual([]);
});

const scripts = [
  ...new Set(
    of('sh')
      .filter((snippet) => !isLookedUp(snippet))
      .map(({ file }) => file),
  ),
];
it.each(scripts)('%s shows commands that answer what it shows', async (file) => {
  const blocks = of('sh').filter((snippet) => snippet.file === file && !isLookedUp(snippet));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'snippets-'));
  const script = blocks
    .map(({ text }) => `${text}\necho; echo "--- next"`)
    .join('\n')
    .replaceAll(ADDRESS, gateway.url);
  const { stdout } = await run('bash', ['-euc', script], { cwd: folder, env });
  fs.rmSync(folder, { recursive: true });
  const printed = stdout.split('--- next').map(alike);
  for (const [at, { answer }] of blocks.entries())
    if (answer !== null) expect(printed[at]).toBe(alike(answer));
});
