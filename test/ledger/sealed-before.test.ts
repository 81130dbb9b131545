// A ledger that was sealed before its functions had a floor (26 postings, made by commit 6be24e6) is whole after all migrations that
// came since.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { createSpend } from '../../src/credits/spend';
import { createPool } from '../../src/db/pool';
import { prepareDatabase } from '../../src/db/prepare';
import { onServer, urlOf } from '../support/database';
import { sealAll } from '../support/seal-all';

const DUMP = path.join(__dirname, '..', 'fixtures', 'ledgers', 'before-the-floor.sql.br');
const name = `test_${randomUUID().replaceAll('-', '')}`;
const url = urlOf(name);

let owner: pg.Client;
beforeAll(async () => {
  await onServer(`create database ${name} template template0`);
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(brotliDecompressSync(fs.readFileSync(DUMP)).toString());
  await owner.query('set search_path = public');
});
afterAll(async () => {
  await owner.end();
  await onServer(`drop database ${name} with (force)`);
});

const verify = () => {
  const cli = path.join(__dirname, '../../dist/src/cli/cli.js');
  const env = { PATH: process.env.PATH, DATABASE_URL: url };
  return spawnSync(process.execPath, [cli, 'ledger', 'verify'], { env, encoding: 'utf8' }).stdout;
};

test('seals that an earlier version made hold for what it posted, before and after what is posted now', async () => {
  await prepareDatabase({ url, mode: 'mock', code: CODE });
  expect(verify()).toMatch(/^The ledger is whole\.\n\d+ entries of 26 sealed postings, imbalance 0\n/);

  const pool = createPool(url, CODE.schema, 2, () => undefined);
  const { rows } = await pool.query('select user_id from wallets where balance > 0 order by 1 limit 1');
  const spent = await createSpend(pool)({
    ...{ userId: rows[0].user_id, credits: 1n, reason: 'after', key: 'after', inputHash: 'h' },
    ...{ actor: rows[0].user_id, kind: 'user' },
  });
  expect(spent.outcome).toBe('spent');
  await sealAll(pool);
  await pool.end();
  expect(verify()).toMatch(/^The ledger is whole\.\n\d+ entries of 27 sealed postings, imbalance 0\n/);

  await owner.query(`update journal set actor = 'nobody' where id = (select min(journal_id) from seals)`);
  expect(verify()).toContain('is not what was sealed as number 1.');
});
