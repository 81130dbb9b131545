// A payer who wants to get past a block, or to spoil it for another, by all that a payer and a back end can say.

import { emailDomainOf } from '../../src/kernel/text';
import { addressOf } from '../../src/risk/payer';
import { type GatewayProcess, startGateway } from '../support/gateway';
import { useRisk } from './stand';
import { freshSubject } from './subjects';

const risk = useRisk();
let gateway: GatewayProcess;
let keys = 0;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: risk.database.url, RISK: 'act' });
});
afterAll(() => gateway.stop());

/** What a caller hears: the id of the purchase, or the code of the refusal. */
async function buy(role: 'user' | 'service', caller: string, input: object): Promise<string> {
  const client = await gateway.as(caller, role);
  const { intent, errors } = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: `key-${++keys}`, ...input },
    'intent { id }',
  );
  return intent ? 'made' : errors[0].code;
}
const ofShop = (userId: string, more: object = {}) => buy('service', 'shop', { userId, ...more });

describe('Who is stopped stays stopped', () => {
  it('under another key or none, at the other provider, for another package or currency, and where a back end buys', async () => {
    await risk.useRules({ signal: 'user_purchases_1h', at_least: 2, decision: 'block' });
    const mia = freshSubject();
    expect(await buy('user', mia, {})).toBe('made');
    const tries = [
      buy('user', mia, {}),
      buy('user', mia, { idempotencyKey: null, packageId: 'medium' }),
      buy('user', mia, { provider: 'razorpay' }),
      buy('user', mia, { packageId: 'large' }),
      buy('user', mia, { currency: 'USD' }),
      buy('user', mia, { fingerprintId: freshSubject() }),
      ofShop(mia),
      ofShop(mia, {
        fingerprintId: freshSubject(),
        payer: { ipAddress: '198.51.100.1', email: 'a@b.example' },
      }),
    ];
    expect(new Set(await Promise.all(tries))).toEqual(new Set(['RISK_BLOCKED']));
  });

  it('however the address is written, and wherever in its network', async () => {
    await risk.useRules({ signal: 'address_purchases_1h', at_least: 2, decision: 'block' });
    const from = (ipAddress: string) => ofShop(freshSubject(), { payer: { ipAddress } });
    expect(await from('203.0.113.7')).toBe('made');
    for (const written of [
      '203.0.113.7',
      '203.0.113.200',
      '::ffff:203.0.113.9',
      '::FFFF:cb00:7109',
      '0:0:0:0:0:ffff:203.0.113.9',
      '0000:0000:0000:0000:0000:ffff:cb00:7109',
      '::ffff:203.0.113.0/120',
      '203.0.113.0/24',
    ])
      expect([written, await from(written)]).toEqual([written, 'RISK_BLOCKED']);
    expect(await from('2001:db8:7:1::1')).toBe('made');
    for (const written of [
      '2001:DB8:7:2::9',
      '2001:0db8:0007:ffff:1:2:3:4',
      '2001:db8:7::/64',
      '2001:db8:7::1',
    ])
      expect([written, await from(written)]).toEqual([written, 'RISK_BLOCKED']);
    // Others, who were not seen: also those whose address is written as IPv6.
    for (const written of ['203.0.114.7', '::ffff:203.0.115.7', '2001:db8:8::1'])
      expect([written, await from(written)]).toEqual([written, 'made']);
  });

  it('however the address, the domain and the country are written that are on the blocklist', async () => {
    await risk.useRules();
    const admin = await gateway.as('adm_1', 'admin');
    for (const [kind, value] of [
      ['address', '192.0.2.0/24'],
      ['email_domain', 'bücher.example'],
      ['email_domain', 'thief.example'],
      ['country', 'ru'],
    ])
      expect(
        (
          await admin.mutate(
            'addToBlocklist',
            { kind, value, reason: 'seen' },
            'entry { value }',
            'BlocklistInput',
          )
        ).errors,
      ).toEqual([]);
    for (const payer of [
      { ipAddress: '::ffff:192.0.2.1' },
      { ipAddress: '::ffff:c000:201' },
      { email: 'a@THIEF.example' },
      { email: 'a@thief.example.' },
      { email: '"a@b"@Thief.Example ' },
      { email: 'a@bücher.example' },
      { email: 'a@BÜCHER.example' },
      { email: 'a@xn--bcher-kva.example' },
      { country: 'RU' },
      { country: 'ru' },
    ])
      expect([payer, await ofShop(freshSubject(), { payer })]).toEqual([payer, 'RISK_BLOCKED']);
    expect(
      await ofShop(freshSubject(), { payer: { email: 'a@honest.example', ipAddress: '::ffff:192.0.3.1' } }),
    ).toBe('made');
  });

  it('by a token of another kind, which buys for nobody else', async () => {
    await risk.useRules({ signal: 'user_purchases_1h', at_least: 2, decision: 'block' });
    const [mia, kim] = [freshSubject(), freshSubject()];
    expect(await buy('user', mia, {})).toBe('made');
    // Another's name, a payer of one's own making: only a back end says either.
    expect(await buy('user', mia, { userId: kim })).toBe('INVALID_INPUT');
    expect(await buy('user', mia, { payer: { ipAddress: '198.51.100.9' } })).toBe('INVALID_INPUT');
    for (const role of ['support', 'finance', 'admin'])
      expect(await buy(role as 'user', mia, {})).toBe('RISK_BLOCKED');
  });
});

