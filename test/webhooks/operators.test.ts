// What operators see of webhook events, and who may work them again.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { newId } from '../../src/kernel/ids';
import { problemIn, service, support, useAsking, user } from '../graphql/asking';
import { claimIntents } from '../support/intents';
import { fixtureText } from './letters';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };

interface Given {
  readonly status?: string;
  readonly provider?: string;
  readonly type?: string;
  readonly intentId?: string;
  readonly body?: string;
  readonly leaseSeconds?: number;
  readonly attempts?: number;
}

/** Stores an event as it would stand later. @returns its id. */
async function stored(given: Given = {}): Promise<string> {
  const id = newId('webhookEvent');
  const body = given.body ?? JSON.stringify({ id: randomUUID() });
  await asking.sql(
    `insert into webhook_events (id, provider, provider_event_id, type, subject, provider_intent_id, intent_id, body,
       body_sha256, status, lease_until, attempt_count)
     values ($1, $2, 'evt_' || $1, $3, 'payment', 'pi_' || $1, $4, $5, $1, $6,
       clock_timestamp() + make_interval(secs => $7), $8)`,
    [
      id,
      given.provider ?? 'stripe',
      given.type ?? 'charge.succeeded',
      given.intentId ?? null,
      Buffer.from(body),
      given.status ?? 'processed',
      given.leaseSeconds ?? null,
      given.attempts ?? 1,
    ],
  );
  await asking.sql(
    `insert into webhook_attempts (event_id, number, at, duration_ms, succeeded, error)
     select $1, n, now(), 7, n = $2, case when n < $2 then 'Not yet' end from generate_series(1, $2::int) n`,
    [id, given.attempts ?? 1],
  );
  return id;
}

const LIST = `query ($first: Int, $after: String, $filter: WebhookEventFilter) { admin {
  webhookEvents(first: $first, after: $after, filter: $filter) {
    totalCount nodes { id intent { id } attempts { number at durationMs succeeded error } payload nextAttemptAt }
    pageInfo { hasNextPage endCursor } } } }`;
const list = async (variables: object, caller: Caller = support) =>
  (await asking.data(caller, LIST, variables as Record<string, unknown>)).admin.webhookEvents;
const idsBy = async (filter: object) => (await list({ filter })).nodes.map((node: any) => node.id).sort();

const REPLAY = `mutation ($input: ReplayWebhookEventsInput!) { replayWebhookEvents(input: $input) {
  matched queued events { id status } errors { code message path } } }`;
const replay = async (input: object) =>
  (await asking.data(support, REPLAY, { input } as Record<string, unknown>)).replayWebhookEvents;

it.each([
  ['nobody', null, 'UNAUTHENTICATED'],
  ['a user', user('u'), 'FORBIDDEN'],
  ['a service', service('s'), 'FORBIDDEN'],
])('%s can neither see nor replay events', async (_, caller, code) => {
  for (const [question, variables] of [
    [LIST, {}],
    [REPLAY, { input: { select: { filter: {} } } }],
  ] as const) {
    const { errors } = await asking.ask(caller, question, variables);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  }
});

it('pages through events, newest first, without a gap, and counts them all', async () => {
  const type = `paged.${randomUUID()}`;
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.unshift(await stored({ type }));
  // What was received in the same microsecond still has an order.
  await asking.sql('update webhook_events set received_at = $2 where type = $1', [
    type,
    '2026-01-01T00:00:00.000001Z',
  ]);
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page: any = await list({ first: 3, after, filter: { type: [type] } });
    expect(page.totalCount).toBe(7);
    seen.push(...page.nodes.map((node: any) => node.id));
    after = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
  }
  expect(seen).toEqual([...ids].sort().reverse());
});

it('finds events by what identifies them, and by each condition', async () => {
  const [intent] = await claimIntents(asking.database.pool(), ['searched']);
  const id = await stored({
    intentId: intent!.id,
    status: 'dead',
    type: 'searched.type',
    provider: 'razorpay',
  });
  for (const search of [id, `evt_${id}`, `pi_${id}`, intent!.id, intent!.id.slice(0, -2), ` ${id} `])
    expect(await idsBy({ search })).toEqual([id]);
  for (const search of ['%', `${intent!.id.slice(0, -2)}__`, id.slice(0, -1), "' or 1=1"])
    expect(await idsBy({ search })).toEqual([]);
  for (const filter of [{ status: ['dead'] }, { type: ['searched.type', 'none'] }, { intentId: intent!.id }])
    expect(await idsBy(filter)).toEqual([id]);
  expect(await idsBy({ search: id, provider: ['stripe'] })).toEqual([]);
  expect(await idsBy({ search: id, provider: ['stripe', 'razorpay'] })).toEqual([id]);
  expect(await idsBy({ search: id, receivedAt: { lt: '2026-01-01T00:00:00.000Z' } })).toEqual([]);
  expect(await idsBy({ search: id, receivedAt: { gte: '2026-01-01T00:00:00.000Z' } })).toEqual([id]);
  const [node] = (await list({ filter: { search: id } })).nodes;
  expect(node.intent).toEqual({ id: intent!.id });
});

