import { spawnSync } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { sealPostings } from '../../src/credits/seal';
import { createPool } from '../../src/db/pool';
import { freshDatabase } from '../support/database';
import { captured, claimIntents, doorOn, reading } from '../support/intents';

const verify = (url: string) =>
  spawnSync(process.execPath, [path.join(__dirname, '../../dist/src/cli/cli.js'), 'ledger', 'verify'], {
    env: { PATH: process.env.PATH, DATABASE_URL: url },
    encoding: 'utf8',
  });

test('ledger verify says that a ledger is whole, and names the first row that somebody changed', async () => {
  const { url, drop } = await freshDatabase();
  const pool = createPool(url, 2, () => undefined);
  const [intent] = await claimIntents(pool, ['ann']);
  const id = intent?.id ?? '';
  await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  await sealPostings({ pool });

  const whole = verify(url);
  expect(whole.stdout).toMatch(/^The ledger is whole\.\n4 entries of 2 sealed postings, imbalance 0\n/);
  expect(whole.status).toBe(0);

  const owner = new pg.Client(url);
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

test('a command that does not exist is answered with those that do', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(__dirname, '../../dist/src/cli/cli.js'), 'ledger', 'burn'],
    { encoding: 'utf8' },
  );

  expect(status).toBe(2);
  expect(stderr).toContain('ledger verify');
});
