// `npm run bench`: builds, installs what only the peers need, and measures; words after it are the benchmark's own.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const { status } = spawnSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
installed('tools/bench');
const [program = 'table', ...words] = process.argv.slice(2);
const child = spawn(process.execPath, [path.join(root, 'dist', 'bench', `${program}.js`), ...words], {
  cwd: root,
  stdio: 'inherit',
});
// Both hear Ctrl-C; who was told to end tells it on, and waits.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => process.exit(code ?? 1));
