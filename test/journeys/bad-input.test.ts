// What nobody should send: each is refused with a code that a program can act on, never with a fault, and nothing of it
// is left behind. Driven from outside against a gateway that runs as a process of its own.
import { type Answer, Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { leavingUntouched } from './untouched';

const database = useDatabase();
let gateway: GatewayProcess;
let buyer: Client;
/** An intent of the buyer's that was paid, so that 50 credits are there to lose. */
let paidId: string;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  buyer = await gateway.as('buyer');
  const made = await buyer.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  paidId = made.intent.id;
  await buyer.mutate('simulatePayment', { id: paidId, outcome: 'succeed' }, 'intent { status }');
});
afterAll(stopGateways);

/** Where and why a call was refused: in the payload, or before it ran. */
function refusalIn({ data, errors }: Answer): { code: string; path?: string[] } {
  const [atTheTop] = errors ?? [];
  if (atTheTop) return { code: atTheTop.extensions?.code ?? 'none' };
  const [payload] = Object.values(data);
  expect(payload.errors).toHaveLength(1);
  const [{ code, path }] = payload.errors;
  return { code, path };
}

async function refused(client: Client, name: string, input: object) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const call = `mutation Call($input: ${type}!) { ${name}(input: $input) { errors { code path } } }`;
  return refusalIn(await leavingUntouched(database.url, () => client.query(call, { input })));
}

const at = (field: string) => ['input', field];

/** Before it ran, because it does not fit the schema; or in the payload, naming the field at fault. */
const UNFIT = { code: 'BAD_USER_INPUT' };
const invalid = (field: string) => ({ code: 'INVALID_INPUT', path: at(field) });
const notFound = (field: string) => ({ code: 'NOT_FOUND', path: at(field) });

type Case = [what: string, input: object, refusal: { code: string; path?: string[] }];

const BAD_KEYS = Object.entries({
  'an empty key': '',
  'a key of 256 characters': 'k'.repeat(256),
  'a key with a line break': 'a\nb',
  'a key with a bell': 'a\u0007',
  'a key with DEL': 'a\u007f',
  "one of the gateway's own keys": 'auto:1',
}).map(([what, idempotencyKey]): Case => [what, { idempotencyKey }, invalid('idempotencyKey')]);

describe('A purchase is refused with', () => {
  it.each<Case>([
    ['a package that does not exist', { packageId: 'huge' }, notFound('packageId')],
    ['an empty package', { packageId: '' }, notFound('packageId')],
    ['a number for a package', { packageId: 5 }, notFound('packageId')],
    ['no package', { packageId: null }, UNFIT],
    ['a provider that does not exist', { provider: 'paypal' }, UNFIT],
    ['a provider in upper case', { provider: 'STRIPE' }, UNFIT],
    ['a currency that does not exist', { currency: 'XXX' }, invalid('currency')],
    ['a currency that it is not sold in', { currency: 'EUR' }, invalid('currency')],
    ['a currency in lower case', { currency: 'inr' }, UNFIT],
    ['a name for a currency', { currency: 'Rupees' }, UNFIT],
    ['another user', { userId: 'somebody' }, invalid('userId')],
    ['a fingerprint of a book', { fingerprintId: 'f'.repeat(2_049) }, invalid('fingerprintId')],
    ['an address of a book', { returnUrl: `https://${'x'.repeat(2_049)}` }, invalid('returnUrl')],
    ['an amount of its own', { amountMinor: 1 }, UNFIT],
    ...BAD_KEYS,
  ])('%s', async (_what, input, refusal) => {
    expect(await refused(buyer, 'createIntent', { packageId: 'medium', ...input })).toEqual(refusal);
  });

  it.each<Case>([
    ['no user', {}, invalid('userId')],
    ['an empty user', { userId: '' }, invalid('userId')],
    ['a user of 256 characters', { userId: 'u'.repeat(256) }, invalid('userId')],
  ])('%s, by a service', async (_what, input, refusal) => {
    const service = await gateway.as('backend', 'service');
    expect(await refused(service, 'createIntent', { packageId: 'small', ...input })).toEqual(refusal);
  });
});

