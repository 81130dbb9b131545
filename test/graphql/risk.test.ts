import { type ExecutionResult, graphql } from 'graphql';
import { type App, startApp } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { readConfig } from '../../src/providers/read-config';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { type Answered, service, support, user } from './asking';

const database = useDatabase();
const schema = buildGatewaySchema();
const made: { app?: App } = {};

beforeAll(async () => {
  const env = { DATABASE_URL: database.url, PORT: '0', LOG_LEVEL: 'silent', RISK: 'act' };
  made.app = await startApp(readConfig(env), silent);
});
afterAll(() => made.app?.close());

async function ask(caller: Caller, source: string, variableValues: object): Promise<ExecutionResult> {
  const contextValue = createContext(made.app!.deps, caller, 'request-1', '192.0.2.1');
  return graphql({ schema, source, variableValues: { ...variableValues }, contextValue });
}

async function data(caller: Caller, source: string, variables: object): Promise<Answered> {
  const answered = await ask(caller, source, variables);
  expect(answered.errors).toBeUndefined();
  return answered.data as Answered;
}

const sql = (text: string, values: unknown[] = []) => database.pool().query(text, values);

const CREATE = `mutation ($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id riskScore riskDecision riskSignals { code weight detail } }
  errors { __typename code message path ... on RiskBlockedError { reviewId decisionId } }
} }`;
const RISK = `query ($id: ID!) { intent(id: $id) { riskScore riskDecision riskSignals { code weight detail } } }`;
const FIND = `query ($filter: IntentFilter) { intents(first: 50, filter: $filter) { nodes { id } } }`;

let keys = 0;
const buy = async (userId: string): Promise<Answered> =>
  (
    await data(user(userId), CREATE, {
      input: { packageId: 'small', provider: 'stripe', idempotencyKey: `k${++keys}` },
    })
  ).createIntent;

/** Makes this the one rule that acts. */
async function useRule(rule: object): Promise<void> {
  await sql(`update risk_rules set state = 'retired' where state = 'active'`);
  const thresholds = { challenge: 40, review: 60, block: 80 };
  await sql(`select add_rules($1, 'active', 'test', null)`, [JSON.stringify({ thresholds, rules: [rule] })]);
}

test('rules come with the product and stop who buys again and again', async () => {
  const answers: Answered[] = [];
  for (let at = 0; at < 11; at++) answers.push(await buy('again'));

  expect(answers.slice(0, 10).every(({ intent }) => intent !== null)).toBe(true);
  const error = answers[10]?.errors[0];
  expect(error).toMatchObject({
    __typename: 'RiskBlockedError',
    code: 'RISK_BLOCKED',
    reviewId: null,
    path: null,
  });
  expect(error.decisionId).toMatch(/^rsk_[0-9a-z]{12}$/);
  expect(error.message).toBe(
    `This payment cannot be taken at the moment. If you think this is wrong, tell support this number: ${error.decisionId}.`,
  );
});

test('support sees why, and nobody below does', async () => {
  await useRule({ code: 'second', signal: 'user_purchases_1h', at_least: 2, weight: 45 });
  await buy('seen');
  const { intent } = await buy('seen');
  const seen = { riskScore: 45, riskDecision: 'challenge' };
  const detail = '2 purchases of the user in an hour; from 2 on';

  expect(intent).toMatchObject({ riskScore: null, riskDecision: null, riskSignals: null });
  for (const caller of [user('seen'), service('shop')])
    expect((await data(caller, RISK, { id: intent.id })).intent).toEqual({
      ...{ riskScore: null, riskDecision: null, riskSignals: null },
    });
  expect((await data(support, RISK, { id: intent.id })).intent).toEqual({
    ...seen,
    riskSignals: [{ code: 'second', weight: 45, detail }],
  });
});

test('support finds purchases by what risk said of them, and a user cannot', async () => {
  await useRule({ code: 'all', signal: 'user_purchases_1h', at_least: 1, weight: 33 });
  const { intent } = await buy('found');
  const find = async (filter: object) =>
    (await data(support, FIND, { filter: { userId: 'found', ...filter } })).intents.nodes;

  expect(await find({ riskScore: { gte: 33, lte: 33 } })).toEqual([{ id: intent.id }]);
  expect(await find({ riskDecision: ['allow'] })).toEqual([{ id: intent.id }]);
  expect(await find({ riskScore: { gte: 34 } })).toEqual([]);
  expect(await find({ riskDecision: ['review', 'block'] })).toEqual([]);
  const { errors } = await ask(user('found'), FIND, { filter: { riskScore: { gte: 0 } } });
  expect(errors?.[0]?.message).toBe('Only support looks for what risk said.');
});
