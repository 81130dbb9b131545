// One effect a key, for every mutation that takes one: twenty at once, again after success, with any other field, by another kind
// of caller. The fields are those of the schema: one that is added is tried here or named as no part of what is asked for.
import { randomUUID } from 'node:crypto';
import { getNamedType, graphql, isInputObjectType } from 'graphql';
import type { Caller } from '../../src/callers/caller';
import { syncIntent } from '../../src/disputes/sync';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { useRefundStand } from '../refunds/stand';

const stand = useRefundStand();
const schema = buildGatewaySchema();
const finance: Caller = { id: 'fin_1', role: 'finance' };
const shop: Caller = { id: 'shop', role: 'service' };
const payer = (id: string): Caller => ({ id, role: 'user' });
type Input = Record<string, unknown>;

const inputOf = (name: string) => {
  const type = getNamedType(schema.getMutationType()?.getFields()[name]?.args[0]?.type as never);
  if (!isInputObjectType(type)) throw new Error(`${name} takes no input`);
  return type;
};

async function ask(caller: Caller, name: string, input: Input) {
  const source = `mutation ($input: ${inputOf(name)}!) { ${name}(input: $input) { errors { code } } }`;
  const contextValue = createContext(stand.app.deps, caller, randomUUID());
  const { data, errors } = await graphql({ schema, source, variableValues: { input }, contextValue });
  expect(errors).toBeUndefined();
  return (data as Record<string, { errors: { code: string }[] }>)[name]?.errors.map(({ code }) => code);
}

/** Everything that a mutation could have done for a user, counted. */
const effects = async (userId: string) =>
  (
    await stand.rows(
      `select (select count(*)::int from intents where user_id = $1) as intents,
         (select count(*)::int from journal where user_id = $1 and kind <> 'refund') as postings,
         (select count(*)::int from dispute_answers a join disputes d on d.id = a.dispute_id
            where d.user_id = $1 and a.status = 'done') as answers,
         (select count(*)::int from wallet_members where user_id = $1) as wallets,
         (select count(*)::int from holds where user_id = $1) as holds,
         (select count(*)::int from holds where user_id = $1 and status = 'settled') as settled,
         (select count(*)::int from refunds r join intents i on i.id = r.intent_id where i.user_id = $1) as refunds`,
      [userId],
    )
  )[0];

interface Case {
  readonly caller: (userId: string) => Caller;
  /** Whoever else may ask for it under the same key, and gets an effect of his own; null: nobody of another kind. */
  readonly other: ((userId: string) => Caller) | null;
  readonly input: (userId: string) => Promise<Input> | Input;
  /** What one effect adds. */
  readonly adds: object;
  /** Another value of each field that says what is wanted. */
  readonly others: Input;
  /** Fields that do not: who asks is known by the owner of the key, and what was shown is compared once. */
  readonly apart: readonly string[];
}

const words = { reference: 'r-1', metadata: { a: '1' } };
const otherWords = { reference: 'r-2', metadata: { a: '2' } };
const CASES: Readonly<Record<string, Case>> = {
  createIntent: {
    caller: payer,
    other: () => shop,
    input: () => ({ packageId: 'small', provider: 'stripe', currency: 'INR', ...words }),
    adds: { intents: 1 },
    others: {
      packageId: 'medium',
      provider: 'razorpay',
      currency: 'USD',
      promoCode: 'AUTUMN',
      ...otherWords,
    },
    // Of who pays and of the page, which may be others when the payer comes back.
    apart: ['userId', 'walletId', 'fingerprintId', 'returnUrl', 'payer', 'captchaResponse'],
  },
  spendCredits: {
    caller: payer,
    other: () => shop,
    input: () => ({ credits: 1, reason: 'work', ...words }),
    adds: { postings: 1 },
    others: { credits: 2, reason: 'other work', ...otherWords },
    // Of a shared wallet, see test/wallets; of a member, whom a back end alone names, see test/credits/spend-limits; in the place of credits, see test/credits/usage.
    apart: ['userId', 'walletId', 'memberId', 'usage', 'occurredAt'],
  },
  holdCredits: {
    caller: payer,
    other: () => shop,
    input: () => ({ credits: 1, reason: 'work', ttlSeconds: 600, ...words }),
    adds: { holds: 1 },
    others: { credits: 2, reason: 'other work', ttlSeconds: 601, ...otherWords },
    apart: ['userId', 'walletId', 'memberId', 'usage', 'marginPercent'],
  },
  settleHold: {
    caller: payer,
    other: null,
    input: async (userId) => ({ id: await stand.hold(userId, 3), credits: 2 }),
    adds: { settled: 1, postings: 1 },
    others: { credits: 1, id: 'another' },
    // In the place of credits, see test/credits/usage.
    apart: ['usage'],
  },
  reverseSpend: {
    caller: () => shop,
    other: null,
    input: async (userId) => {
      const spend = { userId, credits: 3, reason: 'work', idempotencyKey: 'spent' };
      await ask(shop, 'spendCredits', spend);
      const [spent] = await stand.rows(`select id from journal where user_id = $1 and kind = 'spend'`, [
        userId,
      ]);
      return { transactionId: `ctx_${spent?.id}`, credits: 2, reason: 'It failed' };
    },
    adds: { postings: 1 },
    others: { transactionId: 'another', credits: 1, reason: 'It failed late' },
    apart: [],
  },
  moveCredits: {
    caller: () => shop,
    other: null,
    input: async (userId) => ({ userId, toUserId: `${userId}_team`, credits: 2, reason: 'For the team' }),
    adds: { postings: 1 },
    others: { toUserId: 'somebody_else', credits: 3, reason: 'For others', publicReason: 'Moved' },
    // Whose key it is; a shared wallet in the place of a user; and what was seen, which is no part of it.
    apart: ['userId', 'walletId', 'toWalletId', 'seenMovable'],
  },
  adjustCredits: {
    caller: () => finance,
    other: null,
    input: (userId) => ({
      ...{
        userId,
        credits: 5,
        reason: 'sorry',
        publicReason: 'A gift',
        expiresAt: '2099-01-01T00:00:00.000Z',
      },
      ...words,
    }),
    adds: { postings: 1 },
    others: {
      ...{
        credits: 6,
        reason: 'very sorry',
        publicReason: 'A present',
        expiresAt: '2098-01-01T00:00:00.000Z',
      },
      ...otherWords,
    },
    apart: ['userId', 'walletId', 'seenAvailable'],
  },
  createWallet: {
    caller: () => shop,
    other: null,
    input: (userId) => ({ name: 'Acme', ownerId: userId }),
    adds: { wallets: 1 },
    others: { name: 'Acme Ltd' },
    // Whose the key is.
    apart: ['ownerId'],
  },
  refundIntent: {
    caller: () => finance,
    other: null,
    input: async (userId) => {
      const [intent] = await stand.rows('select id from intents where user_id = $1 limit 1', [userId]);
      return { intentId: intent?.id, amountMinor: '1000', reason: 'asked', publicReason: 'As you asked' };
    },
    adds: { refunds: 1 },
    others: { intentId: 'another', amountMinor: '2000', reason: 'told', publicReason: 'As told' },
    apart: ['amountCents', 'seenLeftMinor', 'seenLeftCents'],
  },
  submitDisputeEvidence: {
    caller: () => finance,
    other: null,
    input: async (userId) => ({ disputeId: await disputed(userId), text: 'It was used.' }),
    adds: { answers: 1 },
    others: { disputeId: 'another', text: 'All of it was used.' },
    apart: [],
  },
  acceptDispute: {
    caller: () => finance,
    other: null,
    input: async (userId) => ({ disputeId: await disputed(userId), reason: 'They are right' }),
    // With the money, the credits.
    adds: { answers: 1, postings: 1 },
    others: { disputeId: 'another', reason: 'Too small' },
    apart: [],
  },
};