it('Who is stopped hears the same, whatever stopped it, and nothing but the number differs', async () => {
  const device = freshSubject();
  const admin = await gateway.as('adm_1', 'admin');
  const listed = freshSubject();
  await risk.useRules();
  await ofShop(freshSubject(), { fingerprintId: device });
  await admin.mutate(
    'addToBlocklist',
    { kind: 'user', value: listed, reason: 'A thief' },
    'entry { value }',
    'BlocklistInput',
  );
  const heard: unknown[] = [];
  const numbers: string[] = [];
  for (const [rule, input] of [
    [{ signal: 'is_first_purchase', at_least: 1, weight: 100 }, {}],
    [{ signal: 'device_users_1d', at_least: 2, decision: 'block' }, { fingerprintId: device }],
    [{ signal: 'address_purchases_1h', at_least: 1, weight: 80 }, { payer: { ipAddress: '198.51.99.1' } }],
    [{ signal: 'user_disputes', at_least: 1, decision: 'block' }, { userId: listed }],
  ] as const) {
    await risk.useRules(rule);
    const { data, extensions } = (await (
      await gateway.as('shop', 'service')
    ).query(
      `mutation ($input: CreateIntentInput!) { createIntent(input: $input) { intent { id } replayed
         errors { __typename code message path ... on RiskBlockedError { decisionId reviewId } } } }`,
      {
        input: {
          userId: freshSubject(),
          packageId: 'small',
          provider: 'stripe',
          idempotencyKey: `key-${++keys}`,
          ...input,
        },
      },
    )) as { data: any; extensions?: unknown };
    const [{ decisionId }] = data.createIntent.errors;
    numbers.push(decisionId);
    heard.push(JSON.parse(JSON.stringify({ data, extensions }).replaceAll(decisionId, 'rsk_')));
  }
  expect(heard).toEqual(heard.map(() => heard[0]));
  expect(heard[0]).toMatchObject({
    data: { createIntent: { errors: [{ code: 'RISK_BLOCKED', reviewId: null }] } },
  });
  expect(new Set(numbers).size).toBe(numbers.length);
});

describe('Who wants to spoil it for others', () => {
  it('counts for nobody else where only the user is the same by its first letters or by its case', async () => {
    await risk.useRules({ signal: 'user_purchases_1h', at_least: 2, decision: 'block' });
    const victim = freshSubject();
    for (const other of [`${victim}x`, victim.toUpperCase(), `user:${victim}`, ` ${victim}`])
      expect(await ofShop(other)).toBe('made');
    expect(await ofShop(victim)).toBe('made');
  });

  it('counts nothing of a device or a card under another name of what is counted', async () => {
    await risk.useRules(
      { signal: 'user_purchases_1h', at_least: 2, decision: 'block' },
      { signal: 'address_purchases_1h', at_least: 2, decision: 'block' },
    );
    const victim = freshSubject();
    for (const fingerprintId of [`user:${victim}`, victim, '198.51.77.0/24', 'address:198.51.77.0/24'])
      expect(await ofShop(freshSubject(), { fingerprintId })).toBe('made');
    expect(await ofShop(victim, { payer: { ipAddress: '198.51.77.1' } })).toBe('made');
  });

  it('does not count what was stopped, so that knocking at a closed door keeps nobody else out', async () => {
    await risk.useRules(
      { signal: 'user_purchases_1h', at_least: 2, decision: 'block' },
      { signal: 'device_purchases_1h', at_least: 4, decision: 'block' },
    );
    const [attacker, shared] = [freshSubject(), freshSubject()];
    const tries: string[] = [];
    for (let nth = 0; nth < 20; nth++) tries.push(await buy('user', attacker, { fingerprintId: shared }));
    expect(tries.filter((told) => told === 'made')).toHaveLength(1);
    expect(await buy('user', freshSubject(), { fingerprintId: shared })).toBe('made');
  });
});

it('reads addresses and domains in one spelling, and nothing from what is none', () => {
  expect(
    [
      '::ffff:192.0.2.1',
      '::ffff:192.0.2.0/100',
      '::ffff:192.0.2.0/24',
      '::192.0.2.1',
      '64:ff9b::192.0.2.1',
    ].map(addressOf),
  ).toEqual(['192.0.2.1', '192.0.2.0/4', null, '::192.0.2.1', '64:ff9b::192.0.2.1']);
  expect(
    ['192.0.2.1/33', 'fe80::1%eth0', '1.2.3', '', '::ffff:1.2.3', '::ffff:0:192.0.2.1'].map(addressOf),
  ).toEqual([null, 'fe80::1', null, null, null, '::ffff:0:192.0.2.1']);
  expect(
    [
      'a@b@C.example.',
      'a',
      'a@',
      'a@x y',
      'a@evil.example/good.example',
      'a@[192.0.2.1]',
      'a@a_b.example',
    ].map(emailDomainOf),
  ).toEqual(['c.example', null, null, null, null, null, 'a_b.example']);
});
