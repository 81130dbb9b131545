// Client secrets of a database from before they were sealed.
import { SealedClientSecrets1764000000090 } from '../../migrations/1764000000090-sealed-client-secrets';
import { ownerDataSource } from '../../src/db/data-source';
import { claimIntents } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();

test('those that were stored as they are go, and the provider is asked again where somebody may still pay', async () => {
  const pool = database.pool();
  const [open, leased, over] = await claimIntents(pool, ['a', 'b', 'c']);
  const source = await ownerDataSource(database.url).initialize();
  const runner = source.createQueryRunner();
  const migration = new SealedClientSecrets1764000000090();
  await migration.down(runner);
  await runner.query("update intents set client_secret = 'pi_1_secret_x'");
  await runner.query('update intents set lease_token = null, lease_until = null where id <> $1', [
    leased?.id,
  ]);
  await runner.query("update intents set status = 'canceled', completed_at = now() where id = $1", [
    over?.id,
  ]);
  await migration.up(runner);

  const { rows } = await pool.query<{ id: string; client_secret: string | null; due: boolean | null }>(
    'select id, client_secret, lease_until <= clock_timestamp() as due from intents',
  );
  expect(new Map(rows.map((row) => [row.id, row.client_secret]))).toEqual(
    new Map([open, leased, over].map((intent) => [intent?.id, null])),
  );
  expect(rows.filter(({ due }) => due).map(({ id }) => id)).toEqual([open?.id]);
  await source.destroy();
});
