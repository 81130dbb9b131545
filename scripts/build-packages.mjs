// Builds the browser's packages, each twice: ES modules in dist/esm and CommonJS in dist/cjs, with the types of each beside it.
// Those that stand on the client are compiled against its types, as whoever installs them has them.
//   node scripts/build-packages.mjs [client|react|element]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { builtFrom, filesUnder, fingerprint, root } from './fingerprint.mjs';

const PACKAGES = ['client', 'react', 'element'];
const FORMATS = { esm: { module: 'esnext', type: 'module' }, cjs: { module: 'commonjs', type: 'commonjs' } };
const compiler = path.join(root, 'node_modules', '.bin', 'tsc');

function build(name) {
  const folder = path.join('packages', name);
  const target = path.join(root, folder, 'dist');
  const stamp = path.join(root, 'dist', `.built-${name}`);
  const made = fingerprint([
    ...['src', 'tsconfig.json', 'package.json'].map((part) => path.join(folder, part)),
    'tsconfig.browser.json',
    'tsconfig.json',
    ...(name === 'client' ? [] : ['packages/client/src']),
  ]);
  if (fs.existsSync(target) && builtFrom(stamp) === made) return;
  // Built beside the old one and then put in its place, so that nobody packs half a build.
  const fresh = fs.mkdtempSync(path.join(root, folder, 'dist-'));
  try {
    for (const [format, settings] of Object.entries(FORMATS))
      compile(folder, path.join(fresh, format), settings);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(fresh, target);
    fs.chmodSync(target, 0o755);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, made);
}

function compile(folder, out, { module, type }) {
  execFileSync(compiler, ['-p', folder, '--module', module, '--outDir', out], {
    cwd: root,
    // What the compiler says is for a person; npm reads what prepack prints as its own.
    stdio: ['ignore', 2, 2],
  });
  // By this file Node and TypeScript know which of the two they read.
  fs.writeFileSync(path.join(out, 'package.json'), `${JSON.stringify({ type })}\n`);
  // The compiler writes the names of files anew in code and leaves them in types.
  for (const file of filesUnder(path.relative(root, out)).filter((name) => name.endsWith('.d.ts'))) {
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace(/(["'])(\.\.?\/[^"']+)\.ts\1/g, '$1$2.js$1'));
  }
}

const asked = process.argv[2];
if (asked !== undefined && !PACKAGES.includes(asked)) throw new Error(`No such package: ${asked}`);
for (const name of PACKAGES) if (asked === undefined || name === 'client' || name === asked) build(name);
