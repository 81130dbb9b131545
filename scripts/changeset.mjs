// npm run changeset [-- version | status …]: what changed of the packages, for their next versions and changelogs.
import { spawnSync } from 'node:child_process';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const { status } = spawnSync(installed('tools/packages')('changeset'), process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
