// The back end's package against a running gateway, with a service's key, and against servers that fail in the ways that
// networks fail.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { createGateway, type Gateway, isGatewayError } from '@credits-gateway/server';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let running: GatewayProcess;
let gateway: Gateway;
let apiKey = '';

beforeAll(async () => {
  running = await startGateway({ DATABASE_URL: database.url });
  const admin = await running.as('adm_1', 'admin');
  ({ secret: apiKey } = await admin.mutate('createApiKey', { name: 'back end', role: 'service' }, 'secret'));
  gateway = createGateway({ url: running.url, apiKey });
});
afterAll(stopGateways);

let users = 0;
/** A user with 120 credits, bought in mock mode. */
async function buyer(): Promise<string> {
  const userId = `buyer_${++users}`;
  const { intent } = await gateway.createIntent({ userId, packageId: 'medium', provider: 'stripe' });
  const payer: Client = await running.as(userId);
  await payer.mutate('simulatePayment', { id: intent.id }, 'intent { status }');
  return userId;
}

/** What a promise was refused with. */
const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isGatewayError(error)) throw new Error(`Not refused by the gateway: ${String(error)}`);
  return error;
};

it('spends, and the same key again spends once', async () => {
  const userId = await buyer();
  const input = { userId, credits: 20, reason: 'render', idempotencyKey: `job-${userId}`, reference: 'r-1' };

  const first = await gateway.spend(input);
  const again = await gateway.spend(input);

  expect(first).toMatchObject({
    replayed: false,
    transaction: { credits: -20, balanceAfter: 100, reference: 'r-1' },
  });
  expect(again).toMatchObject({ replayed: true, transaction: { id: first.transaction.id } });
  expect(await gateway.balance(userId)).toMatchObject({ credits: 100, available: 100 });
});

it('gives a spend back, and its key says so', async () => {
  const userId = await buyer();
  const input = { userId, credits: 20, reason: 'render', idempotencyKey: `failed-${userId}` };
  const { transaction } = await gateway.spend(input);

  const back = await gateway.reverseSpend({ transactionId: transaction.id, reason: 'It failed' });

  expect(back).toMatchObject({ replayed: false, transaction: { credits: 20, balanceAfter: 120 } });
  expect(await gateway.spend(input)).toMatchObject({ replayed: true, reversed: true });
});

it('moves credits to another wallet, once by a key', async () => {
  const userId = await buyer();
  const input = {
    userId,
    toUserId: `${userId}-team`,
    credits: 20,
    reason: 'team',
    idempotencyKey: `move-${userId}`,
  };

  const moved = await gateway.moveCredits(input);

  expect(moved).toMatchObject({
    replayed: false,
    transaction: { type: 'transfer', credits: -20, balanceAfter: 100 },
    toBalance: { credits: 20 },
  });
  expect(await gateway.moveCredits(input)).toMatchObject({
    replayed: true,
    transaction: { id: moved.transaction.id },
  });
});

it('spends many at once, and gives and revokes what a campaign has', async () => {
  const userId = await buyer();
  const finance = await running.as('fin_1', 'finance');
  await finance.mutate(
    'saveCampaign',
    { key: 'welcome', name: 'Welcome', budgetCredits: 100 },
    'campaign { id }',
  );
  const gifts = {
    campaign: 'welcome',
    grants: [
      { userId, credits: 30, key: 'a', reason: 'Welcome' },
      { userId, credits: 80, key: 'b', reason: 'Too much' },
    ],
  };

  const [given, refused] = await gateway.grantCredits(gifts);
  const spent = await gateway.spendMany({
    items: [
      { userId, credits: 10, reason: 'Tokens', key: 'a' },
      { userId, credits: 1_000, reason: 'Tokens', key: 'b' },
      { userId, credits: 10, reason: 'Tokens', key: 'a' },
    ],
  });
  const revoked = await gateway.revokeGrant({ id: given?.grant?.id ?? '', reason: 'A mistake' });

  expect(given).toMatchObject({ outcome: 'granted', grant: { credits: 30 } });
  expect(refused).toMatchObject({ outcome: 'refused', grant: null, error: { code: 'INVALID_STATE' } });
  expect(spent.map(({ outcome }) => outcome)).toEqual(['spent', 'refused', 'replayed']);
  expect(revoked).toMatchObject({ replayed: false, grant: { revokedCredits: 20 } });
  expect((await gateway.balance(userId)).credits).toBe(120);
});

