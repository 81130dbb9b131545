// Checks how everything is written, or writes it so: `npm run check:style`, `npm run fix`; what follows is Biome's.
import { spawnSync } from 'node:child_process';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const { status } = spawnSync(installed('tools/style')('biome'), process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
