// A second person is another person, and one person is one, however many calls and keys it takes. INR 30.00 and 300 credits
// are what one may move alone here for one user, INR 60.00 and 500 credits in all.
import { randomUUID } from 'node:crypto';
import { getNamedType, graphql } from 'graphql';
import { createFindKeyCaller } from '../../src/callers/api-keys';
import type { Caller } from '../../src/callers/caller';
import { createApiKey } from '../../src/callers/create-api-key';
import { revokeApiKey } from '../../src/callers/revoke-api-key';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { decideApproval } from '../../src/refunds/decide-approval';
import { useRefundStand } from './stand';

const stand = useRefundStand({
  REFUND_APPROVAL_ABOVE: 'INR:3000',
  REFUND_APPROVAL_TOTAL_ABOVE: 'INR:6000',
  ADJUST_APPROVAL_ABOVE: '300',
  ADJUST_APPROVAL_TOTAL_ABOVE: '500',
  PACKAGE_APPROVAL: 'on',
});
const schema = buildGatewaySchema();

let people = 0;
const person = (): Caller => ({ id: `adm_${++people}`, role: 'admin' });
const other: Caller = { id: 'fin_other', role: 'finance' };

/** A key that `maker` made, as the gateway knows its caller. */
async function keyOf(maker: Caller, name = `robot-${randomUUID().slice(0, 8)}`) {
  const { deps } = stand.app;
  const { apiKey, secret } = await createApiKey(deps, maker, { name, role: 'admin' });
  const caller = await createFindKeyCaller(deps)(secret);
  if (!caller) throw new Error('The key is not known');
  return { caller, revoke: () => revokeApiKey(deps, maker, apiKey.id) };
}

