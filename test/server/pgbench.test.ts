// What the benchmark has pgbench do beside the gateway: whole purchases by the gateway's own SQL, as its functions are today.
import pg from 'pg';
import { OWN_PURCHASE } from '../../bench/peers/own-sql';
import { pgbench } from '../../bench/peers/pgbench';
import { useDatabase } from '../support/pools';

let owner: pg.Client;
afterAll(() => owner.end());
const database = useDatabase();
beforeAll(async () => {
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

it("the purchases that pgbench makes by the gateway's own SQL are granted, each once", async () => {
  const side = pgbench({
    ...{ name: 'own SQL', databaseUrl: database.url, script: OWN_PURCHASE },
    // The first two of an address that nobody has come from ask again, which pgbench 15 does not.
    ...{ clients: 1, asApplication: true },
  });
  const { operations, errors } = await side.run(1);
  expect(operations).toBeGreaterThan(0);
  expect(errors).toBe(0);
  const { rows } = await owner.query(
    `select (select count(*)::int from intents where status = 'succeeded') as paid,
      (select count(*)::int from journal where kind = 'grant') as granted,
      (select count(*)::int from webhook_events where status = 'processed') as worked`,
  );
  expect(rows).toEqual([{ paid: operations, granted: operations, worked: operations }]);
});
