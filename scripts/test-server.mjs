// The tests that need a PostgreSQL server and redis-server: faults of both, and the journeys against a real server.
// Both must be installed; a PostgreSQL that listens on 127.0.0.1:5432 is used as it is.
import { spawnSync } from 'node:child_process';

const url = process.env.TEST_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const { status } = spawnSync(
  'npx',
  ['jest', 'test/server', 'test/journeys', 'test/concurrency', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: url },
  },
);
process.exit(status ?? 1);
