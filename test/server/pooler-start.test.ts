// A pooler that takes connections while the server behind it says nothing: a start waits for it, says why, and gives up in time.
import { reachDatabase } from '../../src/db/reach';
import { serverUrl } from '../support/database';
import { startPooler } from '../support/pooler';
import { PostgresProxy } from '../support/proxy';

it('is waited for like a server that is away, and given up in time', async () => {
  const behind = await PostgresProxy.open(serverUrl());
  const pooler = await startPooler(behind.url, 2);
  behind.goSilent();
  const said: string[] = [];
  const startedMs = performance.now();
  await expect(
    reachDatabase(pooler.urlOf(serverUrl()), 3_000, { warn: (event) => said.push(event) }),
  ).rejects.toThrow(/DATABASE_URL: no answer for 3 s \(START_WAIT_SECONDS\)/);
  // One try is under way when the time is over.
  expect(performance.now() - startedMs).toBeLessThan(15_000);
  behind.mode = 'pass';
  await behind.close();
  await pooler.stop();
});
