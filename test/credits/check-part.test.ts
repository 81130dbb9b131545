// The daily check of the ledger: it reads what is new and a piece of the rest, so that what somebody changes behind the application's
// back is found at the next check where it is new, and within some days where it is old.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { CHAIN_START } from '../../src/credits/chain';
import type { LedgerCheckResult } from '../../src/credits/check-ledger';
import { partAfter, rollingFrom } from '../../src/credits/check-part';
import { ledgerCheckKind, startLedgerCheck } from '../../src/credits/start-ledger-check';
import { createPool } from '../../src/db/pool';
import { findJob } from '../../src/jobs/find';
import { runJob } from '../../src/jobs/run';
import { jobDeps } from '../jobs/counting';
import { freshDatabase, ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { sealAll } from '../support/seal-all';

const DAYS = 4;
const finance = { id: 'fin_1', role: 'finance' } as const;
let own: pg.Pool;
let owner: pg.Client;
let drop: () => Promise<void>;

beforeEach(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  own = createPool(fresh.url, CODE.schema, 4, () => undefined);
  owner = new pg.Client(ownerOf(fresh.url));
  await owner.connect();
  await buy(20, (at) => `old_${at % 5}`);
});
afterEach(async () => {
  await owner.end();
  await own.end();
  await drop();
});

async function buy(count: number, user: (at: number) => string): Promise<void> {
  const intents = await claimIntents(
    own,
    Array.from({ length: count }, (_, at) => user(at)),
  );
  const settle = doorOn(own);
  for (const { id } of intents) await settle(reading(id, captured(`ch_${id}`)));
  await sealAll(own);
}

/** One check as it comes by itself each day, or as somebody asks for it. */
async function checked(isAskedFor = false): Promise<LedgerCheckResult> {
  const deps = jobDeps(own);
  const { id } = await startLedgerCheck(deps, isAskedFor ? finance : null);
  await runJob(deps, [ledgerCheckKind(deps, DAYS, 0)], id, new AbortController().signal);
  const job = await findJob({ pool: own }, id);
  expect(job?.status).toBe('succeeded');
  return job?.result as LedgerCheckResult;
}

it('the first one reads everything, the next ones what is new and a piece, and after some days everything was read again', async () => {
  const first = await checked();
  expect(first).toMatchObject({ ok: true, isWhole: true, headNumber: '40', checkedEntries: '80' });
  await buy(1, () => 'new_1');
  const pieces: LedgerCheckResult[] = [];
  for (let day = 0; day < DAYS; day++) pieces.push(await checked());
  expect(pieces.map(({ ok, isWhole }) => ({ ok, isWhole }))).toEqual(
    Array(DAYS).fill({ ok: true, isWhole: false }),
  );
  // Two new postings of two lines each, and a quarter of forty.
  expect(pieces[0]?.checkedEntries).toBe('24');
  expect(new Date(String(pieces[DAYS - 1]?.readSince)).getTime()).toBeGreaterThanOrEqual(
    new Date(first.readSince).getTime(),
  );
  const invariants = pieces.reduce((sum, piece) => sum + piece.invariants, 0);
  expect(invariants).toBe(first.invariants);
  expect(await checked(true)).toMatchObject({ ok: true, isWhole: true, checkedEntries: '84' });
});

it('an old posting that was changed is found within that many days, and at once by a check of everything', async () => {
  await checked();
  // No rule but the chain knows who did something.
  await owner.query(
    `update journal set actor = 'nobody' where id = (select journal_id from seals where number = 33)`,
  );
  const found: LedgerCheckResult[] = [];
  for (let day = 0; day < DAYS; day++) found.push(await checked());
  const finder = found.find(({ problems }) =>
    problems.some((one) => /is not what was sealed as number 33/.test(one)),
  );
  expect(finder?.isWhole).toBe(false);
  // After one that found something everything is read until nothing is wrong.
  expect((await checked()).isWhole).toBe(true);
  expect((await checked(true)).problems[0]).toMatch(/is not what was sealed as number 33/);
});

it('a posting that was taken out of the old ones is found within that many days', async () => {
  await checked();
  await owner.query(
    'delete from entries where journal_id = (select journal_id from seals where number = 12)',
  );
  await owner.query('delete from journal where id = (select journal_id from seals where number = 12)');
  const problems: string[] = [];
  for (let day = 0; day < DAYS; day++) problems.push(...(await checked()).problems);
  expect(problems).toContain('The posting of seal 12 is gone.');
});

it('a new line that was changed, and a balance of somebody about whom something is new, are found by the next check', async () => {
  await checked();
  await buy(1, () => 'new_1');
  await owner.query(
    'update entries set amount = amount * 2 where journal_id = (select journal_id from seals where number = 41)',
  );
  expect((await checked()).problems[0]).toMatch(/is not what was sealed as number 41/);
  await owner.query(
    'update entries set amount = amount / 2 where journal_id = (select journal_id from seals where number = 41)',
  );
  expect(await checked()).toMatchObject({ ok: true, isWhole: true });

  await buy(1, () => 'new_2');
  await owner.query(`update wallets set balance = balance + 5 where user_id = 'new_2'`);
  const { isWhole, problems } = await checked();
  expect(isWhole).toBe(false);
  expect(problems).toContain('new_2: it does not hold that a wallet holds the sum of its lines.');
});

it('what no seal covers of somebody old is found within that many days', async () => {
  await checked();
  await owner.query(
    `update lots set remaining = remaining - 1 where user_id = 'old_3' and id = (select min(id) from lots where user_id = 'old_3')`,
  );
  const problems: string[] = [];
  for (let day = 0; day < DAYS; day++) problems.push(...(await checked()).problems);
  expect(problems).toContain('old_3: it does not hold that a wallet holds what is left of its lots.');
});

it('days without a check are made up for, a small ledger is read whole, and so is one of which nothing sound is known', () => {
  const at = new Date('2026-11-28T03:00:00Z');
  const place = { ...CHAIN_START, number: '1000' };
  const last = { at, ok: true, place, rolling: rollingFrom(at) };
  const after = (days: number) => new Date(at.getTime() + days * 86_400_000);
  expect(partAfter(last, 10, after(1), 0)).toMatchObject({ postings: 100, turns: 1 });
  expect(partAfter(last, 10, after(3), 0)).toMatchObject({ postings: 300, turns: 3 });
  expect(partAfter(last, 10, after(40), 0)).toMatchObject({ postings: 1000, turns: 10 });
  expect(partAfter(last, 10, after(1))).toBeNull();
  expect(partAfter(last, 1, after(1), 0)).toBeNull();
  expect(partAfter({ ...last, ok: false }, 10, after(1), 0)).toBeNull();
  expect(partAfter({ ...last, rolling: null }, 10, after(1), 0)).toBeNull();
  expect(partAfter(null, 10, after(1), 0)).toBeNull();
});
