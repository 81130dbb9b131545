// The tests that need a browser: Debian's chromium, or another one named by CHROMIUM. The pages are built first.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { installed } from './installed.mjs';

const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
};
for (const tool of ['accessibility', 'sheet-types']) installed(`tools/${tool}`);
run(process.execPath, ['scripts/build-web.mjs']);
// A word that a file's name begins with names it: npm run test:web -- shop. All else is Jest's: -t 'a filter'.
const files = fs.readdirSync('test/web').filter((name) => name.endsWith('.test.ts'));
const isFile = (word) => files.some((name) => name.startsWith(word));
const given = process.argv.slice(2);
const isNamed = (word, at) => isFile(word) && !given[at - 1]?.startsWith('-');
const named = given.filter(isNamed).map((word) => `test/web/${word}`);
const rest = given.filter((word, at) => !isNamed(word, at));
const paths = named.length > 0 ? named : ['test/web/'];
run('npx', ['jest', '--testPathPatterns', ...paths, ...rest], { TEST_WEB: 'true' });