describe('A spend is refused with', () => {
  it.each<Case>([
    ['no credits', { credits: 0 }, invalid('credits')],
    ['negative credits', { credits: -5 }, invalid('credits')],
    ['more credits than a client can read', { credits: 2 ** 53 }, UNFIT],
    ['neither credits nor usage', { credits: null }, invalid('credits')],
    ['half a credit', { credits: 0.5 }, UNFIT],
    ['credits in a string', { credits: '5' }, UNFIT],
    ['true credits', { credits: true }, UNFIT],
    ['a list of credits', { credits: [5] }, UNFIT],
    ['no reason', { reason: '' }, invalid('reason')],
    ['a reason of 501 characters', { reason: 'r'.repeat(501) }, invalid('reason')],
    ['another user', { userId: 'somebody' }, notFound('userId')],
    ['an empty user', { userId: '' }, notFound('userId')],
    ...BAD_KEYS,
  ])('%s', async (_what, input, refusal) => {
    const spend = { credits: 5, reason: 'A picture', idempotencyKey: 'spend', ...input };
    expect(await refused(buyer, 'spendCredits', spend)).toEqual(refusal);
  });

  it.each(['1e1', '5.0', '"5"', '0x5', '-5', '9007199254740992'])(
    '%s credits in the document',
    async (credits) => {
      const spend = `mutation { spendCredits(input: {credits: ${credits}, reason: "r", idempotencyKey: "literal"})
      { errors { code path } } }`;
      const { code } = refusalIn(await leavingUntouched(database.url, () => buyer.query(spend)));
      expect(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'INVALID_INPUT']).toContain(code);
    },
  );
});

describe('An act on an intent is refused with', () => {
  const STATE = 'errors { ... on InvalidStateError { current allowedFrom } }';
  it.each<Case>([
    ['a delay before now', { delayMs: -1 }, invalid('delayMs')],
    ['a delay of more than a minute', { delayMs: 60_001 }, invalid('delayMs')],
    ['a delay of weeks', { delayMs: 2 ** 31 }, UNFIT],
    ['a delay of half a millisecond', { delayMs: 0.5 }, UNFIT],
    ['a delay in a string', { delayMs: '5' }, UNFIT],
    ['an outcome that does not exist', { outcome: 'explode' }, UNFIT],
    ['no outcome', { outcome: null }, UNFIT],
    ['an intent that does not exist', { id: 'int_none' }, notFound('id')],
    ['the id of something else', { id: 'ctx_1' }, notFound('id')],
    ['an id as long as a book', { id: `int_${'x'.repeat(100_000)}` }, notFound('id')],
  ])('%s', async (_what, input, refusal) => {
    expect(await refused(buyer, 'simulatePayment', { id: paidId, ...input })).toEqual(refusal);
  });

  it('a cancel after it succeeded, which says from where it is possible', async () => {
    const canceled = await leavingUntouched(database.url, () =>
      buyer.mutate('cancelIntent', { id: paidId }, STATE),
    );
    expect(canceled.errors).toMatchObject([
      { code: 'INVALID_STATE', current: 'succeeded', allowedFrom: ['pending', 'processing'] },
    ]);
  });
});

