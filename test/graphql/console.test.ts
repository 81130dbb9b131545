// What the console asks beside the lists: search, notes, packages, and the feed across all subjects.
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { PlacedEvent } from '../../src/events/order';
import { eventsAfter, placeNow } from '../../src/events/order';
import { createTail } from '../../src/events/tail';
import { watchFeed } from '../../src/graphql/admin/feed';
import { silent } from '../support/intents';
import { paidIntents, support, useAsking, user } from './asking';

const asking = useAsking();
const admin = { id: 'ada', role: 'admin' as const };

const SEARCH = 'query ($search: String) { intents(filter: {search: $search}) { nodes { id } } }';
const NOTE = `mutation ($input: AddNoteInput!) { addNote(input: $input) { event { kind message actor } errors { code message } } }`;
const SAVE = `mutation ($input: SavePackageInput!) { savePackage(input: $input) {
  package { id name credits active prices { amountMinor currency } } errors { code path } } }`;
const TIMELINE = 'query ($id: ID!) { intent(id: $id) { timeline { nodes { sequence kind message } } } }';

it('finds a payment by any of its ids, and nothing of somebody else', async () => {
  const [id = ''] = await paidIntents(asking, 'searcher', 1);
  const [row] = await asking.sql('select * from intents where id = $1', [id]);
  const ids = [id, row?.provider_payment_id, row?.user_id, row?.idempotency_key];
  for (const search of [...ids, ` ${id} `]) {
    const found = await asking.data(support, SEARCH, { search });
    expect({ search, nodes: found.intents.nodes }).toEqual({ search, nodes: [{ id }] });
  }
  expect((await asking.data(user('other'), SEARCH, { search: id })).intents.nodes).toEqual([]);
});

it('finds a payment by the beginning, the end and any part of an id, in whatever case, by what hangs on it and by its card', async () => {
  const [id = '', other = ''] = await paidIntents(asking, 'part-searcher', 2);
  await asking.sql(
    `update intents set payment_method = '{"kind": "card", "brand": "visa", "last4": "4242"}', provider_payment_id = 'pay_Searched9XyZ'
     where id = $1`,
    [id],
  );
  await asking.sql(
    `insert into webhook_events (id, provider, provider_event_id, type, subject, status, intent_id, body_sha256)
     values ('whe_searched', 'razorpay', 'evt_OfTheProvider7', 'payment.captured', 'pay_x', 'processed', $1, 'x')`,
    [id],
  );
  const parts = [
    id.slice(0, -4),
    id.slice(-8),
    id.slice(-8).toUpperCase(),
    id.slice(12, -3),
    id.toUpperCase(),
  ];
  for (const search of [
    ...parts,
    'pay_Searched',
    'searched9xyz',
    'evt_OfTheProvider7',
    'evt_OfThe',
    '4242',
  ]) {
    const { nodes } = (await asking.data(support, SEARCH, { search })).intents;
    expect({ search, has: nodes.some((node: { id: string }) => node.id === id) }).toEqual({
      search,
      has: true,
    });
    expect((await asking.data(user('somebody'), SEARCH, { search })).intents.nodes).toEqual([]);
  }
  const { nodes } = (await asking.data(support, SEARCH, { search: id.slice(-8) })).intents;
  expect(nodes).toEqual([{ id }]);
  for (const search of ['%', '_', '4343', id.slice(-3), `${other}x`, "'; drop table intents; --"])
    expect({ search, nodes: (await asking.data(support, SEARCH, { search })).intents.nodes }).toEqual({
      search,
      nodes: [],
    });
});

it('keeps a note on the timeline, in its place, for operators only', async () => {
  const [id = ''] = await paidIntents(asking, 'noted', 1);
  const input = { subjectId: id, text: ' Called the payer. ' };
  const { addNote } = await asking.data(support, NOTE, { input });
  expect(addNote).toEqual({
    event: { kind: 'note', message: 'Called the payer.', actor: 'sup_1' },
    errors: [],
  });
  const { timeline } = (await asking.data(support, TIMELINE, { id })).intent;
  expect(timeline.nodes.at(-1)).toMatchObject({ kind: 'note', sequence: timeline.nodes.length });
  const own = (await asking.data(user('noted'), TIMELINE, { id })).intent.timeline.nodes;
  expect(own.map((event: { kind: string }) => event.kind)).not.toContain('note');
  const refused = async (subjectId: string, text: string) =>
    (await asking.data(support, NOTE, { input: { subjectId, text } })).addNote.errors[0].code;
  expect(await refused('int_nobody', 'x')).toBe('NOT_FOUND');
  expect(await refused(id, '  ')).toBe('INVALID_INPUT');
  const { errors } = await asking.ask(user('noted'), NOTE, { input });
  expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
});

