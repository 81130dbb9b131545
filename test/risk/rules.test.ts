// Versions of the rules: proposed, judging in the shadow, active, retired; and by whom.
import type { Caller } from '../../src/callers/caller';
import { activateRiskRules } from '../../src/risk/activate-risk-rules';
import { listRiskRules } from '../../src/risk/find-risk-rules';
import { proposeRiskRules } from '../../src/risk/propose-risk-rules';
import { retireRiskRules } from '../../src/risk/retire-risk-rules';
import { problemIn, support, useAsking } from '../graphql/asking';
import { freshSubject } from './subjects';

const asking = useAsking();
const strict = useAsking({ RISK_RULES_APPROVAL: 'on' });
const ada: Caller = { id: 'adm_1', role: 'admin' };
const bob: Caller = { id: 'adm_2', role: 'admin' };
const keyOfAda: Caller = { id: 'key:deploy', role: 'admin', apiKeyId: 'key_1', madeBy: 'adm_1' };

/** No two are the same, unless they are asked to be. */
const rules = (change: object = {}, why: string = freshSubject()) => ({
  thresholds: { challenge: 40, review: 60, block: 80 },
  rules: [{ code: 'many', signal: 'user_purchases_1h', at_least: 3, weight: 50, why, ...change }],
});
const propose = (document: unknown, more: { shadow?: boolean; note?: string } = {}, by = ada, on = asking) =>
  proposeRiskRules(on.deps, by, { document, ...more });
const activate = (version: number, by = ada, on = asking) => activateRiskRules(on.deps, by, version);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code, message }) => `${code}: ${message}`,
  );
const statesOf = async (on = asking) =>
  Object.fromEntries(
    (await on.sql('select version::integer, state from risk_rules')).map(({ version, state }) => [
      version,
      state,
    ]),
  );

test('a version that is proposed judges nothing, and is compiled in the transaction that writes it', async () => {
  const made = await propose(rules({ when: [{ signal: 'is_first_purchase', at_least: 1 }] }), {
    note: 'Try it.',
  });
  expect(made).toMatchObject({ state: 'proposed', proposedBy: 'adm_1', approvedBy: null, note: 'Try it.' });
  expect(await asking.sql('select * from risk_rule_lines where version = $1', [made.version])).toEqual([
    {
      ...{
        version: String(made.version),
        ord: 1,
        code: 'many',
        signal: 2,
        sign: 1,
        bound: 3,
        weight: 50,
        floor: 0,
      },
      ...{ stages: 3, when_signals: [28], when_signs: [1], when_bounds: [1] },
    },
  ]);
  expect(
    await asking.sql('select action, actor, reason, diff from audit_log where target_id = $1', [
      `rls_${made.version}`,
    ]),
  ).toEqual([{ action: 'proposeRiskRules', actor: 'adm_1', reason: 'Try it.', diff: { state: 'proposed' } }]);
});

test('what is no document makes no version', async () => {
  const before = await statesOf();
  expect(await refusal(propose(rules({ weight: 101 })))).toBe(
    'INVALID_INPUT: Rule 1 (many): weight: is at most 100.',
  );
  expect(await refusal(propose(rules(), { note: 'x'.repeat(501) }))).toMatch(/at most 500/);
  expect(await statesOf()).toEqual(before);
});

test('proposing the same again answers with the version that was made; after another one it is a new one', async () => {
  const document = rules();
  const first = await propose(document);
  expect(await propose(structuredClone(document), {}, bob)).toEqual(first);
  await propose(rules());
  expect((await propose(document)).version).toBeGreaterThan(first.version);
});

test('one version is active: the one before is retired, and may come back', async () => {
  const [first, second] = [await propose(rules()), await propose(rules())];
  expect(await activate(first.version)).toMatchObject({ state: 'active', approvedBy: 'adm_1' });
  expect(await activate(second.version, bob)).toMatchObject({ state: 'active', approvedBy: 'adm_2' });
  expect(await statesOf()).toMatchObject({ [first.version]: 'retired', [second.version]: 'active' });

  const again = await activate(second.version);
  expect(again.approvedBy).toBe('adm_2');
  const entries = () =>
    asking.sql(`select diff from audit_log where action = 'activateRiskRules' and target_id = $1`, [
      `rls_${second.version}`,
    ]);
  expect(await entries()).toEqual([{ diff: { replaced: first.version, proposedBy: 'adm_1' } }]);
  await activate(first.version);
  expect(await statesOf()).toMatchObject({ [first.version]: 'active', [second.version]: 'retired' });
  expect(await refusal(activate(999_999))).toMatch(/^NOT_FOUND/);
});

