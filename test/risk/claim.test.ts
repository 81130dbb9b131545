// What risk decides before a purchase is made: counted, judged and written down by the call that makes it.
import { randomUUID } from 'node:crypto';
import { type Claim, createClaim } from '../../src/intents/claim';
import { newId } from '../../src/kernel/ids';
import { UNKNOWN_PAYER } from '../../src/risk/payer';
import { useDatabase } from '../support/pools';

const database = useDatabase();

const claimOf = (userId: string, more: Partial<Claim> = {}): Claim => {
  const id = newId('intent');
  return {
    ...{
      id,
      userId,
      key: randomUUID(),
      inputHash: 'hash',
      packageId: 'small',
      provider: 'stripe',
      currency: 'INR',
    },
    ...{
      amountMinor: 5000n,
      credits: 50n,
      createdBy: userId,
      fingerprintId: null,
      returnUrl: null,
      leaseToken: 'test',
    },
    ...{
      reference: null,
      metadata: null,
      challenge: null,
      isCheapest: true,
      hasPassed: false,
      payer: UNKNOWN_PAYER,
    },
    request: { ourIntentId: id, amountMinor: '5000', currency: 'INR', description: 'Small', metadata: {} },
    ...more,
  };
};

const claims = (risk: 'act' | 'observe' | 'off' = 'act', hasCaptcha = false) =>
  createClaim({ pool: database.pool(), mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60, risk, hasCaptcha });

const rows = async (text: string, values: unknown[] = []) => (await database.pool().query(text, values)).rows;

interface Rule {
  readonly [name: string]: unknown;
}

/** Makes these the rules that act. */
async function useRules(...rules: Rule[]): Promise<void> {
  await rows(`update risk_rules set state = 'retired' where state = 'active'`);
  await rows(`select add_rules($1, 'active', 'test', null)`, [
    JSON.stringify({
      thresholds: { challenge: 40, review: 60, block: 80 },
      rules: rules.map((rule, at) => ({ code: `rule_${at}`, weight: 10, ...rule })),
    }),
  ]);
}

const times = (count: number) => Array.from({ length: count }, (_, at) => at);

it('lets pass what no rule speaks against, counts it, and writes the decision down', async () => {
  await useRules();
  const claimed = await claims()(
    claimOf('ada', { fingerprintId: 'phone', payer: { ...UNKNOWN_PAYER, address: '192.0.2.7' } }),
  );

  expect(claimed).toMatchObject({ outcome: 'created', intent: { riskScore: 0, riskDecision: 'allow' } });
  expect(
    await rows(`select subject, attempts_n, cardinality(users) as users from risk_counters order by subject`),
  ).toEqual([
    { subject: 'address:192.0.2.0/24', attempts_n: ['0', '1'], users: 1 },
    { subject: 'amount:INR:5000', attempts_n: ['0', '1'], users: null },
    { subject: 'device:phone', attempts_n: ['0', '1'], users: 1 },
    { subject: 'user:ada', attempts_n: ['0', '1'], users: null },
  ]);
  expect(
    await rows(`select intent_id, stage, score, decision, told, device, address from risk_decisions`),
  ).toEqual([
    {
      ...{
        stage: 'claim',
        score: 0,
        decision: 'allow',
        told: 'none',
        device: 'phone',
        address: '192.0.2.0/24',
      },
      intent_id: 'intent' in claimed ? claimed.intent.id : '',
    },
  ]);
});

it('takes ten purchases of a user whose limit is ten, in one set, and no eleventh', async () => {
  await useRules({ signal: 'user_purchases_10m', at_least: 11, decision: 'block' });
  const claim = claims();
  const claimed = await Promise.all(times(200).map(() => claim(claimOf('bob'))));

  expect(claimed.filter(({ outcome }) => outcome === 'created')).toHaveLength(10);
  expect(claimed.filter(({ outcome }) => outcome === 'blocked')).toHaveLength(190);
  const [counter] = await rows(
    `select attempts_n[cardinality(attempts_n)] as n from risk_counters where subject = 'user:bob'`,
  );
  expect(counter.n).toBe(10n);
});