it('changes what is on sale, and shows operators what is not', async () => {
  const input = { id: 'tiny', name: 'Tiny', credits: 5, prices: [{ currency: 'INR', amountCents: 600 }] };
  const save = async (more: object) =>
    (await asking.data(admin, SAVE, { input: { ...input, ...more } })).savePackage;
  expect((await save({})).package).toMatchObject({ id: 'tiny', credits: 5, active: true });
  const changed = await save({
    name: 'Tiny!',
    active: false,
    prices: [{ currency: 'USD', amountCents: 100 }],
  });
  expect(changed.package).toMatchObject({ name: 'Tiny!', prices: [{ amountMinor: '100', currency: 'USD' }] });
  const ids = async (caller: typeof admin | null) =>
    (await asking.data(caller, '{ packages(includeInactive: true) { id } }')).packages.map(
      ({ id }: { id: string }) => id,
    );
  expect(await ids(admin)).toContain('tiny');
  expect(await ids(null)).not.toContain('tiny');
  const wrong = [
    { id: 'Big!' },
    { credits: 0 },
    { prices: [] },
    { prices: [{ currency: 'INR', amountCents: 1 }] },
    { name: '' },
  ];
  for (const more of wrong)
    expect({ more, code: (await save(more)).errors[0]?.code }).toEqual({ more, code: 'INVALID_INPUT' });
});

it('feeds every event once, also when transactions commit in the reverse order of their ids', async () => {
  const pool = asking.database.pool();
  const from = await placeNow(pool);
  const insert = `insert into events (subject, sequence, kind, actor, epoch)
    select 'int_feed', $1, 'note', 'system', epoch from gateway`;
  const [first, second] = [await pool.connect(), await pool.connect()];
  await first.query('begin');
  await first.query(insert, [1]);
  await second.query(insert, [2]);
  const read = async (place = from): Promise<PlacedEvent[]> => eventsAfter(pool, place, 10);
  // The one that was committed waits until nothing before it can appear any more.
  const early = await read();
  await first.query('commit');
  first.release();
  second.release();
  const sequences = (events: PlacedEvent[]) => events.map(({ event }) => event.sequence);
  expect(sequences(early)).toEqual([]);
  expect(sequences(await read())).toEqual([1, 2]);
});

/** A pool that counts the reads across subjects, and a tail over it. */
function counted() {
  const pool = asking.database.pool();
  const seen = { reads: 0 };
  const counting = {
    query: (...question: [{ name?: string }]) => {
      if (question[0].name === 'events_after') seen.reads += 1;
      return (pool.query as (...of: unknown[]) => unknown)(...question);
    },
  } as unknown as pg.Pool;
  return { seen, deps: { pool: counting, tail: createTail({ pool: counting, log: silent }) } };
}

it('begins the feed with its cursor, goes on from one, and keeps to the topics', async () => {
  const { deps } = counted();
  const feed = watchFeed(deps, support, ['intents'], null);
  const { value: start } = await feed.next();
  expect(start).toMatchObject({ kind: 'snapshot', subjectId: null });
  await feed.return?.();
  const [id] = await paidIntents(asking, 'fed', 1);
  const again = watchFeed(deps, support, ['intents'], start?.cursor);
  const { value: event } = await again.next();
  expect(event).toMatchObject({ kind: 'change', topic: 'intents', subjectId: id });
  await again.return?.();
  const webhooks = watchFeed(deps, support, ['webhooks'], start?.cursor);
  expect((await webhooks.next()).value).toMatchObject({ topic: 'webhooks' });
  await webhooks.return?.();
  expect(() => watchFeed(deps, support, null, 'nonsense')).toThrow('not a cursor');
});

const INSERT = `insert into events (subject, sequence, kind, actor, data, epoch)
  select $1, $2, $3, 'system', $4, epoch from gateway`;
const happened = (subject: string, kind: string, data: object = {}, sequence = 1) =>
  asking.sql(INSERT, [subject, sequence, kind, data]);
const ended = { status: 'succeeded', done: 2, total: 2 };

