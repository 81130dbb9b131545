// The tests that need a browser: Debian's chromium, or another one named by CHROMIUM. The pages are built first.
import { spawnSync } from 'node:child_process';

const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
};
run(process.execPath, ['scripts/build-web.mjs']);
// A word names files: npm run test:web -- shop
const only = process.argv.slice(2).map((word) => (word.startsWith('-') ? word : `test/web/${word}`));
run('npx', ['jest', '--runInBand', ...(only.length > 0 ? only : ['test/web/'])], { TEST_WEB: 'true' });