test('of ten that are activated at one instant one is active', async () => {
  const versions: number[] = [];
  for (let nth = 0; nth < 10; nth++) versions.push((await propose(rules())).version);
  await Promise.all(versions.map((version) => activate(version)));
  const states = await statesOf();
  expect(versions.filter((version) => states[version] === 'active')).toHaveLength(1);
  expect(Object.values(states).filter((state) => state === 'active')).toHaveLength(1);
});

test('one version judges in the shadow, and may be made active; the active one is not retired but replaced', async () => {
  const first = await propose(rules(), { shadow: true });
  const second = await propose(rules(), { shadow: true });
  expect(await statesOf()).toMatchObject({ [first.version]: 'retired', [second.version]: 'shadow' });
  await activate(second.version);
  expect(await refusal(retireRiskRules(asking.deps, ada, second.version))).toMatch(
    /^INVALID_STATE: .*activate/,
  );
  const third = await propose(rules(), { shadow: true });
  expect(await retireRiskRules(asking.deps, ada, third.version)).toMatchObject({ state: 'retired' });
  expect(await retireRiskRules(asking.deps, ada, third.version)).toMatchObject({ state: 'retired' });
  expect(await refusal(retireRiskRules(asking.deps, ada, 999_999))).toMatch(/^NOT_FOUND/);
});

test('where two persons are asked for, neither who proposed a version nor his keys make it active', async () => {
  const { version } = await propose(rules(), {}, ada, strict);
  expect(await refusal(activate(version, ada, strict))).toMatch(/^APPROVAL_REQUIRED: .*another person/);
  expect(await refusal(activate(version, keyOfAda, strict))).toMatch(/^INVALID_INPUT: A person decides/);
  expect((await statesOf(strict))[version]).toBe('proposed');
  expect(await activate(version, bob, strict)).toMatchObject({
    state: 'active',
    proposedBy: 'adm_1',
    approvedBy: 'adm_2',
  });

  const ofKey = await propose(rules(), {}, keyOfAda, strict);
  expect(ofKey.proposedBy).toBe('adm_1');
  expect(await refusal(activate(ofKey.version, ada, strict))).toMatch(/^APPROVAL_REQUIRED/);
});

test('what a version says cannot be changed by the application, nor can one be deleted', async () => {
  const pool = asking.database.pool();
  const { version } = await propose(rules());
  for (const statement of [
    `update risk_rules set document = '{}' where version = ${version}`,
    `update risk_rules set block_at = 1 where version = ${version}`,
    `delete from risk_rules where version = ${version}`,
    `update risk_rule_lines set weight = 0 where version = ${version}`,
    `delete from risk_rule_lines where version = ${version}`,
  ])
    await expect(pool.query(statement)).rejects.toThrow(/permission denied/);
});

test('the list has the newest versions, and those that judge however old they are', async () => {
  const active = await propose(rules());
  await activate(active.version);
  await asking.sql(`select add_rules($1, 'proposed', 'adm_1', null) from generate_series(1, 60)`, [
    JSON.stringify(rules()),
  ]);
  const listed = await listRiskRules(asking.deps);
  expect(listed.length).toBeLessThanOrEqual(50);
  expect(listed.map(({ version }) => version)).toContain(active.version);
  expect(listed[0]?.version).toBeGreaterThan(active.version + 50);
});

test('support reads the rules over GraphQL, and an admin changes them', async () => {
  const source = `mutation M($input: ProposeRiskRulesInput!) { proposeRiskRules(input: $input) {
    rules { id version state document } errors { code message path } } }`;
  const document = rules();
  const { proposeRiskRules: proposed } = await asking.data(ada, source, { input: { document } });
  expect(proposed).toEqual({
    rules: { id: `rls_${proposed.rules.version}`, version: expect.any(Number), state: 'proposed', document },
    errors: [],
  });
  const node = 'query Q($id: ID!) { node(id: $id) { __typename ... on RiskRuleSet { state proposedBy } } }';
  expect((await asking.data(support, node, { id: proposed.rules.id })).node).toEqual({
    ...{ __typename: 'RiskRuleSet', state: 'proposed', proposedBy: 'adm_1' },
  });
  const { admin } = await asking.data(support, '{ admin { riskRules { version } } }');
  expect(admin.riskRules[0].version).toBe(proposed.rules.version);

  const bad = await asking.data(ada, source, { input: { document: { rules: [] } } });
  expect(bad.proposeRiskRules).toMatchObject({
    rules: null,
    errors: [{ code: 'INVALID_INPUT', path: ['input', 'document'] }],
  });
  const { errors } = await asking.ask(support, source, { input: { document } });
  expect(problemIn(errors)).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
});