it('shows every attempt of a page of 50 in one statement', async () => {
  const type = `tried.${randomUUID()}`;
  for (let n = 0; n < 50; n++) await stored({ type, attempts: 1 + (n % 3) });
  const question = { first: 50, filter: { type: [type] } };
  let page: any;
  const statements = await asking.statementsOf(async () => {
    page = await list(question, finance);
  });
  expect(page.nodes).toHaveLength(50);
  expect(page.nodes.filter((node: any) => node.attempts.length === 3)).toHaveLength(16);
  for (const { attempts } of page.nodes)
    expect(attempts).toEqual(
      attempts.map((_: unknown, at: number) => ({
        number: at + 1,
        at: expect.any(String),
        durationMs: 7,
        succeeded: at + 1 === attempts.length,
        error: at + 1 === attempts.length ? null : 'Not yet',
      })),
    );
  // The page, which is the whole list and needs no count of its own, the attempts, the bodies.
  expect(statements).toBe(3);
});

it('shows finance what an event brought, without payers and secrets, and others nothing of it', async () => {
  const stripe = await stored({ body: fixtureText('stripe', 'payment_intent.payment_failed.json', '') });
  const razorpay = await stored({ body: fixtureText('razorpay', 'payment.captured.card.json', '') });
  const payloadOf = async (id: string, caller: Caller) =>
    (await list({ filter: { search: id } }, caller)).nodes[0].payload;

  expect(await payloadOf(stripe, support)).toBeNull();
  expect(await payloadOf(stripe, finance)).toMatchObject({
    id: 'evt_3Test00000000000000000004',
    type: 'payment_intent.payment_failed',
    data: {
      object: {
        amount: 2000,
        currency: 'usd',
        status: 'requires_payment_method',
        client_secret: '[removed]',
        last_payment_error: {
          code: 'card_declined',
          decline_code: 'insufficient_funds',
          message: '[removed]',
        },
        metadata: { payment_id: '[removed]' },
        customer: null,
      },
    },
  });
  const shown = await payloadOf(razorpay, finance);
  expect(shown.payload.payment.entity).toMatchObject({
    amount: 100,
    currency: 'INR',
    status: 'captured',
    order_id: 'order_DESoU0U4ikYA19',
    email: '[removed]',
    contact: '[removed]',
    card: '[removed]',
  });
  for (const secret of ['@', '+91', '"name":"', 'last4', '_secret_FIXTURE'])
    expect(JSON.stringify([shown, await payloadOf(stripe, finance)])).not.toContain(secret);
});

it('counts in a dry run and changes nothing', async () => {
  const id = await stored({ status: 'dead' });
  expect(await replay({ select: { ids: [id, 'whe_none'] }, dryRun: true })).toEqual({
    matched: 1,
    queued: 0,
    events: [{ id, status: 'dead' }],
    errors: [],
  });
});

it('makes due what it is told to, by ids or by a filter, but not what somebody works right now', async () => {
  const type = `replayed.${randomUUID()}`;
  const done = await stored({ type });
  const parked = await stored({ type, status: 'parked', leaseSeconds: 3_000 });
  const worked = await stored({ type, status: 'processing', leaseSeconds: 30 });
  const left = await stored({ type, status: 'processing', leaseSeconds: -1 });

  expect(await replay({ select: { ids: [done] } })).toEqual({
    matched: 1,
    queued: 1,
    events: [{ id: done, status: 'received' }],
    errors: [],
  });
  const byFilter = await replay({ select: { filter: { type: [type] } } });
  expect(byFilter).toMatchObject({ matched: 4, queued: 4 - 1 });
  expect(byFilter.events.map((event: any) => event.id)).toEqual([left, worked, parked, done]);
  const due = await asking.sql(
    'select id from webhook_events where type = $1 and lease_until <= clock_timestamp()',
    [type],
  );
  expect(due.map((row) => row.id).sort()).toEqual([done, parked, left].sort());
});

it('shows at most 50 of those that it replays, and takes at most 50 ids', async () => {
  const type = `many.${randomUUID()}`;
  await asking.sql(
    `insert into webhook_events (id, provider, provider_event_id, type, subject, body, body_sha256, status)
     select $1 || n, 'stripe', n, $1, 'payment', '', $1 || n, 'failed' from generate_series(1, 2500) n`,
    [type],
  );
  const replayed = await replay({ select: { filter: { type: [type] } } });
  expect(replayed).toMatchObject({ matched: 2500, queued: 2500 });
  expect(replayed.events).toHaveLength(50);
  const tooMany = await replay({ select: { ids: Array.from({ length: 51 }, (_, n) => `whe_${n}`) } });
  expect(tooMany).toMatchObject({
    matched: 0,
    queued: 0,
    events: [],
    errors: [{ code: 'INVALID_INPUT', path: ['input', 'select', 'ids'] }],
  });
  const { errors } = await asking.ask(support, REPLAY, { input: { select: { ids: [], filter: {} } } });
  expect(errors?.[0]?.message).toMatch(/OneOf|Exactly one/i);
});

it('refuses a cursor of another list', async () => {
  const { errors } = await asking.ask(support, LIST, { after: 'nonsense' });
  expect(problemIn(errors)).toMatchObject({ code: 'INVALID_INPUT' });
});