/** What a mutation answers: the codes of its problems, and the approval that one of them names. */
async function ask(caller: Caller, name: string, input: object) {
  const type = getNamedType(schema.getMutationType()?.getFields()[name]?.args[0]?.type as never);
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) { errors { code message } } }`;
  const contextValue = createContext(stand.app.deps, caller, 'request-1');
  const { data, errors } = await graphql({ schema, source, variableValues: { input }, contextValue });
  if (errors)
    return { codes: errors.map((error) => String(error.extensions.code)), approval: '', message: '' };
  const found = (data as Record<string, { errors: { code: string; message: string }[] }>)[name]?.errors ?? [];
  const message = found[0]?.message ?? '';
  return { codes: found.map(({ code }) => code), approval: /apr_\w+/.exec(message)?.[0] ?? '', message };
}

const refund = (caller: Caller, intentId: string, amountCents: number, more: object = {}) =>
  ask(caller, 'refundIntent', { intentId, amountCents, reason: 'r', idempotencyKey: randomUUID(), ...more });
const adjust = (caller: Caller, userId: string, credits: number) =>
  ask(caller, 'adjustCredits', { userId, credits, reason: 'r', idempotencyKey: randomUUID() });
const decide = (caller: Caller, id: string, approve = true) =>
  ask(caller, 'decideApproval', { id, approve, note: 'seen' });
const statusOf = async (id: string) =>
  (await stand.rows('select status from approvals where id = $1', [id]))[0]?.status;
const large = () => stand.bought({ packageId: 'medium' });
const refunded = async (id: string) =>
  (await stand.rows('select 1 from refunds where intent_id = $1', [id])).length;
const REQUIRED = ['APPROVAL_REQUIRED'];

describe('What an API key asks for', () => {
  it('is asked for by whoever made the key, who cannot decide it; another person can', async () => {
    const maker = person();
    const { caller } = await keyOf(maker);
    const paid = await large();
    const asked = await refund(caller, paid.id, 10_000);
    expect(asked.codes).toEqual(REQUIRED);
    expect(await stand.rows('select requested_by from approvals where id = $1', [asked.approval])).toEqual([
      { requested_by: maker.id },
    ]);

    expect(await decide(maker, asked.approval)).toMatchObject({
      codes: ['INVALID_INPUT'],
      message: 'A key that you made asked for it: another person decides.',
    });
    expect(await refunded(paid.id)).toBe(0);
    expect((await decide(other, asked.approval)).codes).toEqual([]);
    expect(await refunded(paid.id)).toBe(1);
  });

  it.each<[string, (caller: Caller) => Promise<string>]>([
    ['a refund', async (caller) => (await refund(caller, (await large()).id, 10_000)).approval],
    ['an adjustment', async (caller) => (await adjust(caller, 'ada', 1_000)).approval],
    ['a fix of a break', async (caller) => (await resolve(caller, 9_000)).approval],
    ['a price', async (caller) => (await save(caller, { credits: 999_000 })).approval],
  ])('is never decided by its maker nor by a key, and not once the key is revoked: %s', async (_, asking) => {
    const maker = person();
    const { caller, revoke } = await keyOf(maker);
    const id = await asking(caller);
    expect(id).toMatch(/^apr_/);
    const sister = (await keyOf(maker)).caller;
    const stranger = (await keyOf(person())).caller;
    for (const key of [caller, sister, stranger]) {
      expect((await decide(key, id)).codes).toEqual(['FORBIDDEN']);
      await expect(
        decideApproval(stand.app.deps, key, { id, approve: true, note: 'seen' }),
      ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect((await decide(maker, id)).codes).toEqual(['INVALID_INPUT']);

    await revoke();
    expect(await decide(other, id)).toMatchObject({
      codes: ['INVALID_STATE'],
      message: 'The key that asked for it was revoked: ask again.',
    });
    expect(await statusOf(id)).toBe('expired');
  });

  it('stays undecided in PostgreSQL itself when its key is dead, also when it came in while the key was being revoked', async () => {
    const { caller, revoke } = await keyOf(person());
    const { approval } = await adjust(caller, 'bea', 1_000);
    await revoke();
    await stand.rows("update approvals set status = 'open' where id = $1", [approval]);

    expect((await decide(other, approval)).codes).toEqual(['INVALID_STATE']);
    await expect(
      stand.rows("update approvals set status = 'approved', decided_by = 'x', note = 'n' where id = $1", [
        approval,
      ]),
    ).rejects.toThrow('was revoked');
    expect((await decide(other, approval, false)).codes).toEqual([]);
  });

  it('may be asked again by a person of a break whose key was revoked', async () => {
    const { caller, revoke } = await keyOf(person());
    const first = await resolve(caller, 9_000);
    await revoke();
    const again = await ask(person(), 'resolveBreak', { id: first.breakId, fix: 'adjust', note: 'n' });
    expect(again.codes).toEqual(REQUIRED);
    expect((await decide(other, again.approval)).codes).toEqual([]);
  });
});

describe('What one person moves alone within 24 hours', () => {
  it('is counted over the refunds of one payment: four of 25.00 do not pass a limit of 30.00', async () => {
    const me = person();
    const paid = await large();
    const answers = [];
    for (const _ of [1, 2, 3, 4]) answers.push((await refund(me, paid.id, 2_500)).codes);
    expect(answers).toEqual([[], REQUIRED, REQUIRED, REQUIRED]);
    expect((await refund(me, paid.id, 500)).codes).toEqual([]);
    expect((await refund(person(), paid.id, 2_500)).codes).toEqual([]);
  });

  it('is counted over the payments of one user, and over all users', async () => {
    const me = person();
    const [first, second, third, fourth] = [
      await stand.bought({ userId: 'cid' }),
      await stand.bought({ userId: 'cid' }),
      await stand.bought(),
      await stand.bought(),
    ];
    expect((await refund(me, first.id, 2_000)).codes).toEqual([]);
    expect((await refund(me, second.id, 2_000)).codes).toEqual(REQUIRED);
    expect((await refund(me, third.id, 3_000)).codes).toEqual([]);
    expect((await refund(me, fourth.id, 1_001)).codes).toEqual(REQUIRED);
    expect((await refund(me, fourth.id, 1_000)).codes).toEqual([]);
  });

  it('is counted over all the keys that a person made, and over his own calls', async () => {
    const me = person();
    const keys = [(await keyOf(me)).caller, (await keyOf(me)).caller];
    const paid = await large();
    expect((await refund(keys[0] as Caller, paid.id, 1_500)).codes).toEqual([]);
    expect((await refund(keys[1] as Caller, paid.id, 1_500)).codes).toEqual([]);
    expect((await refund(me, paid.id, 1)).codes).toEqual(REQUIRED);
  });

  it('is counted over adjustments, up and down: five of 100 credits to oneself do not pass a limit of 300', async () => {
    const me = person();
    const answers = [];
    for (const credits of [100, -100, 100, 100, 100]) answers.push((await adjust(me, me.id, credits)).codes);
    expect(answers).toEqual([[], [], [], REQUIRED, REQUIRED]);
    expect((await adjust(me, 'dan', 200)).codes).toEqual([]);
    expect((await adjust(me, 'eve', 1)).codes).toEqual(REQUIRED);
  });

  it('is counted over refunds and fixes of breaks together', async () => {
    const me = person();
    expect((await resolve(me, 3_000)).codes).toEqual([]);
    expect((await refund(me, (await large()).id, 3_000)).codes).toEqual([]);
    expect((await resolve(me, 1)).codes).toEqual(REQUIRED);
  });

  it('does not contain what a second person agreed to, a repeat, what failed, nor what is older than a day', async () => {
    const me = person();
    const paid = await large();
    const agreed = await refund(me, paid.id, 3_001);
    expect((await decide(other, agreed.approval)).codes).toEqual([]);

    const again = { idempotencyKey: randomUUID() };
    for (const _ of ['asked', 'asked again'])
      expect((await refund(me, paid.id, 2_000, again)).codes).toEqual([]);
    expect((await refund(me, paid.id, 1_001)).codes).toEqual(REQUIRED);

    await paid.play('refund_fails');
    await paid.look();
    expect((await refund(me, paid.id, 1_001)).codes).toEqual([]);
    await stand.rows("update moved_by_hand set at = now() - interval '25 hours' where person = $1", [me.id]);
    expect((await refund(me, paid.id, 2_900)).codes).toEqual([]);
  });

  it('holds for twenty calls at one instant', async () => {
    const me = person();
    const paid = await Promise.all(Array.from({ length: 4 }, large));
    const refunds = await Promise.all(
      Array.from({ length: 20 }, (_, n) => refund(me, paid[n % 4]?.id as string, 1_000)),
    );
    expect(refunds.filter(({ codes }) => codes.length === 0)).toHaveLength(6);
    expect(refunds.filter(({ codes }) => codes[0] === 'APPROVAL_REQUIRED')).toHaveLength(14);

    const adjustments = await Promise.all(
      Array.from({ length: 20 }, (_, n) => adjust(me, `u_${n % 3}`, 100)),
    );
    expect(adjustments.filter(({ codes }) => codes.length === 0)).toHaveLength(5);

    const fixes = await Promise.all(Array.from({ length: 20 }, () => resolve(other, 1_000)));
    expect(fixes.filter(({ codes }) => codes.length === 0)).toHaveLength(6);
  });

  it('cannot be taken out of the book by the application', async () => {
    for (const text of ['update moved_by_hand set amount = 1', 'delete from moved_by_hand'])
      await expect(stand.app.deps.pool.query(text)).rejects.toThrow('permission denied');
  });
});

it('who agrees to "the rest" agrees to the amount that was shown, whatever the rest is by then', async () => {
  const paid = await large();
  const me = person();
  await refund(me, paid.id, 3_000);
  const asked = await refund(me, paid.id, null as never);
  await paid.play('refund_fails');
  await paid.look();

  expect((await decide(other, asked.approval)).codes).toEqual([]);

  expect(
    await stand.rows(
      "select amount_minor::int as amount from refunds where intent_id = $1 and status <> 'failed'",
      [paid.id],
    ),
  ).toEqual([{ amount: 7_000 }]);
});

describe('What is sold for how much', () => {
  const small = async () =>
    (
      await stand.rows(
        `select p.name, p.credits::int, p.active, x.amount_minor::int as price from packages p
         join prices x on x.package_id = p.id and x.currency = 'INR' where p.id = 'small'`,
      )
    )[0];

  it('changes when a second person agrees, and its name at once', async () => {
    const me = person();
    const before = await small();
    expect((await save(me, { name: 'Small one' })).codes).toEqual([]);
    const asked = await save(me, { name: 'Small one', amountCents: 100 });
    expect(asked.codes).toEqual(REQUIRED);
    expect((await save(me, { name: 'Small one', amountCents: 100 })).approval).toBe(asked.approval);
    expect((await save(me, { amountCents: 200 })).codes).toEqual(['INVALID_STATE']);
    expect(await small()).toEqual({ ...before, name: 'Small one' });
    expect(await stand.rows('select summary from approvals where id = $1', [asked.approval])).toEqual([
      { summary: 'Package small: 50 credits for ₹1.00, $1.00 instead of 50 credits for ₹50.00, $1.00' },
    ]);

    // Off sale at once, and what was agreed to before does not put it back.
    expect((await save(person(), { name: 'Small one', active: false })).codes).toEqual([]);
    expect((await decide(me, asked.approval)).codes).toEqual(['INVALID_INPUT']);
    expect((await decide(other, asked.approval)).codes).toEqual([]);
    expect(await small()).toEqual({ name: 'Small one', credits: 50, active: false, price: 100 });
    expect((await save(me, { amountCents: 100 })).codes).toEqual([]);
  });

  it('is new when a second person agrees, and waits once for twenty who ask at one instant', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => save(person(), { id: 'gift', amountCents: 100, credits: 1_000_000 })),
    );
    expect(new Set(answers.map(({ approval }) => approval)).size).toBe(1);
    expect(await stand.rows("select 1 from packages where id = 'gift'")).toEqual([]);
    expect((await decide(other, answers[0]?.approval as string)).codes).toEqual([]);
    expect(await stand.rows("select credits::int from packages where id = 'gift'")).toEqual([
      { credits: 1_000_000 },
    ]);
  });
});

async function resolve(caller: Caller, theirs: number) {
  const [row] = await stand.rows(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency)
     values ('payment', 'unknown_payment', 'stripe', $1, $2, 'INR') returning 'brk_' || id as id`,
    [randomUUID(), theirs],
  );
  const breakId = row?.id as string;
  return { breakId, ...(await ask(caller, 'resolveBreak', { id: breakId, fix: 'adjust', note: 'n' })) };
}

