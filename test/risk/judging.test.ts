// Rules and lists at work: what changes takes effect with the next purchase in every process, what judges in the shadow acts on
// nothing, and an honest payer who was blocked is let through.
import type { Caller } from '../../src/callers/caller';
import type { Claim } from '../../src/intents/claim';
import { activateRiskRules } from '../../src/risk/activate-risk-rules';
import { addToAllowlist } from '../../src/risk/add-to-allowlist';
import { addToBlocklist } from '../../src/risk/add-to-blocklist';
import { allowPayer } from '../../src/risk/allow-payer';
import { UNKNOWN_PAYER } from '../../src/risk/payer';
import { proposeRiskRules } from '../../src/risk/propose-risk-rules';
import { removeFromBlocklist } from '../../src/risk/remove-from-blocklist';
import { support, useAsking } from '../graphql/asking';
import { claimOf, claimsOn } from './payers';
import { freshSubject } from './subjects';

const asking = useAsking();
const ada: Caller = { id: 'adm_1', role: 'admin' };
const MANY = { code: 'many', signal: 'user_purchases_1h', at_least: 3, weight: 20, decision: 'block' };
const LISTED = { code: 'listed', signal: 'blocked_subject', at_least: 1, weight: 100, decision: 'block' };

const propose = (rules: object[], shadow = false) =>
  proposeRiskRules(asking.deps, ada, {
    document: { thresholds: { challenge: 40, review: 60, block: 80 }, rules },
    shadow,
  });
const judgeBy = async (...rules: object[]) =>
  activateRiskRules(
    asking.deps,
    ada,
    (await propose([...rules, { ...LISTED, why: freshSubject() }])).version,
  );

/** One process that claims, beside another. */
const process = () => claimsOn(asking.database.pool());
const outcomes = async (
  claim: ReturnType<typeof process>,
  userId: string,
  count: number,
  more: Partial<Claim> = {},
) => {
  const met: string[] = [];
  for (let nth = 0; nth < count; nth++) met.push((await claim(claimOf(userId, more))).outcome);
  return met;
};
const decisionsOf = (userId: string) =>
  asking.sql(
    `select 'rsk_' || id as id, rule_version::integer as version, score, decision, told,
       shadow_version::integer as shadow, shadow_score, shadow_decision
     from risk_decisions where user_id = $1 order by id`,
    [userId],
  );

test('rules that are activated judge the next purchase in every process', async () => {
  const [here, there] = [process(), process()];
  const user = freshSubject();
  await judgeBy(MANY);
  expect(await outcomes(here, user, 2)).toEqual(['created', 'created']);
  expect(await outcomes(there, user, 1)).toEqual(['blocked']);

  await judgeBy({ ...MANY, at_least: 100 });
  expect(await outcomes(here, user, 1)).toEqual(['created']);
  expect(await outcomes(there, user, 1)).toEqual(['created']);
});

test('what judges in the shadow is written down beside, and acts on nothing', async () => {
  const user = freshSubject();
  const active = await judgeBy({ ...MANY, at_least: 100 });
  const shadow = await propose([{ ...MANY, at_least: 1, weight: 90 }], true);
  expect(await outcomes(process(), user, 2)).toEqual(['created', 'created']);
  expect(await decisionsOf(user)).toEqual(
    [1, 2].map(() => ({
      ...{ id: expect.any(String), version: active.version, score: 0, decision: 'allow', told: 'none' },
      ...{ shadow: shadow.version, shadow_score: 90, shadow_decision: 'block' },
    })),
  );
  const [intent] = await asking.sql('select risk_score, risk_decision from intents where user_id = $1', [
    user,
  ]);
  expect(intent).toEqual({ risk_score: 0, risk_decision: 'allow' });

  await activateRiskRules(asking.deps, ada, shadow.version);
  expect(await outcomes(process(), user, 1)).toEqual(['blocked']);
  expect((await decisionsOf(user)).at(-1)).toMatchObject({ version: shadow.version, shadow: null });
});

test('who is on the blocklist is refused from the next purchase on, and again sold to when he is off it', async () => {
  await judgeBy({ ...MANY, at_least: 100 });
  const user = freshSubject();
  const claim = process();
  expect(await outcomes(claim, user, 1)).toEqual(['created']);
  const { id } = await addToBlocklist(asking.deps, support, { kind: 'user', value: user, reason: 'seen' });
  expect(await outcomes(claim, user, 1)).toEqual(['blocked']);
  await removeFromBlocklist(asking.deps, support, id);
  expect(await outcomes(claim, user, 1)).toEqual(['created']);
});