/** Of a payment of its own, whose dispute is known. */
const disputed = async (userId: string) => {
  const paid = await stand.bought({ userId, provider: 'stripe' });
  await paid.play('dispute_open');
  await syncIntent(stand.app.deps, finance, { id: paid.id });
  const [dispute] = await stand.rows('select id from disputes where intent_id = $1', [paid.id]);
  return dispute?.id as string;
};

test('every mutation that takes a key is tried', () => {
  const keyed = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) => {
    const type = getNamedType(schema.getMutationType()?.getFields()[name]?.args[0]?.type as never);
    return isInputObjectType(type) && 'idempotencyKey' in type.getFields();
  });
  expect(keyed.sort()).toEqual(Object.keys(CASES).sort());
});

describe.each(Object.entries(CASES))('%s', (name, { caller, other, input, adds, others, apart }) => {
  let userId = '';
  let given: Input;
  beforeEach(async () => {
    ({ userId } = await stand.bought());
    given = { ...(await input(userId)), idempotencyKey: `one key of ${userId}` };
  });
  const added = (before: Record<string, number>, times = 1) => {
    const sum = Object.entries(adds).map(([what, count]) => [what, (before[what] ?? 0) + count * times]);
    return { ...before, ...Object.fromEntries(sum) };
  };

  it('twenty times at once under one key does it once, and again it changes nothing', async () => {
    const before = (await effects(userId)) as Record<string, number>;
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(caller(userId), name, given)));

    expect(answers.flat().filter((code) => code !== 'IN_PROGRESS')).toEqual([]);
    expect(await effects(userId)).toEqual(added(before));
    expect(await ask(caller(userId), name, given)).toEqual([]);
    expect(await effects(userId)).toEqual(added(before));
  });

  it('with any other field under the same key is refused, and changes nothing', async () => {
    expect(Object.keys(inputOf(name).getFields()).sort()).toEqual(
      [...Object.keys(others), ...apart, 'idempotencyKey'].sort(),
    );
    expect(await ask(caller(userId), name, given)).toEqual([]);
    const before = await effects(userId);
    for (const [field, value] of Object.entries(others)) {
      const [code] = (await ask(caller(userId), name, { ...given, [field]: value })) ?? [];
      // Another thing that is not there is refused for that.
      expect([field, code]).toEqual([field, value === 'another' ? 'NOT_FOUND' : 'IDEMPOTENCY_CONFLICT']);
    }
    expect(await effects(userId)).toEqual(before);
    expect(await ask(caller(userId), name, given)).toEqual([]);
  });

  it('by another kind of caller under the same key is an effect of its own', async () => {
    const before = (await effects(userId)) as Record<string, number>;
    expect(await ask(caller(userId), name, given)).toEqual([]);
    if (!other) {
      const code = (await ask(payer(`stranger_${userId}`), name, given).catch(() => ['FORBIDDEN']))?.[0];
      expect(['NOT_FOUND', 'FORBIDDEN']).toContain(code);
      expect(await effects(userId)).toEqual(added(before));
      return;
    }
    for (const _ of ['once', 'again'])
      expect(await ask(other(userId), name, { ...given, userId })).toEqual([]);
    expect(await effects(userId)).toEqual(added(before, 2));
  });
});
