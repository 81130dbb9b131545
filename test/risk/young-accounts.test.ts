// What tells a farm of accounts, and who uses up what he bought and takes his money back, from people who are new and in a hurry.
import { randomUUID } from 'node:crypto';
import { createAdjust } from '../../src/credits/adjust';
import { createSpend } from '../../src/credits/spend';
import type { Intent } from '../../src/payments/intent.entity';
import { PLACES } from '../../src/risk/signals';
import { captured, doorOn, reading, refunded } from '../support/intents';
import { card, claimOf, intentOf, useRisk } from './stand';

const risk = useRisk();
const HOUR = 3_600_000;

const claim = async (
  userId: string,
  more: { device?: string; hours?: number; domain?: string | null } = {},
) =>
  intentOf(
    await risk.claims()(
      claimOf(userId, {
        fingerprintId: more.device ?? null,
        payer: {
          address: '192.0.2.7',
          country: null,
          emailDomain: more.domain ?? null,
          accountCreatedAt: new Date(Date.now() - (more.hours ?? 1) * HOUR),
        },
      }),
    ),
  );
const spend = (userId: string, credits: bigint) =>
  createSpend(risk.database.pool())({
    ...{
      userId,
      credits,
      reason: 'A picture',
      key: `${userId}:${credits}`,
      inputHash: 'hash',
      actor: userId,
    },
    ...{ kind: 'user', operator: null, reference: null, metadata: null },
  });
const gift = (userId: string) =>
  createAdjust(risk.database.pool())({
    ...{ userId, credits: 1n, expiresAt: null, reason: 'A gift', publicReason: null, key: randomUUID() },
    ...{
      inputHash: 'hash',
      actor: 'fin_1',
      approvedBy: null,
      person: 'fin_1',
      limits: { seenAvailable: null },
    },
    ...{ reference: null, metadata: null },
  });
const last = async (userId: string, ...names: string[]): Promise<(number | null)[]> => {
  const { signals } = (await risk.decisionsOf(userId)).at(-1);
  return names.map((name) => signals[PLACES.findIndex((place) => place?.name === name)]);
};
const NEWCOMERS = ['device_newcomers_7d', 'card_newcomers_7d', 'address_newcomers_3h'];

it('counts an account of today that buys for the first time, of its device, its card and its network', async () => {
  await risk.useRules();
  const visa = card({ fingerprint: 'visa' });
  await risk.pay(await claim('ana', { device: 'tablet' }), visa);
  await risk.pay(await claim('ana', { device: 'tablet' }), visa);
  await risk.pay(await claim('old', { device: 'tablet', hours: 25 }), visa);
  await risk.pay(await claim('bea', { device: 'tablet' }), visa);
  expect(await last('bea', ...NEWCOMERS)).toEqual([2, 2, 2]);

  await risk.rows(
    `update risk_counters set newcomers_at = array(select at - interval '4 hours' from unnest(newcomers_at) at)`,
  );
  await risk.pay(await claim('cho'), card({ fingerprint: 'other' }));
  expect(await last('cho', ...NEWCOMERS)).toEqual([null, 1, 1]);
  await risk.pay(await claim('dot', { device: 'tablet' }), visa);
  expect(await last('dot', ...NEWCOMERS)).toEqual([3, 3, 2]);
});

it('counts an account once, also where its payments come in one set, or what it bought first was given back', async () => {
  await risk.useRules();
  const [first, ...both] = [
    await claim('lea', { device: 'phone' }),
    await claim('moe', { device: 'phone' }),
    await claim('moe', { device: 'phone' }),
  ];
  const settle = doorOn(risk.database.pool());
  // What comes while the first is settled waits, and is one set.
  await Promise.all(
    [first as Intent, ...both].map((intent) => settle(reading(intent.id, captured(`set_${intent.id}`)))),
  );
  expect(await last('moe', 'device_newcomers_7d')).toEqual([2]);

  const { intent: paid } = await risk.pay(await claim('noa', { device: 'phone' }));
  expect(await last('noa', 'device_newcomers_7d')).toEqual([3]);
  await settle(reading(paid.id, refunded(paid.providerPaymentId as string, 're_noa', 5000n)));
  await risk.pay(await claim('noa', { device: 'phone' }));
  expect(await last('noa', 'device_newcomers_7d', 'spent_at_once')).toEqual([3, null]);
});

it('sees what was bought behind credits that were given', async () => {
  await risk.useRules();
  await risk.pay(await claim('pia', { device: 'watch' }));
  await spend('pia', 50n);
  for (const _ of Array(8)) await gift('pia');
  await risk.pay(await claim('pia', { device: 'watch' }));
  expect(await last('pia', 'spent_at_once', 'user_at_stake_7d', 'device_newcomers_7d')).toEqual([100, 2, 1]);
});

it('has a person look at the second purchase of who used up the first, and not of who kept it', async () => {
  const spent = { signal: 'spent_at_once', at_least: 90 };
  await risk.useRules({ signal: 'user_at_stake_7d', at_least: 2, decision: 'review', when: [spent] });
  for (const user of ['eli', 'fay']) await risk.pay(await claim(user));
  await spend('eli', 50n);
  await spend('fay', 10n);
  for (const user of ['eli', 'fay']) await risk.pay(await claim(user));

  expect(await last('eli', 'spent_at_once', 'user_at_stake_7d')).toEqual([100, 2]);
  expect(await last('fay', 'spent_at_once', 'user_at_stake_7d')).toEqual([20, 1.2]);
  expect(await risk.reviewsOf('eli')).toHaveLength(1);
  expect(await risk.reviewsOf('fay')).toEqual([]);
});

it('knows an address for mail that is thrown away', async () => {
  await risk.useRules({ signal: 'disposable_email', at_least: 1, decision: 'review' });
  await risk.pay(await claim('gil', { domain: 'mailinator.com' }));
  await risk.pay(await claim('hal', { domain: 'example.com' }));
  await risk.pay(await claim('ira'));

  expect(await risk.reviewsOf('gil')).toHaveLength(1);
  expect([await risk.reviewsOf('hal'), await risk.reviewsOf('ira')]).toEqual([[], []]);
  expect(await last('ira', 'disposable_email')).toEqual([null]);
});

it('counts a refund of what was spent as trouble of the device and the card, and not one of what is left', async () => {
  await risk.useRules();
  const giveBack = async (userId: string, minor: bigint) => {
    const intent = await claim(userId, { device: userId });
    const { intent: paid } = await risk.pay(intent, card({ fingerprint: userId }));
    await spend(userId, 20n);
    const fact = refunded(paid.providerPaymentId as string, `re_${userId}`, minor);
    await doorOn(risk.database.pool())(reading(intent.id, fact));
    return risk.rows(
      `select subject, troubles from risk_counters where troubles > 0 and subject like '%:' || $1 order by subject`,
      [userId],
    );
  };
  expect(await giveBack('jim', 3000n)).toEqual([]);
  expect(await giveBack('kay', 3100n)).toEqual([
    { subject: 'card:kay', troubles: 1 },
    { subject: 'device:kay', troubles: 1 },
  ]);
});
