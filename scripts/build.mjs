// Compiles src and packages into their dist when something changed since the last build, and puts the SQL beside the code
// that calls it. `npm start` runs this every time: a build that is current costs one walk over the sources, not a compiler.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { builtFrom, filesUnder, fingerprint, root } from './fingerprint.mjs';
import { refusalOf } from './node-version.mjs';

const refusal = refusalOf(process.versions.node);
if (refusal !== null) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

const stamp = path.join(root, 'dist', '.built');
const inputs = [
  'src',
  'packages/simulator/src',
  'packages/simulator/tsconfig.json',
  'migrations',
  'bench',
  'storm',
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/** Types are for `npm run check`: a start needs the code only, and without them it is there in half the time. */
function compile(project) {
  const compiler = path.join(root, 'node_modules', '.bin', 'tsc');
  return new Promise((resolve, reject) => {
    const child = spawn(compiler, ['-p', project, '--noCheck'], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : process.exit(code ?? 1)));
  });
}

function copySql(from, to) {
  for (const file of filesUnder(from).filter((name) => name.endsWith('.sql'))) {
    const target = path.join(root, to, path.relative(path.join(root, from), file));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(file, target);
  }
}

const current = fingerprint(inputs);
if (builtFrom(stamp) !== current || process.argv.includes('--force')) {
  const started = performance.now();
  await Promise.all([compile('tsconfig.build.json'), compile('packages/simulator')]);
  copySql('src', 'dist/src');
  copySql('packages/simulator/src', 'packages/simulator/dist');
  fs.writeFileSync(stamp, current);
  process.stdout.write(`built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
