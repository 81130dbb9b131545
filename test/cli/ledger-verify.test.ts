import { spawnSync } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { sealPostings } from '../../src/credits/seal';
import { createPool } from '../../src/db/pool';
import { freshDatabase, ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { sealAll } from '../support/seal-all';

const verify = (url: string) =>
  spawnSync(process.execPath, [path.join(__dirname, '../../dist/src/cli/cli.js'), 'ledger', 'verify'], {
    env: { PATH: process.env.PATH, DATABASE_URL: url },
    encoding: 'utf8',
  });

test('ledger verify says that a ledger is whole, and names the first row that somebody changed', async () => {
  const { url, drop } = await freshDatabase();
  const pool = createPool(url, CODE.schema, 2, () => undefined);
  const [intent] = await claimIntents(pool, ['ann']);
  const id = intent?.id ?? '';
  await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  await sealAll(pool);

  const whole = verify(url);
  expect(whole.stdout).toMatch(/^The ledger is whole\.\n4 entries of 2 sealed postings, imbalance 0\n/);
  expect(whole.status).toBe(0);

  const owner = new pg.Client(ownerOf(url));
  await owner.connect();
  const { rows } = await owner.query(
    `update journal set actor = 'nobody' where kind = 'grant' returning id::text`,
  );
  await owner.end();
  await pool.end();
  const broken = verify(url);
  await drop();

  expect(broken.stdout).toContain(
    `The ledger is broken:\n  - Posting jrn_${rows[0].id} is not what was sealed as number 2.\n`,
  );
  expect(broken.status).toBe(1);
});

test('ledger verify says what is not sealed yet, how much and since when, and checks its sums all the same', async () => {
  const { url, drop } = await freshDatabase();
  const pool = createPool(url, CODE.schema, 2, () => undefined);
  const owner = new pg.Client(ownerOf(url));
  await owner.connect();
  await owner.query('begin');
  await owner.query('select pg_current_xact_id()');
  const [intent] = await claimIntents(pool, ['ann']);
  const id = intent?.id ?? '';
  await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  await sealPostings({ pool });
  const { rows } = await pool.query('select min(posted_at) as since from journal');
  await pool.end();

  const waiting = verify(url);
  await owner.query(`alter table entries disable trigger entries_balanced`);
  await owner.query(`update entries set amount = amount + 7 where account = 'deferred_revenue'`);
  await owner.query('commit');
  await owner.end();
  const broken = verify(url);
  await drop();

  const says = `4 entries of 2 postings are not sealed yet, since ${rows[0].since.toISOString()}; their sums were checked`;
  expect(waiting.stdout).toContain(
    `The ledger is whole.\n0 entries of 0 sealed postings, imbalance 0\n${says}\n`,
  );
  expect(waiting.status).toBe(0);
  expect(broken.stdout).toContain('All lines in INR miss zero by 7.');
  expect(broken.stdout).toContain(says);
  expect(broken.status).toBe(1);
});

test('a command that does not exist is answered with those that do', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(__dirname, '../../dist/src/cli/cli.js'), 'ledger', 'burn'],
    { encoding: 'utf8' },
  );

  expect(status).toBe(2);
  expect(stderr).toContain('ledger verify');
});

test('a command on a database on which this version never ran says so, and what to do', async () => {
  const { url, drop } = await freshDatabase();
  const owner = new pg.Client(url);
  await owner.connect();
  await owner.query(`drop schema ${CODE.schema} cascade`);
  await owner.end();

  const verified = verify(url);
  await drop();

  expect(verified.stderr).toContain('this version of the gateway has never been started on this database');
  expect(verified.stderr).not.toContain('does not exist');
  expect(verified.status).not.toBe(0);
});