describe('A page is refused with', () => {
  const PAGES: [string, string][] = [0, 101, -1, 2_147_483_647].flatMap((size) => [
    [`intents(first: ${size})`, 'INVALID_INPUT'],
    [`intents(last: ${size})`, 'INVALID_INPUT'],
    [`creditTransactions(first: ${size})`, 'INVALID_INPUT'],
  ]);
  it.each<[string, string]>([
    ...PAGES,
    ['intents(first: 1.5)', 'GRAPHQL_VALIDATION_FAILED'],
    ['intents(first: "5")', 'GRAPHQL_VALIDATION_FAILED'],
    ['intents(first: 1e1)', 'GRAPHQL_VALIDATION_FAILED'],
    ['intents(first: 2147483648)', 'GRAPHQL_VALIDATION_FAILED'],
    ['intents(after: "")', 'INVALID_INPUT'],
    ['intents(after: "WyJpbnRlbnRzIl0")', 'INVALID_INPUT'],
    ['intents(filter: {createdAt: {gte: "yesterday"}})', 'GRAPHQL_VALIDATION_FAILED'],
    ['intents(filter: {currency: "rupees"})', 'GRAPHQL_VALIDATION_FAILED'],
    ['intents(orderBy: {field: password})', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s', async (field, code) => {
    const answer = await buyer.query(`{ ${field} { nodes { id } } }`);
    expect(answer).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(answer.data ?? null).toBeNull();
  });

  it.each([0, 101, -1])('%s entries of a timeline', async (first) => {
    const query =
      'query Q($id: ID!, $first: Int) { intent(id: $id) { timeline(first: $first) { nodes { id } } } }';
    const { errors } = await buyer.query(query, { id: paidId, first });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', input: ['first'] } }]);
  });

  it.each<[string, object]>([
    ['two keys to look up by', { idempotencyKey: 'a', providerIntentId: 'b' }],
    ['no key to look up by', {}],
    ['null to look up by', { idempotencyKey: null }],
  ])('%s', async (_what, lookup) => {
    const query = 'query Q($lookup: IntentLookup!) { intentBy(lookup: $lookup) { id } }';
    expect(refusalIn(await buyer.query(query, { lookup }))).toEqual(UNFIT);
  });

  it('null where a variable has a default but the field takes none', async () => {
    const query = 'query Q($to: SortDirection = asc) { intents(orderBy: {direction: $to}) { nodes { id } } }';
    expect(refusalIn(await buyer.query(query, { to: null }))).toEqual(UNFIT);
  });

  it('51 nodes at once', async () => {
    const { errors } = await buyer.query('query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array.from({ length: 51 }, (_, at) => `int_${at}`),
    });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', input: ['ids'] } }]);
  });
});

describe('A key that comes again with another input', () => {
  const purchase = {
    packageId: 'small',
    provider: 'stripe',
    currency: 'INR',
    fingerprintId: 'device-1',
    returnUrl: 'https://shop.example/back',
    idempotencyKey: 'flip',
  };
  let firstId: string;
  beforeAll(async () => {
    firstId = (await buyer.mutate('createIntent', purchase, 'intent { id }')).intent.id;
  });
  const CONFLICT = 'errors { ... on IdempotencyConflictError { existing { id } } }';

  it.each<[keyof typeof purchase, string]>([
    ['packageId', 'medium'],
    ['provider', 'razorpay'],
    ['currency', 'USD'],
    ['fingerprintId', 'device-2'],
    ['returnUrl', 'https://shop.example/elsewhere'],
  ])('in %s (%s) buys nothing and names what the key made', async (field, value) => {
    const again = await leavingUntouched(database.url, () =>
      buyer.mutate('createIntent', { ...purchase, [field]: value }, `intent { id } ${CONFLICT}`),
    );
    expect(again).toMatchObject({
      intent: null,
      errors: [{ code: 'IDEMPOTENCY_CONFLICT', path: at('idempotencyKey'), existing: { id: firstId } }],
    });
  });

  it.each(['fingerprintId', 'returnUrl', 'currency', 'provider'] as const)(
    'in %s left out is the same purchase: what is not said is not compared',
    async (field) => {
      const again = await buyer.mutate(
        'createIntent',
        { ...purchase, [field]: null },
        `replayed intent { id } ${CONFLICT}`,
      );
      expect(again).toEqual({ replayed: true, intent: { id: firstId }, errors: [] });
    },
  );

  it.each<[string, object]>([
    ['credits', { credits: 2 }],
    ['the reason', { reason: 'Another picture' }],
  ])('in %s spends nothing', async (_what, other) => {
    const spend = { credits: 1, reason: 'A picture', idempotencyKey: 'flip' };
    const first = await buyer.mutate('spendCredits', spend, 'transaction { id } errors { code }');
    const again = await leavingUntouched(database.url, () =>
      buyer.mutate('spendCredits', { ...spend, ...other }, `transaction { id } ${CONFLICT}`),
    );
    expect(again).toMatchObject({
      transaction: null,
      errors: [{ code: 'IDEMPOTENCY_CONFLICT', existing: { id: first.transaction.id } }],
    });
  });
});
