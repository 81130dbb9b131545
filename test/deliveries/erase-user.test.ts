// A user who is erased: what was to be told of them, and what was told.

import { CODE } from '../../src/app/database';
import { createPool } from '../../src/db/pool';
import { eraseUser } from '../../src/deliveries/erase-user';
import { takeDeliveries } from '../../src/deliveries/queue';
import { resendDeliveries } from '../../src/deliveries/resend';
import { eventually } from '../support/eventually';
import { startReceiver } from './receiver';
import { admin, useStand } from './stand';

const stand = useStand();
const SHARES = { inAll: 200, perEndpoint: 16, perFailingEndpoint: 2 };

const bought = async (userId: string) => {
  const { id } = await stand.intent(userId);
  await stand.pay(id);
};

it('is in no delivery any more, received or not, and those of others are left as they are', async () => {
  const receiver = await startReceiver();
  const { id: received } = await stand.endpoint(receiver.url);
  await bought('erased');
  await stand.spend('erased', 1, 'a letter to Erika Mustermann');
  await bought('other "erased"');
  await stand.relay();
  const { stop } = stand.send();
  await receiver.until((all) => all.length === 5);
  await eventually(
    () => stand.deliveries(received),
    (all) => all.every(({ status }) => status === 'delivered'),
  );
  await stop();
  const { id: off } = await stand.endpoint('http://127.0.0.1:9/off');
  await stand.spend('erased', 1, 'for an endpoint that is off');
  await stand.spend('other "erased"', 1, 'the same of another');
  await stand.relay();
  const others = () =>
    stand.sql(`select * from deliveries where body::jsonb ->> 'userId' = 'other "erased"' order by id`);
  const before = await others();
  expect(before).toHaveLength(4);

  expect(await eraseUser(stand.pool, admin, 'erased')).toMatchObject({ deliveries: 5, givenUp: 2 });

  const left = await stand.sql('select * from deliveries where id <> all($1)', [before.map(({ id }) => id)]);
  expect(left.map(({ body, due_at }) => [body, due_at])).toEqual(left.map(() => ['{"erased":true}', null]));
  expect(left.filter(({ status }) => status === 'delivered')).toHaveLength(3);
  expect(left.filter(({ status }) => status === 'dead')).toHaveLength(2);
  expect(await others()).toEqual(before);

  // Neither by hand nor by a slip.
  for (const endpointId of [received, off]) {
    const again = { select: { filter: { endpointId } }, dryRun: false };
    const { queued } = await resendDeliveries(stand.deps, admin, again);
    expect(queued).toBe(before.filter((row) => row.endpoint_id === endpointId && row.due_at === null).length);
  }
  const waking = "update deliveries set status = 'pending', due_at = now() where body = '{\"erased\":true}'";
  await expect(stand.sql(waking)).rejects.toThrow('deliveries_erased_are_done');
  expect(await eraseUser(stand.pool, admin, 'erased')).toMatchObject({ deliveries: 0, givenUp: 0 });
});

it('stays erased when an attempt that was under way fails afterwards', async () => {
  const receiver = await startReceiver();
  const { id } = await stand.endpoint(receiver.url, ['intent.*']);
  await bought('late');
  await stand.relay();
  receiver.answer('hang');
  stand.send({ timeoutMs: 2_000 });
  await receiver.until((all) => all.length === 1);
  await eraseUser(stand.pool, admin, 'late');
  const [delivery] = await eventually(
    () => stand.deliveries(id),
    ([first]) => first?.attempt_count === 1,
  );
  expect(delivery).toMatchObject({ body: '{"erased":true}', status: 'dead', due_at: null });
  const pool = createPool(stand.database.url, CODE.schema, 1, () => undefined);
  expect(await takeDeliveries(pool, new Map(), SHARES, 60)).toEqual([]);
  await pool.end();
});
