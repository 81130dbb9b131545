// What back ends are told of holds, expiry and adjustments, and what a live balance shows.

import { watchBalance } from '../../src/credits/watch';
import { createWebhookEndpoint } from '../../src/deliveries/create-endpoint';
import { createSecretBox } from '../../src/kernel/secret-box';
import { faultsOf } from '../deliveries/schemas';
import { relayAll } from '../support/relay-all';
import { useCreditStand } from './stand';

const stand = useCreditStand();

async function told(events: string[], work: () => Promise<void>): Promise<any[]> {
  const secrets = createSecretBox(['the key of this test']);
  const deps = { ...stand.deps, mode: 'mock' as const, secrets };
  const admin = { id: 'admin_1', role: 'admin' as const };
  const { endpoint } = await createWebhookEndpoint(deps, admin, {
    url: 'http://127.0.0.1:9/hook',
    events,
    enabled: true,
  });
  await work();
  await relayAll(stand.deps.pool);
  await stand.sql('update webhook_endpoints set enabled = false where id = $1', [endpoint.id]);
  const bodies = await stand.sql(
    'select body from deliveries where endpoint_id = $1 order by created_at, order_key, sequence, id',
    [endpoint.id],
  );
  return bodies.map(({ body }) => JSON.parse(body));
}

it('tells of each hold when it is made and when it ends, by its own count', async () => {
  let ids: string[] = [];
  const events = await told(['hold.*'], async () => {
    await stand.buy('ada');
    const holds = [];
    for (const credits of [10, 11, 12, 13]) holds.push(await stand.hold('ada', credits));
    ids = holds.map(({ hold }) => hold.id);
    await stand.settle('ada', ids[0]!, 7);
    await stand.release('ada', ids[1]!);
    await stand.settle('ada', ids[2]!, 0);
    await stand.pass('ada', 3601);
    await stand.standing('ada');
  });

  expect(events.flatMap(faultsOf)).toEqual([]);
  const ends = ids.map((id) =>
    events.filter(({ data }) => data.holdId === id).map(({ type, sequence }) => [type, sequence]),
  );
  expect(ends).toEqual([
    [
      ['hold.created', 1],
      ['hold.settled', 2],
    ],
    [
      ['hold.created', 1],
      ['hold.released', 2],
    ],
    [
      ['hold.created', 1],
      ['hold.settled', 2],
    ],
    [
      ['hold.created', 1],
      ['hold.expired', 2],
    ],
  ]);
  // Those of one hold wait for each other, and for nobody else.
  const keys = await stand.sql('select order_key, count(*)::int as n from deliveries group by 1 order by 1');
  expect(keys).toEqual([...ids].sort().map((id) => ({ order_key: id, n: 2 })));
  const settled = events.filter(({ type }) => type === 'hold.settled');
  expect(
    settled.map(({ userId, data }) => [userId, data.credits, data.settledCredits, data.transactionId]),
  ).toEqual([
    ['ada', 10, 7, expect.stringMatching(/^ctx_/)],
    ['ada', 12, 0, null],
  ]);
  expect(events.at(-1).data.balance).toEqual({ credits: 43, available: 43, held: 0, frozen: 0, owed: 0 });
});

it('tells of credits that were spent by a hold, expired or were adjusted, up or down', async () => {
  let intent = '';
  const events = await told(['credits.*'], async () => {
    intent = await stand.buy('bea', 30);
    const { hold } = await stand.hold('bea', 10);
    await stand.settle('bea', hold.id, 8);
    await stand.adjust('bea', -2);
    await stand.pass('bea', 31 * 86_400);
    await stand.standing('bea');
    await stand.adjust('bea', 5);
  });

  expect(events.flatMap(faultsOf)).toEqual([]);
  expect(
    events.map(({ type, sequence, data }) => [type, sequence, data.credits, data.balance.credits]),
  ).toEqual([
    ['credits.granted', 1, 50, 50],
    ['credits.spent', 3, 8, 42],
    ['credits.adjusted', 4, -2, 40],
    ['credits.expired', 5, 40, 0],
    ['credits.adjusted', 6, 5, 5],
  ]);
  expect(events[1].data.reason).toBe('A film');
  expect(events[3].data.intentId).toBe(intent);
});

it('says what an adjustment paid of a debt', async () => {
  const events = await told(['credits.adjusted'], async () => {
    const intent = await stand.buy('cid');
    await stand.spend('cid', 40);
    await stand.refund(intent, 5000n);
    await stand.adjust('cid', 60);
  });

  expect(events.flatMap(faultsOf)).toEqual([]);
  expect(events[0].data).toMatchObject({ credits: 60, owedPaid: 40, balance: { credits: 20, owed: 0 } });
});

it('shows holds in a live balance, with no transaction where nothing was posted', async () => {
  await stand.buy('dan');
  const changes = await watchBalance(stand.deps, { userId: 'dan' });
  await changes.next();
  const { hold } = await stand.hold('dan', 20);
  await stand.settle('dan', hold.id, 5);

  const seen = [(await changes.next()).value, (await changes.next()).value];
  await changes.return?.();

  expect(
    seen.map(({ delta, journalId, wallet }) => [delta, journalId !== null, wallet.balance, wallet.held]),
  ).toEqual([
    [0n, false, 50n, 20n],
    [-5n, true, 45n, 0n],
  ]);
});
