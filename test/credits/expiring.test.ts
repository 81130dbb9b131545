// Who has credits that are about to expire is told, live and by deliveries: a week before and a day before, once each.
import { tellExpiring } from '../../src/credits/tell-expiring';
import { savePromoCode } from '../../src/grants/save-promo-code';
import { closeReceivers, type Receiver, startReceiver } from '../deliveries/receiver';
import { faultsOf } from '../deliveries/schemas';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { finance, useCreditStand } from './stand';

const stand = useCreditStand();
const DAY = 86_400;
let admin: Client;
let receiver: Receiver;
let ada: Client;

beforeAll(async () => {
  const gateway = await startGateway({ DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' });
  [admin, ada] = await Promise.all([gateway.as('admin', 'admin'), gateway.as('ada')]);
  receiver = await startReceiver();
  await admin.mutate(
    'createWebhookEndpoint',
    { url: receiver.url, events: ['credits.expiring', 'promo.redeemed'] },
    'endpoint { id }',
    'WebhookEndpointInput',
  );
});
afterAll(async () => {
  await stopGateways();
  await closeReceivers();
});

const advance = async (days: number) =>
  expect((await admin.mutate('advanceClock', { bySeconds: days * DAY }, 'clock { now }')).errors).toEqual([]);
const bodies = () => receiver.got.map(({ body }) => JSON.parse(String(body)));
const told = (count: number) => eventually(bodies, (all) => all.length >= count);
const inDays = async (days: number): Promise<Date> =>
  (await stand.sql('select instant() + make_interval(secs => $1) as at', [days * DAY]))[0].at;

it('each lot is told of a week and a day before, with what is left of it, and not when nothing is', async () => {
  const live = ada.subscribe(
    'subscription { balanceChanged { delta expiring { credits } balance { credits } } }',
  );
  await live.count(1);
  const expiresAt = await inDays(30);
  await stand.promote('ada', 40, { expiresAt });
  await stand.promote('bea', 10, { expiresAt });
  await advance(21);
  expect(bodies()).toEqual([]);
  await stand.spend('ada', 15);
  await stand.spend('bea', 10);
  await advance(3);
  await told(1);
  await advance(5);
  await told(2);
  await advance(5);

  const events = bodies();
  expect(events.map(({ userId, data }) => [userId, data.credits, data.noticeDays, data.source])).toEqual([
    ['ada', 25, 7, 'promo'],
    ['ada', 25, 1, 'promo'],
  ]);
  expect(events.map(({ data }) => data.expiresAt)).toEqual(Array(2).fill(expiresAt.toISOString()));
  expect(events.flatMap(faultsOf)).toEqual([]);
  await live.until(({ events: seen }) => seen.filter(({ expiring }) => expiring).length >= 2);
  expect(live.events.filter(({ expiring }) => expiring)).toEqual(
    Array(2).fill({ delta: 0, expiring: { credits: 25 }, balance: { credits: 25 } }),
  );
  await live.close();
});

it('two processes that look at once tell 300 users once each', async () => {
  const users = Array.from({ length: 300 }, (_, nth) => `many_${nth}`);
  const expiresAt = await inDays(8);
  await Promise.all(users.map((user) => stand.promote(user, 5, { expiresAt })));
  await stand.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [1.5 * DAY * 1000]);
  const tell = async (another: boolean) => tellExpiring({ ...(another ? stand.another() : stand.deps) });
  await Promise.all([tell(false), tell(true)]);
  await tell(false);
  expect(
    await stand.sql(
      `select count(*)::int as told, count(distinct subject)::int as users from events
       where subject like 'wallet:many_%' and data ? 'expiring'`,
    ),
  ).toEqual([{ told: 300, users: 300 }]);
});

it('what lasts shorter than a notice from its beginning is told of by the later one alone, also in one step over weeks', async () => {
  // Nothing that expires came before it for a while.
  await stand.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [60 * DAY * 1000]);
  await tellExpiring(stand.deps);
  await stand.promote('dee', 10, { expiresAt: await inDays(3) });
  await stand.promote('eli', 10, { expiresAt: await inDays(0.5) });
  await stand.promote('fio', 10, { expiresAt: await inDays(20) });
  const notices = () =>
    stand.sql(
      `select data ->> 'userId' as id, (data -> 'expiring' ->> 'noticeDays')::int as days from events
       where data ? 'expiring' and data ->> 'userId' in ('dee', 'eli', 'fio') order by id, days desc`,
    );
  await tellExpiring(stand.deps);
  expect(await notices()).toEqual([]);
  await stand.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [2.5 * DAY * 1000]);
  await tellExpiring(stand.deps);
  await tellExpiring(stand.deps);
  expect(await notices()).toEqual([{ id: 'dee', days: 1 }]);
  await stand.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [17 * DAY * 1000]);
  await tellExpiring(stand.deps);
  await tellExpiring(stand.deps);
  expect(await notices()).toEqual([
    { id: 'dee', days: 1 },
    { id: 'fio', days: 7 },
    { id: 'fio', days: 1 },
  ]);
});

it('a code that is redeemed is told of, and its number counts the redemptions', async () => {
  const { code } = await savePromoCode(stand.deps, finance, { campaign: 'gifts', credits: 20n });
  const before = bodies().length;
  await ada.mutate('redeemPromoCode', { code }, 'grant { id }');
  await ada.mutate('redeemPromoCode', { code }, 'grant { id }');
  const shop = await (await startGateway({ DATABASE_URL: stand.database.url })).as('shop', 'service');
  await shop.mutate('redeemPromoCode', { code, userId: 'cid' }, 'grant { id }');
  const isOf = (event: { type: string; data: { code?: string } }) => event.data.code === code;
  const events = (await eventually(bodies, (all) => all.filter(isOf).length >= 2)).filter(isOf);
  expect(bodies().length).toBeGreaterThan(before);
  expect(events.map(({ type, userId, sequence }) => [type, userId, sequence])).toEqual([
    ['promo.redeemed', 'ada', 1],
    ['promo.redeemed', 'cid', 2],
  ]);
  expect(events.flatMap(faultsOf)).toEqual([]);
});
