// The back end's package as npm packs it: in an empty folder, by both module systems and under each way in which TypeScript
// finds types.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-pack-'));
const installed = path.join(folder, 'node_modules', '@credits-gateway', 'server');
let packed: { files: { path: string }[]; unpackedSize: number };

beforeAll(() => {
  const out = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, '-w', 'packages/server'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  // What prepack prints comes before it.
  [packed] = JSON.parse(out.slice(out.indexOf('[\n')));
  fs.mkdirSync(installed, { recursive: true });
  const [tarball] = fs.readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', path.join(folder, tarball ?? ''), '-C', installed, '--strip-components=1']);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const run = (name: string, text: string) => {
  fs.writeFileSync(path.join(folder, name), text);
  return execFileSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' }).trim();
};
const USE = `typeof createGateway({ url: 'http://localhost', apiKey: 'k' }).spend + typeof verifyDelivery + typeof deliveryRoute`;
const NAMES = [
  ['createGateway', ''],
  ['verifyDelivery', '/deliveries'],
  ['deliveryRoute', '/receivers'],
] as const;

it('holds its code, its types, its README and its changes, and nothing else', () => {
  const kinds = new Set(packed.files.map(({ path: file }) => file.replace(/^.*?((\.d)?\.\w+)$/, '$1')));
  expect([...kinds].sort()).toEqual(['.d.mts', '.d.ts', '.js', '.json', '.md', '.mjs']);
  expect(
    packed.files.filter(
      ({ path: file }) => !/^(bin\/|dist\/|(README|CHANGELOG)\.md$|package\.json$)/.test(file),
    ),
  ).toEqual([]);
});

it('is loaded by import', () => {
  const imports = NAMES.map(([name, at]) => `import { ${name} } from '@credits-gateway/server${at}';`).join(
    '\n',
  );
  expect(run('a.mjs', `${imports}\nconsole.log(${USE})`)).toBe('functionfunctionfunction');
});

it('is loaded by require', () => {
  const requires = NAMES.map(([name, at]) => `const { ${name} } = require('@credits-gateway/server${at}');`);
  expect(run('a.cjs', `${requires.join('\n')}\nconsole.log(${USE})`)).toBe('functionfunctionfunction');
});

it.each([
  ['nodenext', 'nodenext', 'a.mts'],
  ['nodenext', 'nodenext', 'a.cts'],
  ['bundler', 'esnext', 'a.ts'],
])('has its types under %s (%s, %s)', (moduleResolution, module, name) => {
  const imports = NAMES.map(([what, at]) => `import { ${what} } from '@credits-gateway/server${at}';`).join(
    '\n',
  );
  const use = `const gateway = createGateway({ url: '', apiKey: '' });
    gateway.spend({ userId: 'u', credits: 1, reason: 'r' }).then(({ balance }) => { const n: number = balance.available; return n; });
    // @ts-expect-error: whose credits has to be said
    gateway.spend({ credits: 1, reason: 'r' });
    const event = verifyDelivery({ headers: {}, body: '' }, '');
    if (event.type === 'credits.granted') { const granted: number = event.data.credits; void granted; }
    export const POST: (request: Request) => Promise<Response> = deliveryRoute({ secret: '', handle: () => null });`;
  fs.writeFileSync(path.join(folder, name), `${imports}\n${use}\n`);
  const flags = ['--noEmit', '--strict', '--target', 'es2023', '--module', module];
  const types = ['--typeRoots', path.join(ROOT, 'node_modules', '@types'), '--types', 'node'];
  execFileSync(
    path.join(ROOT, 'node_modules', '.bin', 'tsc'),
    [...flags, '--moduleResolution', moduleResolution, ...types, name],
    { cwd: folder, stdio: 'pipe', encoding: 'utf8' },
  );
});
