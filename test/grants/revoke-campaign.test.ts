// A campaign that was a mistake: it gives nothing more, and what is left of all that it gave is taken back.
import { revokeCampaign, revokeDueGrants } from '../../src/grants/revoke-campaign';
import { codeOf, finance, service, useCreditStand } from '../credits/stand';

const stand = useCreditStand();

const revoke = (key: string, caller = finance) =>
  revokeCampaign(stand.deps, caller, { key, reason: 'Given to the wrong people' });

async function workAll(): Promise<number> {
  let done = 0;
  for (let round = 0; round < 10; round++) done += await revokeDueGrants(stand.deps);
  return done;
}

it('takes back what is left of all its grants, and nothing else', async () => {
  await stand.campaign('wrong');
  await stand.buy('ada');
  await stand.promote('ada', 10);
  for (const [user, key] of [
    ['ada', 'a'],
    ['bea', 'b'],
    ['cid', 'c'],
  ] as const)
    await stand.promote(user, 30, { campaign: 'wrong', key });
  await stand.spend('bea', 12);
  await stand.hold('cid', 20);

  const { campaign, replayed } = await revoke('wrong');
  expect({ replayed, isOver: campaign.endsAt !== null, revokedAt: campaign.revokedAt }).toEqual({
    ...{ replayed: false, isOver: true, revokedAt: null },
  });
  // Nothing comes in while it is being revoked.
  expect(await stand.promote('dan', 1, { campaign: 'wrong' })).toMatchObject({
    problem: { current: 'ended' },
  });

  expect(await workAll()).toBe(3);
  expect(await stand.standing('ada')).toMatchObject({ credits: 60 });
  expect(await stand.standing('bea')).toMatchObject({ credits: 0 });
  expect(await stand.standing('cid')).toMatchObject({ credits: 20, held: 20 });
  const again = await revoke('wrong');
  expect({ replayed: again.replayed, isDone: again.campaign.revokedAt !== null }).toEqual({
    ...{ replayed: true, isDone: true },
  });
  expect(await codeOf(stand.campaign('wrong'))).toBe('INVALID_STATE');
});

it('of 600 grants is carried on by whoever is next, and takes each once', async () => {
  await stand.campaign('large');
  await Promise.all(
    Array.from({ length: 600 }, (_, nth) => stand.promote(`u${nth}`, 5, { campaign: 'large' })),
  );
  await revoke('large');
  const both = await Promise.all([revokeDueGrants(stand.deps), revokeDueGrants(stand.another())]);
  expect(both.every((done) => done > 0)).toBe(true);
  await workAll();

  expect(
    await stand.sql(`select count(*)::int as postings, sum(e.amount)::int as credits
      from journal j join entries e on e.journal_id = j.id and e.account = 'credits_promo'
      where j.kind = 'promo_revoke' and j.user_id like 'u%'`),
  ).toEqual([{ postings: 600, credits: 3000 }]);
});

it('is for finance, and for campaigns that are there', async () => {
  expect(await codeOf(revoke('none'))).toBe('NOT_FOUND');
  await stand.campaign('kept');
  expect(await codeOf(revoke('kept', service))).toBe('NOT_FOUND');
});
