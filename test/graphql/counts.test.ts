import pg from 'pg';
import { auditWhere } from '../../src/callers/audit';
import type { Caller } from '../../src/callers/caller';
import { COUNT_MAX, countOf } from '../../src/db/count';
import { REQUIRED_ROLES, WEIGHTS } from '../../src/graphql/required-roles';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { ownerOf } from '../support/database';
import { plansOf } from '../support/plans';
import { paidIntents, useAsking, user } from './asking';

const asking = useAsking();
const admin: Caller = { id: 'adm_1', role: 'admin' };

beforeAll(async () => {
  await paidIntents(asking, 'counted', 3);
});

const connections = Object.keys(buildGatewaySchema().getTypeMap()).filter((name) =>
  name.endsWith('Connection'),
);

test('every list has a totalCount, which costs what a count costs', () => {
  const schema = buildGatewaySchema();
  for (const name of connections) {
    const type = schema.getType(name) as { getFields(): Record<string, { type: unknown }> } | undefined;
    expect([name, String(type?.getFields()['totalCount']?.type)]).toEqual([name, 'Int!']);
    expect([name, WEIGHTS[`${name}.totalCount`]]).toEqual([name, 5]);
  }
  expect(connections.length).toBeGreaterThan(14);
  expect([...REQUIRED_ROLES.keys()].filter((coordinate) => coordinate.endsWith('totalCount'))).toEqual([]);
});

test.each([1, 2, 100])('in pages of %i a list says how long it is in all', async (first) => {
  const page = `(first: ${first}) { totalCount nodes { id } }`;
  const own = await asking.data(
    user('counted'),
    `{ intents${page} creditTransactions${page} holds(first: ${first}, status: null) { totalCount }
       intent: intents(first: 1) { nodes { timeline${page} refunds${page} } } }`,
  );
  expect(own.intents.totalCount).toBe(3);
  expect(own.creditTransactions.totalCount).toBe(3);
  expect(own.holds.totalCount).toBe(0);
  const [intent] = own.intent.nodes;
  const { timeline } = (
    await asking.data(
      user('counted'),
      '{ intents(first: 1) { nodes { timeline(first: 100) { nodes { id } } } } }',
    )
  ).intents.nodes[0];
  expect(intent.timeline.totalCount).toBe(timeline.nodes.length);
  expect(intent.timeline.totalCount).toBeGreaterThan(2);
  expect(intent.refunds.totalCount).toBe(0);

  const all = await asking.data(
    admin,
    `{ admin { ledger${page} wallets(first: ${first}) { totalCount } webhookEvents${page} deliveries${page} disputes${page}
       refunds${page} auditLog${page} approvals${page} exports${page} reconciliationRuns${page} breaks${page} } }`,
  );
  const { wallets, webhookEvents, ledger } = all.admin;
  expect([wallets.totalCount, webhookEvents.totalCount]).toEqual([1, 3]);
  expect(ledger.totalCount).toBeGreaterThanOrEqual(6);
});

test('a page that is the whole list is counted without a statement of its own', async () => {
  const count = (selection: string) =>
    asking.statementsOf(() => asking.data(user('counted'), `{ intents(first: 100) { ${selection} } }`));
  await count('totalCount nodes { id }');
  expect(await count('totalCount nodes { id }')).toBe(await count('nodes { id }'));
});

test('a long list is counted to the limit and no further, as its plan shows', async () => {
  const owner = new pg.Client(ownerOf(asking.database.url));
  await owner.connect();
  try {
    await owner.query(`insert into audit_log (actor, role, action)
      select 'many', 'admin', 'addNote' from generate_series(1, ${COUNT_MAX + 500})`);
    const { auditLog } = (
      await asking.data(admin, '{ admin { auditLog(first: 1, actor: "many") { totalCount } } }')
    ).admin;
    expect(auditLog.totalCount).toBe(COUNT_MAX);

    const plan = await plansOf(owner, countOf(auditWhere(asking.deps, {})).text);
    expect(plan).toMatch(new RegExp(`Limit [^\\n]*actual rows=${COUNT_MAX}`));
  } finally {
    await owner.end();
  }
});
