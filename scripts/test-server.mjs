// The tests that need a PostgreSQL server and redis-server: faults of both, and the journeys against a real server.
// Both must be installed; a PostgreSQL that listens on 127.0.0.1:5432 is used as it is.
//   npm run test:server               all of them
//   npm run test:server -- --short    where npm test has passed: without what is decided in front of the database
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

// Refused, timed out, signed in or shown before a statement is sent: another PostgreSQL changes nothing about it.
const BEFORE_THE_DATABASE = [
  ...['attacks', 'audits', 'callers', 'first-minutes', 'headers', 'limits', 'logs', 'modes', 'over-http'],
  ...['over-sockets', 'published-keys', 'readme', 'secrets', 'sign-in', 'slow-streams', 'time-limit'],
  ...['token-shapes', 'unstorable', 'worker'],
];

const url = process.env.TEST_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const given = process.argv.slice(2);
const rest = given.filter((word) => word !== '--short');
const left = BEFORE_THE_DATABASE.map((name) => {
  if (!fs.existsSync(`test/journeys/${name}.test.ts`)) throw new Error(`test/journeys has no ${name}`);
  return `/test/journeys/${name}\\.test`;
});
const short = given.includes('--short')
  ? // Beside those that jest.config.js leaves out: the option takes their place.
    ['--testPathIgnorePatterns', '/node_modules/', '/test/support/', '/test/web/', ...left, '--']
  : [];
const { status } = spawnSync(
  'npx',
  ['jest', ...rest, ...short, 'test/server', 'test/journeys', 'test/concurrency'],
  {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: url },
  },
);
process.exit(status ?? 1);