test('in a blocked network an allowed device buys, also what a rule would block', async () => {
  await judgeBy({ ...MANY, at_least: 1 });
  const device = freshSubject();
  const payer = { ...UNKNOWN_PAYER, address: '198.51.100.9' };
  await addToBlocklist(asking.deps, support, { kind: 'address', value: '198.51.0.0/16', reason: 'seen' });
  const claim = process();
  expect(await outcomes(claim, freshSubject(), 1, { payer, fingerprintId: device })).toEqual(['blocked']);
  await addToAllowlist(asking.deps, support, { kind: 'device', value: device, reason: 'the office' });
  const user = freshSubject();
  expect(await outcomes(claim, user, 1, { payer, fingerprintId: device })).toEqual(['created']);
  // What the rules said is kept.
  expect(await decisionsOf(user)).toMatchObject([{ score: 20, decision: 'allow' }]);
});

test('an honest payer who was blocked tells the number of the decision, and buys for as long as support says', async () => {
  await judgeBy({ ...MANY, at_least: 2 });
  const [user, device] = [freshSubject(), freshSubject()];
  const claim = process();
  expect(await outcomes(claim, user, 2, { fingerprintId: device })).toEqual(['created', 'blocked']);
  const decision = (await decisionsOf(user)).at(-1)?.id as string;

  const source = `mutation M($input: AllowPayerInput!) { allowPayer(input: $input) {
    entry { id kind value expiresAt } errors { code message } } }`;
  const allow = async (input: object) => (await asking.data(support, source, { input })).allowPayer;
  const freed = await allow({ decisionId: decision, hours: 2, reason: 'Called us: buys for a class.' });
  expect(freed).toMatchObject({ entry: { kind: 'user', value: user }, errors: [] });
  expect(await outcomes(claim, user, 3, { fingerprintId: device })).toEqual([
    'created',
    'created',
    'created',
  ]);
  // Whoever shares the device is judged as before.
  const other = freshSubject();
  expect(await outcomes(claim, other, 2, { fingerprintId: device })).toEqual(['created', 'blocked']);

  // What lasts longer stays.
  const shorter = await allow({ decisionId: decision, hours: 1, reason: 'Again.' });
  expect(shorter.entry).toEqual(freed.entry);
  const longer = await allow({ decisionId: decision, hours: 24, reason: 'For the day.' });
  expect(longer.entry.id).toBe(freed.entry.id);
  expect(Date.parse(longer.entry.expiresAt)).toBeGreaterThan(Date.parse(freed.entry.expiresAt));
  expect(
    (
      await asking.sql('select action, diff from audit_log where target_id = $1 order by id', [
        freed.entry.id,
      ])
    ).map(({ action, diff }) => [action, diff.decisionId]),
  ).toEqual([
    ['allowPayer', decision],
    ['allowPayer', decision],
  ]);

  await asking.sql('update gateway set clock_offset_ms = clock_offset_ms + 86400000');
  expect(await outcomes(claim, user, 2)).toEqual(['created', 'blocked']);
});

test('a payer whom somebody blocked by hand is not freed in passing', async () => {
  await judgeBy(MANY);
  const user = freshSubject();
  const { id } = await addToBlocklist(asking.deps, support, { kind: 'user', value: user, reason: 'seen' });
  expect(await outcomes(process(), user, 1)).toEqual(['blocked']);
  const [decision] = await decisionsOf(user);
  const allow = (decisionId: string, hours = 1) =>
    allowPayer(asking.deps, support, { decisionId, hours, reason: 'Called us.' });
  await expect(allow(decision?.id)).rejects.toMatchObject({
    ...{ code: 'INVALID_STATE', message: expect.stringContaining(id) },
  });
  await expect(allow('rsk_999999999')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(allow('int_1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const hours of [0, 721, 1.5])
    await expect(allow(decision?.id, hours)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('whom a person blocked is blocked by rules that do not speak of it, and again judged by them alone afterwards', async () => {
  const claim = process();
  const user = freshSubject();
  await activateRiskRules(
    asking.deps,
    ada,
    (await propose([{ ...MANY, at_least: 50, why: freshSubject() }])).version,
  );
  const entry = await addToBlocklist(asking.deps, ada, { kind: 'user', value: user, reason: 'Stolen cards' });
  expect(await outcomes(claim, user, 1)).toEqual(['blocked']);
  await removeFromBlocklist(asking.deps, ada, entry.id);
  expect(await outcomes(claim, user, 1)).toEqual(['created']);
});