it('limits what a member spends, and takes the limit away', async () => {
  const userId = await buyer();
  const limit = { userId, memberId: 'mel', per: 'day', timeZone: 'Asia/Kolkata' } as const;
  const spend = { userId, memberId: 'mel', credits: 11, reason: 'render' };

  const limited = await gateway.setSpendLimit({ ...limit, credits: 10 });

  expect(limited).toMatchObject({
    available: 120,
    spendLimits: [{ memberId: 'mel', per: 'day', credits: 10, spent: 0, remaining: 10 }],
  });
  expect(await refusal(gateway.spend(spend))).toMatchObject({ code: 'SPEND_LIMIT_REACHED' });
  expect((await gateway.setSpendLimit({ ...limit, credits: null })).spendLimits).toEqual([]);
  expect((await gateway.spend(spend)).balance.credits).toBe(109);
});

it('says how a user is called; what is left out stays', async () => {
  await gateway.upsertUser({ id: 'ada', email: 'ada@shop.example', name: 'Ada Lovelace' });

  expect(await gateway.upsertUser({ id: 'ada', name: 'Ada King' })).toMatchObject({
    ...{ userId: 'ada', email: 'ada@shop.example', name: 'Ada King', createdAt: null },
  });
  expect(await refusal(gateway.upsertUser({ id: 'ada', email: 'none' }))).toMatchObject({
    code: 'INVALID_INPUT',
  });
});

it('makes a key for a spend that brings none, another for each call', async () => {
  const userId = await buyer();

  await gateway.spend({ userId, credits: 5, reason: 'a' });
  await gateway.spend({ userId, credits: 5, reason: 'a' });

  expect((await gateway.balance(userId)).credits).toBe(110);
});

it('tells a refusal by its code, and does not try it again', async () => {
  const userId = await buyer();
  const input = { userId, credits: 20, reason: 'b', idempotencyKey: `k-${userId}` };
  const { transaction } = await gateway.spend(input);

  expect(
    await refusal(gateway.spend({ ...input, idempotencyKey: `l-${userId}`, credits: 1_000 })),
  ).toMatchObject({
    code: 'INSUFFICIENT_CREDITS',
    path: ['input', 'credits'],
    retryAfterSeconds: null,
  });
  expect(await refusal(gateway.spend({ ...input, credits: 21 }))).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    existingId: transaction.id,
  });
  expect(await refusal(gateway.spend({ ...input, credits: 0 }))).toMatchObject({ code: 'INVALID_INPUT' });
  expect(await refusal(createGateway({ url: running.url, apiKey: 'ck_no' }).balance(userId))).toMatchObject({
    code: 'UNAUTHENTICATED',
    retryAfterSeconds: null,
  });
});

it('holds credits for work, and spends what the work says that it used', async () => {
  const userId = await buyer();

  const done = await gateway.withHold({ userId, credits: 50, reason: 'chat' }, async (hold) => {
    expect(hold).toMatchObject({ status: 'open', credits: 50 });
    expect(await gateway.balance(userId)).toMatchObject({ held: 50, available: 70 });
    return { credits: 12, value: 'the answer' };
  });

  expect(done).toMatchObject({
    value: 'the answer',
    hold: { status: 'settled', settledCredits: 12 },
    transaction: { credits: -12 },
    balance: { credits: 108, held: 0 },
  });
});

it('spends nothing of a hold of which nothing was used', async () => {
  const userId = await buyer();

  const done = await gateway.withHold({ userId, credits: 50, reason: 'chat' }, async () => ({
    credits: 0,
    value: null,
  }));

  expect(done).toMatchObject({ transaction: null, balance: { credits: 120, held: 0 } });
});

it('releases the hold of work that failed, and throws what it threw', async () => {
  const userId = await buyer();
  const broken = new Error('the model is down');

  const ended = gateway.withHold({ userId, credits: 50, reason: 'chat' }, () => Promise.reject(broken));

  await expect(ended).rejects.toBe(broken);
  expect(await gateway.balance(userId)).toMatchObject({ credits: 120, held: 0, available: 120 });
});

