// Reads the schema as client developers do (`npm run check:schema`): graphql-eslint over what is printed, and that the
// schema that changes are compared with is the one that the last release had. That nothing breaks without being listed is
// said by test/graphql/contract.test.ts.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const run = (program, args, options = {}) =>
  spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26, ...options });

/** Why released.graphql is not what the last release had; null where it is, or where there was no release. */
function wrongRelease() {
  const { status, stdout } = run('git', ['describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*']);
  if (status !== 0) {
    process.stdout.write(
      'No release is tagged: changes are compared with schema/released.graphql as it is.\n',
    );
    return null;
  }
  const tag = stdout.trim();
  const then = run('git', ['show', `${tag}:schema/schema.graphql`]);
  if (then.status !== 0) return `${tag} has no schema/schema.graphql`;
  const kept = fs.readFileSync(path.join(root, 'schema', 'released.graphql'), 'utf8');
  if (then.stdout !== kept) return `schema/released.graphql is not the schema of ${tag}`;
  process.stdout.write(`Changes are compared with the schema of ${tag}.\n`);
  return null;
}

const config = ['--config', 'tools/schema/eslint.config.mjs'];
const known = ['--suppressions-location', 'tools/schema/suppressions.json'];
const lint = run(installed('tools/schema')('eslint'), [...config, ...known, 'schema/schema.graphql'], {
  stdio: 'inherit',
});
const wrong = wrongRelease();
if (wrong) process.stderr.write(`${wrong}\n`);
if (lint.status === 0) process.stdout.write('graphql-eslint has nothing to say of schema/schema.graphql.\n');
process.exitCode = lint.status !== 0 || wrong ? 1 : 0;