function save(caller: Caller, changed: Record<string, unknown>) {
  const { amountCents = 5_000, ...more } = changed;
  const prices = [
    { currency: 'INR', amountCents },
    { currency: 'USD', amountCents: 100 },
  ];
  return ask(caller, 'savePackage', { id: 'small', name: 'Small', credits: 50, prices, ...more });
}

describe('The budget of a campaign', () => {
  const campaign = (caller: Caller, key: string, budgetCredits: number) =>
    ask(caller, 'saveCampaign', { key, name: key, budgetCredits });
  const budgetOf = async (key: string) =>
    Number(
      (await stand.rows('select budget_credits from campaigns where key = $1', [key]))[0]?.budget_credits,
    );

  it('counts as credits adjusted by one person, and waits for a second one above what that one may move', async () => {
    const one = person();
    expect((await campaign(one, 'modest', 300)).codes).toEqual([]);
    expect((await campaign(one, 'second', 250)).codes).toEqual(REQUIRED);
    expect((await adjust(one, 'ada', 201)).codes).toEqual(REQUIRED);
    expect((await campaign(one, 'modest', 200)).codes).toEqual([]);
  });

  it('that waits is asked for once, is raised when another person agrees, and then gives', async () => {
    const one = person();
    const first = await campaign(one, 'grand', 5_000);
    const again = await campaign(one, 'grand', 5_000);
    expect(again).toEqual(first);
    expect((await campaign(person(), 'grand', 6_000)).codes).toEqual(['INVALID_STATE']);
    expect((await decide(one, first.approval)).codes).toEqual(['INVALID_INPUT']);
    expect(await budgetOf('grand')).toBeNaN();

    expect((await decide(other, first.approval)).codes).toEqual([]);
    expect(await statusOf(first.approval)).toBe('done');
    expect(await budgetOf('grand')).toBe(5_000);
  });

  it('that somebody changed meanwhile is not raised by what was agreed to before', async () => {
    await campaign(person(), 'moved', 100);
    const waits = await campaign(person(), 'moved', 5_000);
    expect(waits.codes).toEqual(REQUIRED);
    await campaign(person(), 'moved', 200);

    expect((await decide(other, waits.approval)).codes).toEqual(['INVALID_STATE']);
    expect(await budgetOf('moved')).toBe(200);
  });
});