it('does not do the work of a key whose hold has ended', async () => {
  const userId = await buyer();
  const input = { userId, credits: 50, reason: 'chat', idempotencyKey: `work-${userId}` };
  await gateway.withHold(input, async () => ({ credits: 10, value: null }));

  const work = jest.fn();
  expect(await refusal(gateway.withHold(input, work))).toMatchObject({
    code: 'INVALID_STATE',
    current: 'settled',
  });

  expect(work).not.toHaveBeenCalled();
  expect((await gateway.balance(userId)).credits).toBe(110);
});

it('reads what a service may read', async () => {
  const userId = await buyer();
  const { hold } = await gateway.hold({ userId, credits: 30, reason: 'h', ttlSeconds: 60 });
  const beforeRelease = await gateway.holds({ userId });
  expect(await gateway.releaseHold({ id: hold.id })).toMatchObject({ hold: { status: 'released' } });

  expect(beforeRelease.nodes).toMatchObject([{ id: hold.id, status: 'open' }]);
  expect((await gateway.holds({ userId, status: ['released'] })).nodes).toHaveLength(1);
  const { nodes } = await gateway.creditTransactions({ userId, first: 1 });
  expect(nodes).toMatchObject([{ type: 'purchase', credits: 120 }]);
  const intents = await gateway.intents({ filter: { userId } });
  expect(intents.nodes).toMatchObject([{ status: 'succeeded', creditsAdded: 120, userId }]);
  const id = intents.nodes[0]?.id ?? '';
  expect(await gateway.intent(id)).toMatchObject({ id, amount: { amountMinor: '10000', currency: 'INR' } });
  expect(await gateway.syncIntent({ id })).toMatchObject({ status: 'succeeded' });
  expect(await gateway.intentBy({ creditsTransactionId: nodes[0]?.id ?? '' })).toMatchObject({ id });
  expect(await gateway.intent('int_01m82gz2xysrvg4tx2v772pmc7')).toBeNull();
  expect(await gateway.balanceAt(userId, new Date())).toMatchObject({ credits: 120 });
  expect((await gateway.packages('USD')).map(({ id: name }) => name)).toContain('medium');
  const open = await gateway.createIntent({ userId, packageId: 'small', provider: 'stripe' });
  expect(await gateway.cancelIntent({ id: open.intent.id })).toMatchObject({ status: 'canceled' });
  expect(await gateway.query('{ viewer { role } }')).toEqual({ viewer: { role: 'service' } });
});

