import pg from 'pg';
import { CODE } from '../../src/app/database';
import type { Caller } from '../../src/callers/caller';
import { type ChainPlace, walkChain } from '../../src/credits/chain';
import { checkLedger, type LedgerCheckResult } from '../../src/credits/check-ledger';
import { lastLedgerCheck, ledgerCheckKind, startLedgerCheck } from '../../src/credits/start-ledger-check';
import { createPool } from '../../src/db/pool';
import { runJob } from '../../src/jobs/run';
import { jobDeps } from '../jobs/counting';
import { freshDatabase, ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { useDatabase } from '../support/pools';
import { sealAll } from '../support/seal-all';

const finance: Caller = { id: 'fin_1', role: 'finance' };
const database = useDatabase();
let pool: pg.Pool;

const quiet = async () => undefined;

async function buy(on: pg.Pool, count: number): Promise<void> {
  const intents = await claimIntents(
    on,
    Array.from({ length: count }, (_, at) => `u${at % 3}`),
  );
  const settle = doorOn(on);
  for (const { id } of intents) await settle(reading(id, captured(`ch_${id}`)));
}

beforeAll(async () => {
  pool = database.pool();
  await buy(pool, 20);
  await sealAll(pool);
});

/** A sealed ledger of its own that somebody changes behind the application's back, as the owner of the tables. */
async function tampered(...statements: string[]): Promise<LedgerCheckResult> {
  const fresh = await freshDatabase();
  const own = createPool(fresh.url, CODE.schema, 4, () => undefined);
  const owner = new pg.Client(ownerOf(fresh.url));
  await owner.connect();
  try {
    await buy(own, 5);
    await sealAll(own);
    const before = await checkLedger(own, quiet);
    expect(before.problems).toEqual([]);
    for (const statement of statements) await owner.query(statement);
    return await checkLedger(own, quiet, null, before);
  } finally {
    await owner.end();
    await own.end();
    await fresh.drop();
  }
}

test('a whole ledger is found whole, with every entry counted and its head named', async () => {
  const result = await checkLedger(pool, quiet);

  const { rows } = await pool.query(
    `select (select count(*) from entries)::text as entries, encode(hash, 'hex') as hash, number::text
     from seals order by seals.number desc limit 1`,
  );
  expect(result).toMatchObject({
    ok: true,
    problems: [],
    imbalance: '0',
    checkedEntries: rows[0].entries,
    headHash: rows[0].hash,
    headNumber: rows[0].number,
  });
});

test('a check that is taken over goes on from its checkpoint and finds the same', async () => {
  const at = new Date();
  const whole = await checkLedger(pool, quiet, null, null, null, at);
  const half: ChainPlace = JSON.parse(JSON.stringify(await walkChain(pool, await place(7))));

  expect(await checkLedger(pool, quiet, half, null, null, at)).toEqual(whole);
});

/** The place after so many seals, as a page that ends there would leave it. */
async function place(seals: number): Promise<ChainPlace> {
  const { rows } = await pool.query(
    `select j.epoch, j.xid::text, j.id::text, s.number::text, encode(s.hash, 'hex') as hash
     from seals s join journal j on j.id = s.journal_id where s.number = $1`,
    [seals],
  );
  const { rows: totals } = await pool.query(
    `select account || ' ' || unit as key, sum(amount)::text as amount from sealed_totals($1) group by 1`,
    [seals],
  );
  const { rows: lines } = await pool.query(
    'select count(*)::int as entries from entries e join seals s on s.journal_id = e.journal_id where s.number <= $1',
    [seals],
  );
  return {
    ...rows[0],
    entries: lines[0].entries,
    problems: [],
    totals: Object.fromEntries(totals.map(({ key, amount }) => [key, amount])),
  };
}

test.each([
  [
    'the amount of a line',
    'update entries set amount = amount * 2 where journal_id = (select journal_id from seals where number = 3)',
    /^Posting jrn_\d+ is not what was sealed as number 3\.$/,
  ],
  [
    'the reason of a posting',
    `update journal set reason = 'nothing' where id = (select journal_id from seals where number = 4)`,
    /^Posting jrn_\d+ is not what was sealed as number 4\.$/,
  ],
  [
    'when it was posted, by a microsecond',
    `update journal set posted_at = posted_at + interval '1 microsecond'
       where id = (select journal_id from seals where number = 2)`,
    /^Posting jrn_\d+ is not what was sealed as number 2\.$/,
  ],
  [
    'a seal',
    `update seals set hash = sha256('other') where number = 5`,
    /^Posting jrn_\d+ is not what was sealed as number 5\.$/,
  ],
  [
    'a line that is taken out',
    'delete from entries where line = 2 and journal_id = (select journal_id from seals where number = 6)',
    /^Posting jrn_\d+ is not what was sealed as number 6\.$/,
  ],
])('changed behind the application: %s is found, and its row is named first', async (_, statement, named) => {
  const result = await tampered(statement);

  expect(result.ok).toBe(false);
  expect(result.problems[0]).toMatch(named);
});

test('a posting that is taken out is named by its seal, also the last one', async () => {
  const gone = (number: number) => [
    `delete from entries where journal_id = (select journal_id from seals where number = ${number})`,
    `delete from journal where id = (select journal_id from seals where number = ${number})`,
  ];

  expect((await tampered(...gone(4))).problems[0]).toBe('The posting of seal 4 is gone.');
  expect((await tampered(...gone(10))).problems[0]).toBe('The posting of seal 10 is gone.');
});

test('a posting put in among sealed ones is named', async () => {
  const { problems } = await tampered(
    `insert into journal (kind, reference, user_id, actor, epoch, xid)
       select 'correction', 'forged', 'u1', 'x', j.epoch, j.xid from journal j join seals s on s.journal_id = j.id
       where s.number = 3`,
    `insert into entries (journal_id, line, account, unit, amount)
       select id, n, case n when 1 then 'bank' else 'adjustments' end, 'INR', case n when 1 then 5 else -5 end
       from journal, generate_series(1, 2) n where reference = 'forged'`,
  );

  expect(problems[0]).toMatch(/^Posting jrn_\d+ was put in among sealed ones\.$/);
});

test('a chain that was written anew is told from the one that the check before found', async () => {
  const { problems } = await tampered(
    `update journal set actor = 'nobody' where id = (select journal_id from seals where number = 2)`,
    'delete from seals',
    `update positions set epoch = 0, xid = '0', id = 0 where name = 'seals'`,
    'delete from receipts',
    'select seal_postings(1000)',
  );

  expect(problems).toEqual(['Seal 10 is not the one that the check before found.']);
});

test('a kept total that was changed is named with what the lines make', async () => {
  const { problems } = await tampered(
    `insert into seal_totals select 8, account, unit, kind, amount + (account = 'wallet')::integer from sealed_totals(8)`,
  );

  expect(problems).toEqual(['The total of wallet CREDIT is kept as 251, its lines make 250.']);
});

test('money that is no longer there is an imbalance', async () => {
  const { imbalance, problems } = await tampered(
    `update entries set amount = amount + 7 where account = 'deferred_revenue'
       and journal_id = (select journal_id from seals where number = 1)`,
  );

  expect(imbalance).toBe('7');
  expect(problems).toContain('All lines in INR miss zero by 7.');
});

test('a check runs as a job, one at a time, and the last one is kept', async () => {
  const deps = jobDeps(pool);
  const [first, second] = [
    await startLedgerCheck(deps, finance),
    await startLedgerCheck(deps, { ...finance, id: 'fin_2' }),
  ];
  expect(second.id).toBe(first.id);

  await runJob(deps, [ledgerCheckKind(deps, 7)], first.id, new AbortController().signal);

  const last = await lastLedgerCheck(deps);
  expect(last).toMatchObject({ id: first.id, status: 'succeeded', result: { ok: true, problems: [] } });
  expect((await startLedgerCheck(deps, finance)).id).not.toBe(first.id);
});
