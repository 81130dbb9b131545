// The tests that need a PostgreSQL server, redis-server and pgbouncer: faults of them, and the journeys against a real server.
// All must be installed; a PostgreSQL that listens on 127.0.0.1:5432 is used as it is.
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
// One ends connections by the hundred, each of which counts until its backend is gone, the other plays many processes with a pool
// each: beside others a server that allows a hundred has none left for them.
const ALONE = '/test/(server/postgres|concurrency/settle)\\.test';
// The option takes the place of what jest.config.js leaves out.
const ignored = [
  '/node_modules/',
  '/test/support/',
  '/test/web/',
  ...(given.includes('--short') ? left : []),
];

const jest = (...words) =>
  spawnSync('npx', ['jest', ...rest, ...words], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: url },
  }).status ?? 1;

const together = jest(
  '--testPathIgnorePatterns',
  ...[...ignored, ALONE, '--'],
  ...['test/server', 'test/journeys', 'test/concurrency'],
);
const alone = jest('-w', '1', ALONE);
process.exit(together || alone);
