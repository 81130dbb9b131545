// What the console asks beside the lists: search, notes, packages, and the feed across all subjects.
import type { PlacedEvent } from '../../src/events/order';
import { eventsAfter, placeNow } from '../../src/events/order';
import { watchFeed } from '../../src/graphql/admin/feed';
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

it('begins the feed with its cursor, goes on from one, and keeps to the topics', async () => {
  const pool = asking.database.pool();
  const feed = watchFeed(pool, ['intents'], null);
  const { value: start } = await feed.next();
  expect(start).toMatchObject({ kind: 'snapshot', subjectId: null });
  await feed.return?.();
  const [id] = await paidIntents(asking, 'fed', 1);
  const again = watchFeed(pool, ['intents'], start?.cursor);
  const { value: event } = await again.next();
  expect(event).toMatchObject({ kind: 'change', topic: 'intents', subjectId: id });
  await again.return?.();
  const webhooks = watchFeed(pool, ['webhooks'], start?.cursor);
  expect((await webhooks.next()).value).toMatchObject({ topic: 'webhooks' });
  await webhooks.return?.();
  expect(() => watchFeed(pool, null, 'nonsense')).toThrow('not a cursor');
});
