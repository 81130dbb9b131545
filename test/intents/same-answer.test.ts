// A key that was answered gives the same answer, whatever has become of the package, the providers, the switch for new
// payments or the hour since.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { adjustCredits } from '../../src/credits/adjust';
import { eraseUser } from '../../src/deliveries/erase-user';
import type { Deps } from '../../src/graphql/context';
import { createReplayCache } from '../../src/idempotency/replay-cache';
import { cancelIntent } from '../../src/intents/cancel';
import { type CreateIntentInput, createIntent } from '../../src/intents/create';
import { adjustWithApproval } from '../../src/refunds/adjust-approval';
import { refundIntent } from '../../src/refunds/refund';
import { finance, useRefundStand } from '../refunds/stand';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';

const stand = useRefundStand();
const user: Caller = { id: 'ann', role: 'user' };

/** A process that remembers nothing of what another one answered. */
const elsewhere = (changes: Partial<Deps> = {}): Deps => ({
  ...stand.app.deps,
  replays: createReplayCache(null, silent),
  ...changes,
});
const without = (...names: string[]) =>
  new Map([...stand.app.deps.providers].filter(([name]) => !names.includes(name)));

const asked = (input: Partial<CreateIntentInput> = {}): CreateIntentInput => ({
  packageId: 'small',
  idempotencyKey: randomUUID(),
  ...input,
});

const CHANGES: [string, () => Promise<Partial<Deps>>, () => Promise<unknown>][] = [
  [
    'the package is not sold any more',
    async () => {
      await stand.owner.query(`update packages set active = false where id = 'small'`);
      stand.app.deps.catalogue.refresh();
      return {};
    },
    () => stand.owner.query(`update packages set active = true where id = 'small'`),
  ],
  [
    'its price is another',
    async () => {
      await stand.owner.query(
        `update prices set amount_minor = amount_minor + 100 where package_id = 'small'`,
      );
      return {};
    },
    () => stand.owner.query(`update prices set amount_minor = amount_minor - 100 where package_id = 'small'`),
  ],
  [
    'it has no price in that currency',
    async () => {
      await stand.owner.query(
        `update prices set currency = 'XXX' where package_id = 'small' and currency = 'INR'`,
      );
      stand.app.deps.catalogue.refresh();
      return {};
    },
    () =>
      stand.owner.query(`update prices set currency = 'INR' where package_id = 'small' and currency = 'XXX'`),
  ],
  [
    'another provider is the default',
    async () => ({ providers: without('razorpay') }),
    async () => undefined,
  ],
  ['no provider is left', async () => ({ providers: without('razorpay', 'stripe') }), async () => undefined],
  ['new payments are switched off', async () => ({ paymentsEnabled: false }), async () => undefined],
];

describe.each(CHANGES)('When %s', (_, change, restore) => {
  afterEach(async () => {
    await restore();
    stand.app.deps.catalogue.refresh();
  });

  it.each(['as it remembers', 'as the database remembers'])(
    'a purchase that was begun answers the same under its key, %s',
    async (how) => {
      const input = asked();
      const first = await createIntent(stand.app.deps, user, input);
      const changes = await change();
      const deps = how === 'as it remembers' ? { ...stand.app.deps, ...changes } : elsewhere(changes);

      const again = await createIntent(deps, user, input);

      expect(again).toMatchObject({ replayed: true, intent: { id: first.intent.id, provider: 'razorpay' } });
      const other = createIntent(deps, user, { ...input, packageId: 'medium' });
      await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
      const otherUser = createIntent(elsewhere(changes), { id: 'ben', role: 'user' }, input);
      await expect(
        otherUser.then(
          ({ replayed }) => replayed,
          () => false,
        ),
      ).resolves.toBe(false);
    },
  );
});

it('what the caller leaves out is not compared, what it spells out is', async () => {
  const input = asked({
    provider: 'stripe',
    currency: 'INR',
    fingerprintId: 'device',
    returnUrl: 'https://shop.test/back',
  });
  const { intent } = await createIntent(stand.app.deps, user, input);
  const again = (changes: Partial<CreateIntentInput>) =>
    createIntent(elsewhere(), user, { ...input, ...changes });

  for (const field of ['provider', 'currency', 'fingerprintId', 'returnUrl'])
    expect(await again({ [field]: undefined })).toMatchObject({ replayed: true, intent: { id: intent.id } });
  for (const other of [
    { provider: 'razorpay' as const },
    { currency: 'USD' },
    { fingerprintId: 'other' },
    { returnUrl: 'https://shop.test/other' },
  ])
    await expect(again(other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
});

it('a purchase of a user who was erased answers its key still', async () => {
  const eve: Caller = { id: 'eve', role: 'user' };
  const input = asked({ fingerprintId: 'device', returnUrl: 'https://shop.test/back' });
  const { intent } = await createIntent(stand.app.deps, eve, input);
  await cancelIntent(stand.app.deps, eve, { id: intent.id });
  await eraseUser(stand.app.deps.pool, { id: 'cli', role: 'admin' }, 'eve');

  for (const repeat of [input, { ...input, fingerprintId: undefined, returnUrl: undefined }])
    expect(await createIntent(elsewhere(), eve, repeat)).toMatchObject({ intent: { id: intent.id } });
});

it('a refund answers its key when its provider is not enabled any more', async () => {
  const paid = await stand.bought({ provider: 'razorpay' });
  const input = { intentId: paid.id, amountCents: 1000, reason: 'asked', idempotencyKey: randomUUID() };
  const { refund } = await refundIntent(stand.app.deps, finance, input);
  const deps = elsewhere({ providers: without('razorpay') });

  expect(await refundIntent(deps, finance, input)).toMatchObject({
    replayed: true,
    refund: { id: refund.id },
  });
  const another = refundIntent(deps, finance, { ...input, idempotencyKey: randomUUID() });
  await expect(another).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
});

it('an adjustment answers its key when the credits that it gave have expired', async () => {
  const expiresAt = new Date(Date.now() + 2_000);
  const input = { userId: 'flo', credits: 10n, expiresAt, reason: 'a gift', idempotencyKey: randomUUID() };
  const { journalId } = await adjustWithApproval(stand.app.deps, finance, input);
  await eventually(() => expect(Date.now()).toBeGreaterThan(expiresAt.getTime() + 10));

  for (const adjust of [adjustWithApproval, adjustCredits])
    expect(await adjust(stand.app.deps, finance, input)).toMatchObject({ replayed: true, journalId });
  const another = adjustCredits(stand.app.deps, finance, { ...input, idempotencyKey: randomUUID() });
  await expect(another).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
