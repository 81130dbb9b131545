// Limits of spends as a back end sees them over HTTP; and their last credits, asked for by two hundred at two processes.
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const start = () => startGateway({ DATABASE_URL: database.url });

afterAll(stopGateways);

const CALLS = 200;
const LEFT = 7;

async function give(gateway: GatewayProcess, userId: string, credits: number): Promise<void> {
  const finance = await gateway.as('fin_1', 'finance');
  const input = { userId, credits, reason: 'To begin with', idempotencyKey: `give-${userId}` };
  expect((await finance.mutate('adjustCredits', input, 'replayed')).errors).toEqual([]);
}

it('a back end limits a member and a key, is told what is left, and finds who spent', async () => {
  const gateway = await start();
  const admin = await gateway.as('adm_1', 'admin');
  const made = await admin.mutate('createApiKey', { name: 'till', role: 'service' }, 'apiKey { id } secret');
  const till = new Client(gateway.url, made.secret);
  await give(gateway, 'acme', 100);
  const BALANCE =
    'balance { available spendable mels: spendable(memberId: "mel") spendLimits { memberId apiKeyId per credits remaining } }';
  const limit = (more: object) =>
    till.mutate('setSpendLimit', { userId: 'acme', per: 'month', ...more }, BALANCE);
  await limit({ credits: 20, memberId: 'mel', timeZone: 'Asia/Kolkata' });
  const { balance } = await limit({ credits: 50, apiKeyId: made.apiKey.id });
  expect(balance).toEqual({
    ...{ available: 100, spendable: 50, mels: 20 },
    spendLimits: [
      { memberId: null, apiKeyId: made.apiKey.id, per: 'month', credits: 50, remaining: 50 },
      { memberId: 'mel', apiKeyId: null, per: 'month', credits: 20, remaining: 20 },
    ],
  });

  const ask = { userId: 'acme', memberId: 'mel', reason: 'render' };
  const spent = await till.mutate(
    'spendCredits',
    { ...ask, credits: 15, idempotencyKey: 'r1' },
    `transaction { id memberId apiKeyId } ${BALANCE}`,
  );
  expect(spent.transaction).toMatchObject({ memberId: 'mel', apiKeyId: made.apiKey.id });
  expect(spent.balance).toMatchObject({ available: 85, spendable: 35, mels: 5 });
  const refused = await till.query(
    `mutation ($input: HoldCreditsInput!) { holdCredits(input: $input) { hold { id } errors { __typename code path
      ... on SpendLimitError { spendLimit { memberId per credits spent held remaining timeZone resetsAt } } } } }`,
    { input: { ...ask, credits: 6, idempotencyKey: 'h1' } },
  );
  expect(refused.data.holdCredits).toMatchObject({
    hold: null,
    errors: [
      {
        ...{ __typename: 'SpendLimitError', code: 'SPEND_LIMIT_REACHED', path: ['input', 'credits'] },
        spendLimit: {
          ...{
            memberId: 'mel',
            per: 'month',
            credits: 20,
            spent: 15,
            held: 0,
            remaining: 5,
            timeZone: 'Asia/Kolkata',
          },
        },
      },
    ],
  });

  const LIST = `query ($filter: CreditTransactionFilter, $userId: ID) { creditTransactions(userId: $userId, filter: $filter) { totalCount nodes { credits memberId apiKeyId } }
    balance(userId: $userId) { spendable spendLimits { memberId } } }`;
  const found = await till.query(LIST, { userId: 'acme', filter: { apiKeyId: made.apiKey.id } });
  expect(found.data.creditTransactions).toEqual({
    totalCount: 1,
    nodes: [{ credits: -15, memberId: 'mel', apiKeyId: made.apiKey.id }],
  });
  // The user sees by whom, and neither keys nor their limits.
  const user = await gateway.as('acme');
  const own = await user.query(LIST, { filter: { memberId: 'mel' } });
  expect(own.data).toEqual({
    creditTransactions: { totalCount: 1, nodes: [{ credits: -15, memberId: 'mel', apiKeyId: null }] },
    balance: { spendable: 85, spendLimits: [{ memberId: 'mel' }] },
  });
  expect((await user.query(LIST, { filter: { apiKeyId: made.apiKey.id } })).data.creditTransactions).toEqual({
    ...{ totalCount: 0, nodes: [] },
  });
  await gateway.stop();
});

/** Asks until there is an answer, whichever process is there. @returns its code, or spent */
async function persist(clients: () => readonly Client[], at: number): Promise<string> {
  const untilMs = Date.now() + 60_000;
  const input = { credits: 1, reason: 'A picture', idempotencyKey: `one-of-${at}` };
  for (let tries = 0; Date.now() < untilMs; tries++) {
    const all = clients();
    try {
      const answer = await all[(at + tries) % all.length]?.mutate('spendCredits', input, 'replayed');
      return answer?.errors[0]?.code ?? 'spent';
    } catch (error) {
      if (!/ECONN|socket|terminated|other side closed/i.test(String((error as Error).cause ?? error)))
        throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('No answer within 60 s');
}

it.each([
  ['and none is killed', null],
  ['and one is killed at once', 0],
  ['and one is killed after 30 ms', 30],
])(
  `the last ${LEFT} credits of a limit are spent once each by ${CALLS} at two processes, %s`,
  async (when, killAfterMs) => {
    let first = await start();
    const second = await start();
    const userId = `crowd ${when}`;
    await give(first, userId, 1_000);
    const shop = await first.as('shop', 'service');
    await shop.mutate('setSpendLimit', { userId, per: 'total', credits: LEFT }, 'balance { id }');
    const clients = await Promise.all([first.as(userId), second.as(userId)]);
    const calls = Array.from({ length: CALLS }, (_, at) => persist(() => clients, at));
    const killed = (async () => {
      if (killAfterMs === null) return;
      await new Promise((resolve) => setTimeout(resolve, killAfterMs));
      await first.kill();
      first = await start();
      clients[0] = await first.as(userId);
    })();
    const [codes] = await Promise.all([Promise.all(calls), killed]);

    const counts = Object.fromEntries(
      ['spent', 'SPEND_LIMIT_REACHED'].map((code) => [code, codes.filter((one) => one === code).length]),
    );
    process.stdout.write(`  ${CALLS} at two processes, ${when}: ${JSON.stringify(counts)}\n`);
    expect(counts).toEqual({ spent: LEFT, SPEND_LIMIT_REACHED: CALLS - LEFT });
    const { rows } = await database.pool().query(
      `select (select count(*)::int from journal where user_id = $1 and kind = 'spend') as spends,
        (select spent::int from spend_limits where user_id = $1) as counted`,
      [userId],
    );
    expect(rows).toEqual([{ spends: LEFT, counted: LEFT }]);
    await Promise.all([first.stop(), second.stop()]);
  },
  120_000,
);
