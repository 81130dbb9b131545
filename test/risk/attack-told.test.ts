// An attack as others hear of it: operators who ask or watch the feed, and back ends by delivery.
import { watchFeed } from '../../src/graphql/admin/feed';
import { checkHealth } from '../../src/reports/health';
import { watchAttack } from '../../src/risk/watch-attack';
import { faultsOf } from '../deliveries/schemas';
import { useStand } from '../deliveries/stand';
import { support, useAsking, user } from '../graphql/asking';
import { claimIntents, declined, doorOn, reading, silent } from '../support/intents';

const stand = useStand();
const asking = useAsking();
const QUESTION = '{ admin { riskAttack { id startedAt endedAt sign seen usualMost } } }';

it('back ends are told of the beginning and of the end, as the schemas say', async () => {
  const { id } = await stand.endpoint('http://127.0.0.1:9/hook', ['risk.*']);
  await stand.sql('select tally_risks(20, 20, 0, 0)');
  await watchAttack({ pool: stand.pool, log: silent });
  await stand.sql("update risk_attacks set quiet_at = instant() - interval '16 minutes'");
  await stand.sql('delete from risk_minutes');
  await watchAttack({ pool: stand.pool, log: silent });
  await stand.relay();

  const events = (await stand.deliveries(id)).map((delivery) => JSON.parse(delivery.body));
  expect(events.flatMap(faultsOf)).toEqual([]);
  expect(events.map(({ type, sequence, userId }) => ({ type, sequence, userId }))).toEqual([
    { type: 'risk.attack_started', sequence: 1, userId: null },
    { type: 'risk.attack_ended', sequence: 2, userId: null },
  ]);
  expect(events[0].data).toMatchObject({ sign: 'declines', seen: 20, usualMost: 10, endedAt: null });
  expect(events[1].data).toMatchObject({ attackId: events[0].data.attackId, endedAt: expect.any(String) });
});

it('operators see the attack that goes on, in their feed too, and nobody else does', async () => {
  const { deps } = asking;
  expect(await asking.data(support, QUESTION)).toEqual({ admin: { riskAttack: null } });
  const feed = watchFeed(deps, support, ['risk'], null);
  expect((await feed.next()).value).toMatchObject({ kind: 'snapshot' });

  // What payers do, by the door that every payment goes through.
  const intents = await claimIntents(
    deps.pool,
    Array.from({ length: 12 }, (_, nth) => `tester_${nth}`),
  );
  await Promise.all(intents.map(({ id }) => doorOn(deps.pool)(reading(id, declined(`ch_${id}`)))));
  await watchAttack(deps);

  expect((await feed.next()).value).toMatchObject({
    kind: 'change',
    topic: 'risk',
    summary: 'An attack began: 12 declines in five minutes, where at most 10 are usual.',
  });
  await feed.return?.();
  expect(await asking.data(support, QUESTION)).toEqual({
    admin: {
      riskAttack: {
        ...{ id: expect.stringMatching(/^atk_\d+$/), startedAt: expect.any(String), endedAt: null },
        ...{ sign: 'declines', seen: 12, usualMost: 10 },
      },
    },
  });
  const more = await asking.data(
    support,
    '{ admin { riskAttacks { sign endedAt } riskMinutes { minute tries declines newCards stopped } } }',
  );
  expect(more.admin.riskAttacks).toEqual([{ sign: 'declines', endedAt: null }]);
  const sum = (name: string) =>
    more.admin.riskMinutes.reduce(
      (total: number, row: Record<string, number>) => total + (row[name] ?? 0),
      0,
    );
  expect([sum('tries'), sum('declines'), sum('stopped')]).toEqual([12, 12, 0]);
  const { errors } = await asking.ask(user('u_1'), QUESTION);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  const health = await checkHealth({ pool: deps.pool, redis: null });
  expect(health.find(({ name }) => name === 'attack')).toMatchObject({
    ok: true,
    detail: expect.stringContaining('12 declines in five minutes'),
  });
});
