// The tests that need a PostgreSQL server, redis-server and pgbouncer: faults of them, and the journeys against a real server.
// All must be installed; a PostgreSQL that listens on 127.0.0.1:5432 is used as it is.
//   npm run test:server               all of them
//   npm run test:server -- --short    where npm test has passed: of the journeys one of each kind of work
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

// What another server of PostgreSQL may do otherwise, each kind of work once: money in and out, sets and locks of two gateways,
// lists and exports, listening and its loss, the worker, what is deleted. The rest has passed on the embedded one.
const OF_THE_SERVER = [
  ...[
    'away',
    'books',
    'clock',
    'deliveries',
    'erasing',
    'finance',
    'holds',
    'idempotency-statistics',
    'live',
  ],
  ...['purchase', 'reviews', 'spend-limits', 'two-gateways', 'unapplied', 'webhooks', 'worker'],
];

const url = process.env.TEST_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const given = process.argv.slice(2);
const rest = given.filter((word) => word !== '--short');
const journeys = OF_THE_SERVER.map((name) => {
  if (!fs.existsSync(`test/journeys/${name}.test.ts`)) throw new Error(`test/journeys has no ${name}`);
  return `test/journeys/${name}\\.test`;
});
// One ends connections by the hundred, each of which counts until its backend is gone, the other plays many processes with a pool
// each: beside others a server that allows a hundred has none left for them.
const ALONE = '/test/(server/postgres|concurrency/settle)\\.test';
// The option takes the place of what jest.config.js leaves out.
const ignored = ['/node_modules/', '/test/support/', '/test/web/'];

const jest = (...words) =>
  spawnSync('npx', ['jest', ...rest, ...words], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: url },
  }).status ?? 1;

const together = jest(
  '--testPathIgnorePatterns',
  ...[...ignored, ALONE, '--'],
  ...['test/server', 'test/concurrency', ...(given.includes('--short') ? journeys : ['test/journeys'])],
);
const alone = jest('-w', '1', ALONE);
process.exit(together || alone);
