// What finance does, driven from outside: a gateway that runs as a process of its own seals what users bought, gives
// receipts, checks the ledger and exports it, and its work is watched live.
import { createHash } from 'node:crypto';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
let finance: Client;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  finance = await gateway.as('fin_1', 'finance');
});
afterAll(() => stopGateways());

async function buy(userId: string): Promise<string> {
  const client = await gateway.as(userId);
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  const { id } = made.intent;
  await client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  await client.mutate(
    'spendCredits',
    { credits: 5, reason: 'a picture', idempotencyKey: id },
    'balance { credits }',
  );
  return id;
}

/** Watches a job to its end. */
async function watched(id: string): Promise<any[]> {
  const watching = finance.subscribe(
    'subscription ($id: ID!) { jobProgress(id: $id) { jobId status job { id status } progress { done total percent message } } }',
    { id },
  );
  await watching.until(({ isComplete }) => isComplete, 30_000);
  await watching.close();
  return watching.events;
}

async function receiptOf(id: string): Promise<string> {
  for (;;) {
    const { data } = await finance.query('query ($id: ID!) { intent(id: $id) { receiptNumber } }', { id });
    if (data.intent.receiptNumber) return data.intent.receiptNumber;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a purchase gets its receipt within seconds, and the next one the next number', async () => {
  const [first, second] = [await receiptOf(await buy('ann')), await receiptOf(await buy('bob'))];

  const numbers = [first, second].map((receipt) => Number(receipt.split('-')[1]));
  expect(numbers[1]).toBe((numbers[0] as number) + 1);
});

test('an export is watched to its end, downloaded by its link, and is what its checksum says', async () => {
  const { export: job } = await finance.mutate(
    'startExport',
    { select: { ledger: {} }, format: 'jsonl' },
    'export { id kind }',
  );

  const events = await watched(job.id);

  expect(events.at(-1)).toMatchObject({
    jobId: job.id,
    status: 'succeeded',
    job: { id: job.id, status: 'succeeded' },
    progress: { percent: 100 },
  });
  const { data } = await finance.query(
    'query ($id: ID!) { node(id: $id) { ... on ExportJob { rows sha256 downloadUrl } } }',
    { id: job.id },
  );
  const response = await fetch(gateway.url + data.node.downloadUrl);
  const text = await response.text();
  expect(createHash('sha256').update(text).digest('hex')).toBe(data.node.sha256);
  expect(text.trimEnd().split('\n')).toHaveLength(data.node.rows);
});

test('the ledger is checked while people go on buying, and is whole', async () => {
  const { data } = await finance.query(
    'mutation { startLedgerCheck { job { __typename id } errors { code } } }',
  );
  const { id, __typename } = data.startLedgerCheck.job;
  expect(__typename).toBe('LedgerCheck');
  await Promise.all([watched(id), buy('cat'), buy('dan')]);

  const answer = await finance.query('{ admin { ledgerCheck { id ok problems } } }');
  expect(answer.data.admin.ledgerCheck).toEqual({ id, ok: true, problems: [] });
});

test('who is not support does not hear of jobs', async () => {
  const user = await gateway.as('ann');
  const { export: job } = await finance.mutate('startExport', { select: { intents: {} } }, 'export { id }');

  const listening = user.subscribe('subscription ($id: ID!) { jobProgress(id: $id) { status } }', {
    id: job.id,
  });
  await listening.until(({ errors }) => errors.length > 0);
  await listening.close();

  expect(listening.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});