it('looks once for all who follow, and stops when nobody does', async () => {
  const { seen, deps } = counted();
  const feeds = ['sue', 'finn', 'ada', 'bo'].map((id) =>
    watchFeed(deps, { ...admin, id }, ['exports'], null),
  );
  await Promise.all(feeds.map((feed) => feed.next()));
  const heard = Promise.all(feeds.map(async (feed) => (await feed.next()).value?.subjectId));
  // All have come to the end of what is there; from here on they wait.
  await setTimeout(600);
  const started = performance.now();
  seen.reads = 0;
  await setTimeout(2_000);
  // One look in 400 ms, however many follow; a look that was under way may be one more.
  expect(seen.reads).toBeGreaterThan(1);
  expect(seen.reads).toBeLessThanOrEqual((performance.now() - started) / 400 + 1);
  await happened('exp_once', 'job_changed', ended);
  expect(await heard).toEqual(feeds.map(() => 'exp_once'));
  await Promise.all(feeds.map((feed) => feed.return?.()));
  await setTimeout(600);
  seen.reads = 0;
  await setTimeout(900);
  expect(seen.reads).toBe(0);
});

it('loses nothing for a follower who comes back after more than what is kept', async () => {
  const { deps } = counted();
  const ahead = watchFeed(deps, admin, ['exports'], null);
  const { value: start } = await ahead.next();
  await asking.sql(
    `insert into events (subject, sequence, kind, actor, data, epoch)
     select 'exp_' || n, 1, 'job_changed', 'system', '{}', epoch from gateway, generate_series(1, 2500) n`,
  );
  const all = Array.from({ length: 2_500 }, (_, at) => `exp_${at + 1}`);
  const read = async (feed: ReturnType<typeof watchFeed>) => {
    const ids: (string | null | undefined)[] = [];
    while (ids.length < all.length) ids.push((await feed.next()).value?.subjectId);
    return ids;
  };
  expect(await read(ahead)).toEqual(all);
  // The first one has let go of the oldest by now.
  const back = watchFeed(deps, admin, ['exports'], start?.cursor);
  expect(await read(back)).toEqual(all);
  await happened('exp_last', 'job_changed', ended);
  const last = await Promise.all([ahead.next(), back.next()]);
  expect(last.map(({ value }) => value?.subjectId)).toEqual(['exp_last', 'exp_last']);
  await Promise.all([ahead.return?.(), back.return?.()]);
});

it('tells of disputes, refunds, runs, exports and approvals, and support of what it may read', async () => {
  const { deps } = counted();
  const feed = watchFeed(deps, admin, null, null);
  const { value: start } = await feed.next();
  await happened('int_told', 'refund_requested');
  await happened('int_told', 'dispute_opened', {}, 2);
  await happened('int_told', 'break_opened', { break: 'amount_mismatch' }, 3);
  await happened('run_told', 'job_changed', ended);
  await happened('exp_told', 'job_changed', ended);
  await happened('wallet:told', 'balance_changed');
  await asking.sql(
    `insert into approvals (id, action, summary, input, credits, requested_by, expires_at)
     values ('apr_told', 'adjust', 'Adjustment', '{}', 5, 'finn', now() + interval '1 day')`,
  );
  await asking.sql(
    `update approvals set status = 'rejected', decided_by = 'ada', decided_at = now() where id = 'apr_told'`,
  );
  const told: [string, string | null, string][] = [];
  while (told.at(-1)?.[2] !== 'Adjustment: rejected.') {
    const { value } = await feed.next();
    if (value?.subjectId?.endsWith('_told')) told.push([value.topic, value.subjectId, value.summary]);
  }
  await feed.return?.();
  expect(told.map(([topic, id]) => `${topic} ${id}`)).toEqual([
    'refunds int_told',
    'risk int_told',
    'reconciliation int_told',
    'reconciliation run_told',
    'exports exp_told',
    'refunds apr_told',
    'refunds apr_told',
  ]);
  expect(told[3]?.[2]).toBe('Work in the background is succeeded: 2 of 2 done.');
  const less = watchFeed(deps, support, null, start?.cursor);
  await happened('int_end', 'created');
  const heard: string[] = [];
  while (heard.at(-1) !== 'int_end') heard.push((await less.next()).value?.subjectId ?? '');
  await less.return?.();
  expect(heard.filter((id) => id.endsWith('_told'))).toEqual(['int_told', 'int_told', 'int_told']);
});
