// What a person confirms is what happens: the figures that were shown travel with the mutation, and when they are others by
// now nothing is done and the new ones come back.
import { randomUUID } from 'node:crypto';
import { getNamedType, graphql } from 'graphql';
import type { Caller } from '../../src/callers/caller';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { useRefundStand } from '../refunds/stand';

const stand = useRefundStand({ REFUND_APPROVAL_ABOVE: 'USD:100', ADJUST_APPROVAL_ABOVE: '500' });
const schema = buildGatewaySchema();
const finance: Caller = { id: 'fin_1', role: 'finance' };
const other: Caller = { id: 'fin_2', role: 'finance' };

const ERRORS = `errors { __typename code message
  ... on StaleFiguresError { path figures { name credits money { amountMinor currency formatted } } } }`;

async function ask(caller: Caller, name: string, input: object) {
  const type = getNamedType(schema.getMutationType()?.getFields()[name]?.args[0]?.type as never);
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) { ${ERRORS} } }`;
  const contextValue = createContext(stand.app.deps, caller, 'request-1');
  const { data, errors } = await graphql({ schema, source, variableValues: { input }, contextValue });
  expect(errors).toBeUndefined();
  return (data as Record<string, { errors: any[] }>)[name]?.errors as any[];
}

async function preview(id: string) {
  const source =
    '{ intent(id: "ID") { refundPreview { amount { amountMinor } left { amountMinor formatted } } } }';
  const contextValue = createContext(stand.app.deps, finance, 'request-1');
  const { data } = await graphql({ schema, source: source.replace('ID', id), contextValue });
  return (data as any).intent.refundPreview as {
    amount: { amountMinor: string };
    left: { amountMinor: string; formatted: string };
  };
}

const refund = (intentId: string, more: object) =>
  ask(finance, 'refundIntent', { intentId, reason: 'r', idempotencyKey: randomUUID(), ...more });

describe.each(['stripe', 'razorpay'] as const)('A refund at %s', (provider) => {
  it('of the ₹60.00 that were shown never becomes one of ₹100.00, when the ₹40.00 before it fail meanwhile', async () => {
    const paid = await stand.bought({ packageId: 'medium', provider });
    expect(await refund(paid.id, { amountMinor: '9223372036854775807' })).toMatchObject([
      { code: 'REFUND_EXCEEDS_AMOUNT' },
    ]);
    expect(await refund(paid.id, { amountMinor: '4000' })).toEqual([]);
    const shown = await preview(paid.id);
    expect(shown.left).toEqual({ amountMinor: '6000', formatted: '₹60.00' });
    await paid.play('refund_fails');
    await paid.look();

    const key = { idempotencyKey: randomUUID() };
    for (const asked of [{ seenLeftMinor: '6000' }, { amountCents: 6_000, seenLeftCents: 6_000 }])
      expect(await refund(paid.id, { ...asked, ...key })).toEqual([
        {
          __typename: 'StaleFiguresError',
          code: 'STALE_FIGURES',
          message: '₹100.00 can be refunded now, which is not what was shown. Nothing was sent.',
          path: ['input'],
          figures: [
            {
              name: 'left',
              credits: null,
              money: { amountMinor: '10000', currency: 'INR', formatted: '₹100.00' },
            },
          ],
        },
      ]);
    expect((await paid.refunds()).filter(({ status }) => status !== 'failed')).toEqual([]);

    // Confirmed anew, under the same key: it was not burnt. A repeat is answered whatever is left by then.
    for (const _ of ['sent', 'sent again'])
      expect(await refund(paid.id, { amountCents: 6_000, seenLeftCents: 10_000, ...key })).toEqual([]);
    expect((await preview(paid.id)).left.amountMinor).toBe('4000');
  });
});

it('of twenty who confirm the same figures at one instant one refunds, and the others see what is left', async () => {
  const paid = await stand.bought({ packageId: 'medium' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => refund(paid.id, { amountCents: 1_000, seenLeftCents: 10_000 })),
  );
  expect(answers.filter((errors) => errors.length === 0)).toHaveLength(1);
  expect(answers.flat().every(({ figures }) => figures[0].money.amountMinor === '9000')).toBe(true);
});

it('an adjustment is not made of a balance that somebody else has changed since it was shown', async () => {
  const { userId } = await stand.bought();
  const adjust = (credits: number, seenAvailable: number, idempotencyKey = randomUUID()) =>
    ask(finance, 'adjustCredits', { userId, credits, seenAvailable, reason: 'r', idempotencyKey });
  expect(await adjust(-20, 50)).toEqual([]);

  const key = randomUUID();
  expect(await adjust(-40, 50, key)).toEqual([
    expect.objectContaining({
      code: 'STALE_FIGURES',
      message: '30 credits are available now, which is not what was shown. Nothing was adjusted.',
      figures: [{ name: 'available', credits: 30, money: null }],
    }),
  ]);
  expect(await adjust(-20, 50, key)).toMatchObject([{ code: 'STALE_FIGURES' }]);
  for (const _ of ['made', 'made again']) expect(await adjust(-20, 30, key)).toEqual([]);
  expect(await ask(finance, 'adjustCredits', { ...more(userId), credits: 5 })).toEqual([]);
});
const more = (userId: string) => ({ userId, reason: 'r', idempotencyKey: randomUUID() });

const rupees = (amountMinor: string) => ({ amountMinor, currency: 'INR' });

it('a break is not settled once a run found another amount than was shown', async () => {
  const fix = 'adjust';
  const [row] = await stand.rows(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency)
     values ('payment', 'unknown_payment', 'stripe', $1, 4000, 'INR') returning 'brk_' || id as id`,
    [randomUUID()],
  );
  const resolve = (seen: object) => ask(finance, 'resolveBreak', { id: row?.id, fix, note: 'n', seen });
  await stand.rows(`update breaks set theirs_minor = 9000 where 'brk_' || id = $1`, [row?.id]);

  for (const seen of [{ theirs: rupees('4000') }, { ours: rupees('0'), theirs: rupees('9000') }, {}])
    expect(await resolve(seen)).toMatchObject([
      {
        message: 'Ours is nothing and theirs is ₹90.00 now, which is not what was shown. Nothing was done.',
        figures: [
          { name: 'ours', money: null },
          { name: 'theirs', money: { amountMinor: '9000' } },
        ],
      },
    ]);
  expect(await resolve({ theirs: rupees('9000') })).toEqual([]);
});

