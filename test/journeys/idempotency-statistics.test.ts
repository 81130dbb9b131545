// How often keys came again, for whoever runs the gateway: over every mutation that takes one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, getNamedType, isInputObjectType } from 'graphql';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const METRICS_TOKEN = 'a-token-of-this-test';
const database = useDatabase();
let gateway: GatewayProcess;
let ann: Client;
let finance: Client;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, METRICS_TOKEN });
  ann = await gateway.as('ann');
  finance = await gateway.as('fin', 'finance');
});
afterAll(stopGateways);

const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../schema/schema.graphql'), 'utf8'));
/** The mutations whose input has a key, as the contract has them. */
const KEYED = Object.values(schema.getMutationType()?.getFields() ?? {})
  .filter(({ args }) => {
    const input = getNamedType(args[0]?.type);
    return isInputObjectType(input) && 'idempotencyKey' in input.getFields();
  })
  .map(({ name }) => name);

async function paidIntent(): Promise<string> {
  const { intent } = await ann.mutate('createIntent', { packageId: 'large' }, 'intent { id }');
  await ann.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { id }');
  return intent.id;
}

async function disputed(): Promise<string> {
  const { intent } = await ann.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  for (const outcome of ['succeed', 'dispute_open'])
    await ann.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { id }');
  const { data } = await ann.query('query ($id: ID!) { intent(id: $id) { disputes { id } } }', {
    id: intent.id,
  });
  return data.intent.disputes[0].id;
}

/** What each is asked with, and another input under the same key. */
const ASKED: Record<string, () => Promise<{ by: Client; input: object; other: object }>> = {
  createIntent: async () => ({ by: ann, input: { packageId: 'small' }, other: { packageId: 'medium' } }),
  spendCredits: async () => {
    await paidIntent();
    return {
      by: ann,
      input: { credits: 1, reason: 'A picture' },
      other: { credits: 2, reason: 'A picture' },
    };
  },
  holdCredits: async () => {
    await paidIntent();
    const input = { credits: 1, reason: 'A film', ttlSeconds: 60 };
    return { by: ann, input, other: { ...input, credits: 2 } };
  },
  settleHold: async () => {
    await paidIntent();
    const input = { credits: 5, reason: 'A film', ttlSeconds: 60, idempotencyKey: 'to settle' };
    const { id } = (await ann.mutate('holdCredits', input, 'hold { id }')).hold;
    return { by: ann, input: { id, credits: 3 }, other: { id, credits: 2 } };
  },
  reverseSpend: async () => {
    await paidIntent();
    const input = { credits: 3, reason: 'A picture', idempotencyKey: 'to give back' };
    const { transaction } = await ann.mutate('spendCredits', input, 'transaction { id }');
    const given = { transactionId: transaction.id, reason: 'It failed', credits: 2 };
    return { by: finance, input: given, other: { ...given, credits: 1 } };
  },
  moveCredits: async () => {
    await paidIntent();
    const input = { userId: 'ann', toUserId: 'team', credits: 1, reason: 'For the team' };
    return { by: finance, input, other: { ...input, credits: 2 } };
  },
  adjustCredits: async () => {
    const input = { userId: 'ann', credits: 3, reason: 'A gift' };
    return { by: finance, input, other: { ...input, credits: 4 } };
  },
  createWallet: async () => {
    const input = { name: 'Acme', ownerId: 'ann' };
    return { by: await gateway.as('shop', 'service'), input, other: { ...input, name: 'Acme Ltd' } };
  },
  submitDisputeEvidence: async () => {
    const input = { disputeId: await disputed(), text: 'It was used.' };
    return { by: finance, input, other: { ...input, text: 'All of it was used.' } };
  },
  acceptDispute: async () => {
    const input = { disputeId: await disputed(), reason: 'They are right' };
    return { by: finance, input, other: { ...input, reason: 'Too small' } };
  },
  refundIntent: async () => {
    const input = { intentId: await paidIntent(), amountCents: 100, reason: 'Asked' };
    return { by: finance, input, other: { ...input, amountCents: 200 } };
  },
};

async function metrics(): Promise<string> {
  const scraped = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  return scraped.text();
}

/** Of one mutation: what its keys met, and where that was known. */
const countsOf = async (operation: string) =>
  Object.fromEntries(
    [
      ...(await metrics()).matchAll(
        /idempotency_keys_total\{operation="(\w+)",result="(\w+)",backend="(\w+)"\} (\d+)/g,
      ),
    ]
      .filter(([, name]) => name === operation)
      .map(([, , result, backend, count]) => [`${result} ${backend}`, Number(count)]),
  );

async function health(): Promise<{ ok: boolean; detail: string }> {
  const support = await gateway.as('sup', 'support');
  const { data } = await support.query('{ admin { health { checks { name ok detail } } } }');
  return data.admin.health.checks.find(({ name }: { name: string }) => name === 'idempotency');
}

const numbersIn = ({ detail }: { detail: string }) =>
  /^(\d+) hits, (\d+) misses, (\d+) conflicts; answered keys are kept in the memory of this process\.$/
    .exec(detail)
    ?.slice(1)
    .map(Number);

test.each(KEYED)(
  'an operator and a scraper see how often keys of %s came again, were new, and were used for something else',
  async (operation) => {
    const made = await ASKED[operation]?.();
    if (!made) throw new Error(`${operation} takes a key, and nothing here plays it`);
    const { by, input, other } = made;
    const before = numbersIn(await health()) as number[];
    const known = await countsOf(operation);
    const ask = (asked: object) =>
      by.mutate(operation, { ...asked, idempotencyKey: `${operation} once` }, 'replayed');

    expect(await ask(input)).toMatchObject({ replayed: false, errors: [] });
    for (let nth = 0; nth < 2; nth++) expect(await ask(input)).toMatchObject({ replayed: true, errors: [] });
    expect(await ask(other)).toMatchObject({ errors: [{ code: 'IDEMPOTENCY_CONFLICT' }] });

    const kept = operation === 'createIntent' ? 'memory' : 'postgresql';
    const counts = await countsOf(operation);
    const more = Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [name, count - (known[name] ?? 0)]),
    );
    expect(more).toEqual({ 'misses postgresql': 1, [`hits ${kept}`]: 2, 'conflicts postgresql': 1 });
    expect(await health()).toMatchObject({ ok: true });
    expect(numbersIn(await health())?.map((count, nth) => count - (before[nth] ?? 0))).toEqual([2, 1, 1]);
  },
);

test('a purchase without a key, and what is refused before its key is looked up, count as nothing', async () => {
  const before = await countsOf('createIntent');
  for (let click = 0; click < 2; click++)
    expect((await ann.mutate('createIntent', { packageId: 'xlarge' }, 'replayed')).errors).toEqual([]);
  const bad = { packageId: 'nothing', idempotencyKey: 'of nothing' };
  expect((await ann.mutate('createIntent', bad, 'replayed')).errors).toMatchObject([{ code: 'NOT_FOUND' }]);

  expect(await countsOf('createIntent')).toEqual(before);
});