it('counts a repeat of a key once, and judges it once', async () => {
  await useRules({ signal: 'user_purchases_10m', at_least: 2, decision: 'block' });
  const claim = claims();
  const twin = claimOf('cyd');
  const claimed = await Promise.all(times(6).map(() => claim({ ...twin, id: newId('intent') })));

  expect(claimed.map(({ outcome }) => outcome).sort()).toEqual(['created', ...times(5).map(() => 'exists')]);
  expect((await claim({ ...twin, id: newId('intent') })).outcome).toBe('exists');
  expect((await claim(claimOf('cyd'))).outcome).toBe('blocked');
  expect((await rows(`select count(*)::integer as n from risk_decisions where user_id = 'cyd'`))[0].n).toBe(
    2,
  );
});

it('tells each repeat of a key that is blocked the same, and judges it anew when it comes again', async () => {
  await useRules({ signal: 'user_purchases_10m', at_least: 1, decision: 'block' });
  const claim = claims();
  const twin = claimOf('dan');
  const claimed = await Promise.all(times(6).map(() => claim({ ...twin, id: newId('intent') })));

  expect(new Set(claimed.map(({ outcome }) => outcome))).toEqual(new Set(['blocked']));
  await useRules();
  expect((await claim(twin)).outcome).toBe('created');
});

it('says what would be blocked, and blocks nothing, where it only observes', async () => {
  await useRules({ signal: 'user_purchases_10m', at_least: 1, decision: 'block' });
  const claimed = await claims('observe')(claimOf('eve'));

  expect(claimed).toMatchObject({ outcome: 'created', intent: { riskDecision: 'block' } });
  expect(await rows(`select decision, told from risk_decisions where user_id = 'eve'`)).toEqual([
    { decision: 'block', told: 'observed' },
  ]);
});

it('counts and judges nothing where it is off', async () => {
  await useRules({ signal: 'user_purchases_10m', at_least: 1, decision: 'block' });
  const claimed = await claims('off')(claimOf('fay'));

  expect(claimed).toMatchObject({ outcome: 'created', intent: { riskScore: null, riskDecision: null } });
  expect(await rows(`select 1 from risk_decisions where user_id = 'fay'`)).toEqual([]);
  expect(await rows(`select 1 from risk_counters where subject = 'user:fay'`)).toEqual([]);
});

it('asks the provider to have the payer prove who it is, where the provider can; else a captcha; else the credits will wait', async () => {
  await useRules({ signal: 'user_purchases_10m', at_least: 1, decision: 'challenge' });
  const challenge = { forceAuthentication: true } as const;
  const told = (userId: string) =>
    rows(`select told from risk_decisions where user_id = $1 order by id`, [userId]);

  expect(await claims()(claimOf('gus', { challenge }))).toMatchObject({
    outcome: 'created',
    intent: { riskDecision: 'challenge', request: { forceAuthentication: true } },
  });
  expect(await told('gus')).toEqual([{ told: 'challenge' }]);
  expect((await claims('act', true)(claimOf('hal'))).outcome).toBe('challenge');
  expect((await claims('act', true)(claimOf('hal', { hasPassed: true }))).outcome).toBe('created');
  expect(await told('hal')).toEqual([{ told: 'captcha' }, { told: 'captcha' }]);
  expect((await claims()(claimOf('ida'))).outcome).toBe('created');
  expect(await told('ida')).toEqual([{ told: 'frozen' }]);
});

it('judges by a shadow beside the rules that act, and lets it act on nothing', async () => {
  await useRules();
  await rows(`select add_rules($1, 'shadow', 'test', null)`, [
    JSON.stringify({
      thresholds: { challenge: 40, review: 60, block: 80 },
      rules: [{ code: 'all', signal: 'user_purchases_10m', at_least: 1, weight: 90 }],
    }),
  ]);
  const claimed = await claims()(claimOf('jon'));

  expect(claimed).toMatchObject({ outcome: 'created', intent: { riskDecision: 'allow' } });
  expect(
    await rows(`select decision, shadow_score, shadow_decision from risk_decisions where user_id = 'jon'`),
  ).toEqual([{ decision: 'allow', shadow_score: 90, shadow_decision: 'block' }]);
});
