// A user who is erased after people wrote about them wherever they can: no row says any of it afterwards, the ledger is
// whole, and whoever repeats a call with its key hears what was done and does nothing twice.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { eraseUser } from '../../src/deliveries/erase-user';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
// One for all questions: a server that is not our own takes a hundred connections in all.
let opened: pg.Pool | undefined;
const pool = () => {
  opened ??= database.pool();
  return opened;
};
const SAID = 'Erika Mustermann';
const key = () => `order of ${SAID} ${randomUUID()}`;
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, ADJUST_APPROVAL_ABOVE: '100' });
});
afterAll(stopGateways);

interface Call {
  readonly by: Client;
  readonly name: string;
  readonly input: Record<string, unknown>;
}
const HOLD = 'replayed hold { id }';
const answer = ({ by, name, input }: Call) =>
  by.mutate(name, input, name.endsWith('Hold') || name === 'holdCredits' ? HOLD : 'replayed');

const until = (isSo: () => Promise<boolean>) => eventually(isSo, (so) => so);
const count = async (text: string, values: unknown[] = []) =>
  Number((await pool().query(text, values)).rows[0].count);

/** Rows that say it, by table. */
async function saying(): Promise<string[]> {
  const { rows: tables } = await pool().query(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool().query(
      `select t::text as said from ${name} t where t::text like '%Erika%' or t::text like '%Mustermann%'`,
    );
    found.push(...rows.map(({ said }) => `${name}: ${said}`));
  }
  return found;
}

/** Everything that can be written about a user. @returns the calls with a key, to be repeated */
async function writeEverywhere(userId: string, user: Client): Promise<Call[]> {
  const [service, finance, other] = await Promise.all([
    gateway.as('backend', 'service'),
    gateway.as('fin', 'finance'),
    gateway.as('ann', 'finance'),
  ]);
  const reason = `for ${SAID}`;
  const calls: Call[] = [];
  const call = async (by: Client, name: string, input: Record<string, unknown>) => {
    calls.push({ by, name, input: { ...input, idempotencyKey: key() } });
    return answer(calls.at(-1) as Call);
  };
  await call(user, 'spendCredits', { credits: 1, reason });
  await call(service, 'spendCredits', { userId, credits: 1, reason });
  await call(service, 'spendCredits', { userId, credits: 1_000_000, reason });
  const { hold } = await call(service, 'holdCredits', { userId, credits: 5, reason });
  await call(service, 'settleHold', { id: hold.id, credits: 2 });
  await call(service, 'holdCredits', { userId, credits: 1, reason });
  const both = { reason, publicReason: `Dear ${SAID}` };
  await call(finance, 'adjustCredits', { userId, credits: 3, ...both });
  await call(finance, 'adjustCredits', { userId, credits: 500, ...both });
  const asked = await finance.query('{ admin { approvals { nodes { id } } } }');
  const decision = { id: asked.data.admin.approvals.nodes[0].id, approve: true, note: `I know ${SAID}` };
  await other.mutate('decideApproval', decision, '');
  const { data } = await user.query('{ intents { nodes { id } } }');
  const { id } = data.intents.nodes[0];
  await call(finance, 'refundIntent', { intentId: id, amountCents: 1000, ...both });
  await finance.mutate('addNote', { subjectId: id, text: `${SAID} called` }, '');
  await pool().query(
    `insert into breaks (subject, kind, provider, provider_entry_id, intent_id, status, note, fix, resolved_by, resolved_at)
     values ('payment', 'unknown_payment', 'stripe', $1, $2, 'ignored', $3, 'ignore', 'fin', now())`,
    [randomUUID(), id, `of ${SAID}`],
  );
  return calls;
}

it('nothing that was written about them is left, the ledger is whole, and repeats do nothing twice', async () => {
  const userId = `gone_${randomUUID()}`;
  const user = await gateway.as(userId);
  const purchase = { packageId: 'small', idempotencyKey: key() };
  const { intent } = await user.mutate('createIntent', purchase, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const calls = await writeEverywhere(userId, user);
  const unsealed =
    'select count(*) from journal j left join seals s on s.journal_id = j.id where s.number is null';
  await until(async () => (await count(unsealed)) === 0);
  await until(async () => (await count("select count(*) from refunds where status = 'pending'")) === 0);
  expect((await saying()).length).toBeGreaterThan(10);

  await eraseUser(pool(), { id: 'cli:test', role: 'admin' }, userId);

  expect(await saying()).toEqual([]);
  const finance = await gateway.as('fin', 'finance');
  await finance.query('mutation { startLedgerCheck { errors { code } } }');
  const checked = async () =>
    (await finance.query('{ admin { ledgerCheck { status ok problems } } }')).data.admin.ledgerCheck;
  await until(async () => (await checked())?.status === 'succeeded');
  expect(await checked()).toMatchObject({ ok: true, problems: [] });

  const standing = () => pool().query('select * from wallets where user_id = $1', [userId]);
  const before = (await standing()).rows;
  const again = await user.mutate('createIntent', purchase, 'replayed intent { id }');
  expect(again).toEqual({ replayed: true, intent, errors: [] });
  for (const repeated of calls) {
    const told = await answer(repeated);
    const codes = told.errors.map(({ code }: { code: string }) => code);
    const isRefused = repeated.input.credits === 1_000_000;
    expect([repeated.name, told.replayed, codes]).toEqual([
      repeated.name,
      !isRefused,
      isRefused ? ['INSUFFICIENT_CREDITS'] : [],
    ]);
    const changed = { ...repeated, input: { ...repeated.input, credits: 4, amountCents: 4 } };
    delete (changed.input as Record<string, unknown>)[
      repeated.name === 'refundIntent' ? 'credits' : 'amountCents'
    ];
    expect((await answer(changed)).errors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  }
  expect((await standing()).rows).toEqual(before);
  expect((await user.query('{ intents { nodes { id } } }')).data.intents.nodes).toHaveLength(1);
});
