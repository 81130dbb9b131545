// Compiles src into dist when something changed since the last build, and puts the SQL beside the code that calls it.
// `npm start` runs this every time: a build that is current costs one walk over the sources, not a compiler.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { builtFrom, filesUnder, fingerprint, root } from './fingerprint.mjs';

const stamp = path.join(root, 'dist', '.built');
const inputs = [
  'src',
  'migrations',
  'bench',
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

const current = fingerprint(inputs);
if (builtFrom(stamp) !== current || process.argv.includes('--force')) {
  const compiler = path.join(root, 'node_modules', '.bin', 'tsc');
  const started = performance.now();
  // Types are for `npm run check`: a start needs the code only, and without them it is there in half the time.
  const { status } = spawnSync(compiler, ['-p', 'tsconfig.build.json', '--noCheck'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  for (const file of filesUnder('src').filter((name) => name.endsWith('.sql'))) {
    const target = path.join(root, 'dist', path.relative(root, file));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(file, target);
  }
  fs.writeFileSync(stamp, current);
  process.stdout.write(`built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
