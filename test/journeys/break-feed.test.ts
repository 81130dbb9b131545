// Breaks live, from outside over SSE: an open dialog hears what a run, the provider or another operator did with its break.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

jest.setTimeout(60_000);
const database = useDatabase();
let gateway: GatewayProcess;
let owner: pg.Client;

beforeAll(async () => {
  owner = new pg.Client({ connectionString: database.url });
  gateway = await startGateway({ DATABASE_URL: database.url });
  await owner.connect();
});
afterAll(async () => {
  await stopGateways();
  await owner.end();
});

const FEED = `subscription { adminFeed(topics: [reconciliation, intents]) {
  kind summary subject { __typename id ... on ReconciliationBreak { status fixes } } } }`;

type FeedEvent = Record<string, any>;

/** What one operator's feed brings; the first is the snapshot. */
async function* feedOf(token: string, signal: AbortSignal): AsyncGenerator<FeedEvent> {
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: FEED }),
    signal,
  });
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + Buffer.from(chunk).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('data: {')) yield JSON.parse(line.slice('data: '.length)).data.adminFeed;
  }
}

it('A break that is opened, changes and is settled by one operator is heard by another, in that order', async () => {
  const [watching, acting] = [await gateway.as('fin_1', 'finance'), await gateway.as('fin_2', 'finance')];
  const left = new AbortController();
  const feed = feedOf(watching.token ?? '', left.signal);
  const next = async () => (await feed.next()).value as FeedEvent;
  expect(await next()).toMatchObject({ kind: 'snapshot' });

  const { rows } = await owner.query(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency)
     values ('payment', 'unknown_payment', 'stripe', 'ch_of_nobody', 700, 'INR') returning 'brk_' || id as id`,
  );
  const id = rows[0].id as string;
  const ofBreak = (status: string) => ({
    kind: 'change',
    subject: { __typename: 'ReconciliationBreak', id, status },
  });
  expect(await next()).toMatchObject({
    ...ofBreak('open'),
    summary: 'What the provider says and what we know differ (unknown payment); a person must look.',
  });

  await owner.query("update breaks set theirs_minor = 800 where 'brk_' || id = $1", [id]);
  expect(await next()).toMatchObject({
    ...ofBreak('open'),
    summary: 'What differs has changed (unknown payment).',
  });

  const { errors } = await acting.mutate(
    'resolveBreak',
    { id, fix: 'adjust', note: 'A payment link of another department.' },
    'break { id }',
  );
  expect(errors).toEqual([]);
  expect(await next()).toMatchObject({
    ...ofBreak('resolved'),
    summary: 'A difference (unknown payment) was settled by adjust: resolved.',
  });
  left.abort();
  await feed.return(undefined).catch(() => undefined);

  const told = await owner.query(
    'select sequence, kind, actor, from_status, to_status, data::text from events where subject = $1 order by sequence',
    [id],
  );
  expect(told.rows).toMatchObject([
    { sequence: 1, kind: 'break_opened', actor: 'system', to_status: 'open' },
    { sequence: 2, kind: 'break_changed', from_status: 'open', to_status: 'open' },
    { sequence: 3, kind: 'break_resolved', actor: 'fin_2', from_status: 'open', to_status: 'resolved' },
  ]);
  // What a person wrote is on the break alone.
  expect(JSON.stringify(told.rows)).not.toContain('another department');
});

it('Support, who may not read breaks, hears nothing of them', async () => {
  const support = await gateway.as('sup_1', 'support');
  const left = new AbortController();
  const feed = feedOf(support.token ?? '', left.signal);
  expect((await feed.next()).value).toMatchObject({ kind: 'snapshot' });
  await owner.query(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency)
     values ('payment', 'unknown_payment', 'stripe', 'ch_of_nobody_2', 700, 'INR')`,
  );
  const heard = feed.next();
  const user = await gateway.as('payer', 'user');
  await user.mutate('createIntent', { packageId: 'small', provider: 'stripe' }, 'intent { id }');
  // The first that it hears came after the break.
  expect((await heard).value).toMatchObject({ subject: { __typename: 'PaymentIntent' } });
  left.abort();
  await feed.return(undefined).catch(() => undefined);
});