describe('when the way there fails', () => {
  type Answer = (
    request: http.IncomingMessage,
    response: http.ServerResponse,
    pass: (to: NodeJS.WritableStream) => void,
  ) => void;
  let front: http.Server;
  let url = '';
  let answers: Answer[] = [];
  let seen = 0;

  // Before the gateway: each request is answered by the next of `answers`, or goes through.
  beforeAll(async () => {
    front = http.createServer((request, response) => {
      seen += 1;
      const answer = answers.shift();
      const pass = (to: NodeJS.WritableStream) => {
        const onward = http.request(
          `${running.url}${request.url}`,
          { method: request.method, headers: request.headers },
          (from) => {
            if (to === response) response.writeHead(from.statusCode ?? 500, from.headers);
            from.pipe(to);
          },
        );
        request.pipe(onward);
      };
      if (answer) answer(request, response, pass);
      else pass(response);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  });
  afterAll(() => void front.close());
  beforeEach(() => {
    seen = 0;
    answers = [];
  });

  const status =
    (code: number, body = '<html>', headers = {}): Answer =>
    (request, response) => {
      request.resume();
      response.writeHead(code, headers).end(body);
    };
  const cut: Answer = (request) => void request.socket.destroy();
  /** The gateway did it, and its answer is lost. */
  const lostAnswer: Answer = (request, _, pass) => {
    pass(new PassThrough().resume().on('end', () => void request.socket.destroy()));
  };
  const silent: Answer = () => undefined;

  it.each<[string, Answer]>([
    ['a connection that is cut', cut],
    ['a page of a proxy with 502', status(502)],
    ['a 503 without a body', status(503, '')],
    ['half an answer', status(200, '{"data":{"answer":')],
    ['an answer of somebody else', status(200, '<html>welcome</html>')],
    ['a gateway that stops', status(503, '{"errors":[{"message":"m","extensions":{"code":"TIMED_OUT"}}]}')],
  ])('a spend after %s is sent again and takes effect once', async (_, answer) => {
    const userId = await buyer();
    answers = [answer, answer];

    const spent = await createGateway({ url, apiKey }).spend({ userId, credits: 20, reason: 'r' });

    expect(spent).toMatchObject({ replayed: false, balance: { credits: 100 } });
    expect(seen).toBe(3);
  });

  it('a spend whose answer was lost is found again, and spent once', async () => {
    const userId = await buyer();
    answers = [lostAnswer];

    const spent = await createGateway({ url, apiKey }).spend({
      userId,
      credits: 20,
      reason: 'r',
    });

    expect(spent.replayed).toBe(true);
    expect((await gateway.balance(userId)).credits).toBe(100);
  });

  it('a gateway that says nothing is given up after its attempts, as TIMED_OUT', async () => {
    answers = [silent, silent];

    const error = await refusal(createGateway({ url, apiKey, timeoutMs: 50, attempts: 2 }).balance('u'));

    expect(error.code).toBe('TIMED_OUT');
    expect(seen).toBe(2);
  });

  it('an address where nobody listens is UNREACHABLE', async () => {
    const error = await refusal(
      createGateway({ url: 'http://127.0.0.1:1', apiKey, attempts: 2 }).balance('u'),
    );

    expect(error).toMatchObject({ code: 'UNREACHABLE', retryAfterSeconds: 0 });
  });

  it('waits as long as the gateway says, and no longer than the caller allows', async () => {
    const later = (seconds: number) =>
      status(
        200,
        `{"data":{"answer":{"errors":[{"code":"IN_PROGRESS","message":"m","path":null,"retryAfterSeconds":${seconds}}]}}}`,
      );
    const userId = await buyer();
    answers = [later(1)];
    const startedMs = performance.now();
    await createGateway({ url, apiKey }).spend({ userId, credits: 1, reason: 'r' });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1_000);

    answers = [later(60)];
    const error = await refusal(
      createGateway({ url, apiKey, withinMs: 2_000 }).spend({ userId, credits: 1, reason: 'r' }),
    );
    expect(error).toMatchObject({ code: 'IN_PROGRESS', retryAfterSeconds: 60 });
  });

  it('never follows a redirect: the key stays where it was meant to go', async () => {
    answers = [status(307, '', { location: `${running.url}/graphql` })];

    const error = await refusal(createGateway({ url, apiKey, attempts: 1 }).balance('u'));

    expect(error.code).toBe('UNREACHABLE');
  });

  it('a refusal that waiting does not mend is not sent again', async () => {
    answers = [status(404, 'no such page')];

    expect((await refusal(createGateway({ url, apiKey }).balance('u'))).code).toBe('UNAVAILABLE');
    expect(seen).toBe(1);
  });
});

it('each call is a span, with its attempts and its failure', async () => {
  const spans: Record<string, unknown>[] = [];
  const tracer = {
    startActiveSpan: <Result>(name: string, options: object, work: (span: any) => Result): Result => {
      const span: Record<string, unknown> = { name, ...options };
      spans.push(span);
      return work({
        setAttribute: (key: string, value: unknown) => Object.assign(span, { [key]: value }),
        setStatus: (value: unknown) => Object.assign(span, { status: value }),
        recordException: () => undefined,
        end: () => Object.assign(span, { ended: true }),
      });
    },
  };
  const traced = createGateway({ url: running.url, apiKey, tracer });

  await traced.balance('u');
  await refusal(traced.spend({ userId: 'u', credits: 1, reason: 'r' }));

  expect(spans).toMatchObject([
    { name: 'credits balance', 'credits_gateway.attempts': 1, ended: true },
    { name: 'credits spendCredits', 'error.type': 'INSUFFICIENT_CREDITS', status: { code: 2 }, ended: true },
  ]);
});

it('an address or a key that cannot work is refused at once', () => {
  expect(() => createGateway({ url: 'credits', apiKey })).toThrow('such as https://');
  expect(() => createGateway({ url: running.url, apiKey: '' })).toThrow('createApiKey');
});