it('nobody agrees to another amount than was shown', async () => {
  const [row] = await stand.rows(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency)
     values ('payment', 'unknown_payment', 'stripe', $1, 4000, 'USD') returning 'brk_' || id as id`,
    [randomUUID()],
  );
  const asked = () => ask(finance, 'resolveBreak', { id: row?.id, fix: 'adjust', note: 'n' });
  const id = /apr_\w+/.exec((await asked())[0].message)?.[0];
  const decide = (amount: object | null, approve = true) =>
    ask(other, 'decideApproval', { id, approve, note: 'n', seen: { amount, credits: null } });
  await stand.rows(`update breaks set theirs_minor = 90000 where 'brk_' || id = $1`, [row?.id]);
  await asked();

  for (const approve of [true, false])
    expect(await decide({ amountMinor: '4000', currency: 'USD' }, approve)).toMatchObject([
      {
        code: 'STALE_FIGURES',
        message: 'It moves $900.00 now, which is not what was shown. Nothing was decided.',
        figures: [
          { name: 'amount', money: { amountMinor: '90000', currency: 'USD' } },
          { name: 'credits', credits: null },
        ],
      },
    ]);
  expect(await decide({ amountMinor: '90000', currency: 'USD' })).toEqual([]);

  const gift = await ask(finance, 'adjustCredits', { ...more('ada'), credits: 900 });
  const gifted = /apr_\w+/.exec(gift[0].message)?.[0];
  const agree = (credits: number) =>
    ask(other, 'decideApproval', { id: gifted, approve: true, note: 'n', seen: { credits } });
  expect(await agree(90)).toMatchObject([{ figures: [{ name: 'amount' }, { credits: 900 }] }]);
  expect(await agree(900)).toEqual([]);
});

describe('A package', () => {
  const admin: Caller = { id: 'adm_1', role: 'admin' };
  const shown = {
    name: 'Trial',
    credits: 10,
    prices: [{ currency: 'INR', amountCents: 1_000 }],
    active: true,
  };
  const seen = (amountMinor = '1000') => ({
    seen: { package: { ...shown, prices: [{ currency: 'INR', amountMinor }] } },
  });
  const save = (id: string, more: object) => ask(admin, 'savePackage', { id, ...shown, ...more });
  const priceOf = async (id: string) =>
    (await stand.rows('select amount_minor::int as minor from prices where package_id = $1', [id]))[0]?.minor;
  const at = (amountCents: number) => ({ prices: [{ currency: 'INR', amountCents }] });

  it('is not changed by who saw another one than there is; a repeat of the change is none', async () => {
    expect(await save('seen', { seen: {} })).toEqual([]);
    const mine = { ...at(2_000), ...seen() };
    for (const _ of ['clicked', 'clicked twice']) expect(await save('seen', mine)).toEqual([]);

    expect(await save('seen', { ...at(3_000), ...seen() })).toEqual([
      expect.objectContaining({
        code: 'STALE_FIGURES',
        message:
          'It is Trial now, on sale: 10 credits for ₹20.00, which is not what was shown. Nothing was saved.',
        figures: [
          expect.objectContaining({ name: 'credits', credits: 10 }),
          expect.objectContaining({
            name: 'amount',
            money: { amountMinor: '2000', currency: 'INR', formatted: '₹20.00' },
          }),
        ],
      }),
    ]);
    // Added by somebody who saw none of that name.
    expect(await save('seen', { ...at(4_000), seen: {} })).toMatchObject([{ code: 'STALE_FIGURES' }]);
    expect(await save('gone', seen())).toMatchObject([{ code: 'STALE_FIGURES' }]);
    expect(await priceOf('seen')).toBe(2_000);
    expect(await save('seen', { ...at(3_000), ...seen('2000') })).toEqual([]);
    expect(await save('seen', at(5_000))).toEqual([]);
  });

  it('of twenty who change what they saw at one instant one does, and the others see what is sold', async () => {
    await save('raced', {});
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => save('raced', { ...at(2_000 + nth), ...seen() })),
    );

    const done = answers.flatMap((errors, nth) => (errors.length === 0 ? [2_000 + nth] : []));
    expect(done).toEqual([await priceOf('raced')]);
    expect(answers.flat().every(({ code }) => code === 'STALE_FIGURES')).toBe(true);
  });
});
