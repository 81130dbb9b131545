// What a gateway asks its database while nobody asks anything of it.
import pg from 'pg';
import { type App, startApp } from '../../src/app';
import { pause } from '../../src/kernel/clock';
import { readConfig } from '../../src/providers/read-config';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const STATEMENTS_A_SECOND_MAX = 5;
// The first rounds of a process look after what another left.
const FIRST_ROUNDS_MS = 5_000;
const MEASURED_MS = 10_000;

let app: App;
// Before the database goes.
afterAll(() => app.close());
const database = useDatabase();

test('An idle gateway in mock mode asks at most 5 statements a second', async () => {
  const config = readConfig({ DATABASE_URL: database.url, PORT: '0', PAYMENTS_MOCK_MODE: 'true' });
  app = await startApp(config, silent);
  await pause(FIRST_ROUNDS_MS);
  let statements = 0;
  const query = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    statements++;
    return (query as (...given: unknown[]) => unknown).apply(this, given);
  } as typeof query;
  try {
    await pause(MEASURED_MS);
  } finally {
    pg.Client.prototype.query = query;
  }

  expect(statements).toBeGreaterThan(0);
  expect(statements / (MEASURED_MS / 1_000)).toBeLessThanOrEqual(STATEMENTS_A_SECOND_MAX);
});
