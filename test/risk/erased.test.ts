// What is left of an erased user in the tables of risk. Which tables and columns there are is read from the catalogue: one that is
// added and keeps something of who a user is fails here.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { eraseUser } from '../../src/deliveries/erase-user';
import { createClaim } from '../../src/intents/claim';
import { decideRiskReview } from '../../src/reviews/decide-risk-review';
import { addToAllowlist } from '../../src/risk/add-to-allowlist';
import { addToBlocklist } from '../../src/risk/add-to-blocklist';
import { removeFromBlocklist } from '../../src/risk/remove-from-blocklist';
import { finance, useRefundStand } from '../refunds/stand';
import { openReview } from '../reviews/stand';
import { captured, declined, doorOn, reading, silent } from '../support/intents';
import { card, claimOf, intentOf } from './stand';

const stand = useRefundStand({ RISK: 'act' });
const pool = (): pg.Pool => stand.app.deps.pool;
const admin = { id: 'adm_1', role: 'admin' } as const;

const secretOf = (what: string) => `${what}-${randomUUID()}`;
/** Who is erased, and with whom everything is shared. */
const ada = {
  ...{ user: secretOf('ada'), device: secretOf('phone'), shared: secretOf('tablet'), card: secretOf('visa') },
  ...{ domain: `${secretOf('mail')}.example`, note: secretOf('called-us') },
};
const eve = { user: secretOf('eve'), card: secretOf('other-visa') };
const NETWORK = '198.51.100.0/24';

async function pays(
  user: string,
  device: string,
  fingerprint: string,
  address: string,
  facts = [captured(secretOf('pay'))],
) {
  const claim = createClaim({
    ...{ pool: pool(), mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60, risk: 'act', hasCaptcha: false },
  });
  const payer = { address, country: 'DE', emailDomain: ada.domain, accountCreatedAt: null };
  const intent = intentOf(await claim(claimOf(user, { fingerprintId: device, payer })));
  for (const fact of facts)
    await doorOn(pool(), 'act')(reading(intent.id, { ...fact, card: card({ fingerprint }) }));
  return { id: intent.id, userId: user };
}

/** Every column of the tables of risk in which a text is found, whatever its type. */
async function columnsWith(text: string): Promise<string[]> {
  const columns = await stand.rows(
    `select c.table_name as "table", c.column_name as "column" from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and c.table_name like 'risk\\_%' and t.table_type = 'BASE TABLE' order by 1, 2`,
  );
  expect(columns.length).toBeGreaterThan(80);
  const met: string[] = [];
  for (const { table, column } of columns) {
    const found = await stand.rows(`select 1 from ${table} where strpos("${column}"::text, $1) > 0 limit 1`, [
      text,
    ]);
    if (found.length > 0) met.push(`${table}.${column}`);
  }
  return met;
}
const hashOf = async (text: string) =>
  (await stand.rows('select hashtextextended($1, 0)::text as hash', [text]))[0]?.hash as string;

it('nothing of who a user is is left of an erased one, in any table of risk, and what is others’ stays', async () => {
  await pays(ada.user, ada.device, ada.card, '198.51.100.7', [
    declined(secretOf('pay')),
    captured(secretOf('pay')),
  ]);
  await pays(ada.user, ada.shared, ada.card, '203.0.113.7');
  const paid = await pays(ada.user, ada.device, ada.card, '198.51.100.7');
  await pays(eve.user, ada.shared, eve.card, '203.0.113.8');
  const reviewId = (await openReview(stand, paid)) ?? '';
  await decideRiskReview(stand.app.deps, finance, { id: reviewId, approve: true, note: ada.note });
  const lists = { pool: pool(), log: silent };
  const entry = { reason: ada.note };
  await addToAllowlist(lists, admin, { kind: 'user', value: ada.user, ...entry });
  const listed = await addToBlocklist(lists, admin, { kind: 'device', value: ada.device, ...entry });
  await removeFromBlocklist(lists, admin, listed.id);
  await addToBlocklist(lists, admin, { kind: 'card', value: ada.card, ...entry });
  await stand.rows(
    `insert into risk_warnings (provider, provider_id, kind, intent_id, user_id, is_actionable, at)
     values ('stripe', 'issfr_1', 'early_fraud_warning', $1, $2, true, instant())`,
    [paid.id, ada.user],
  );

  // All of it is there before, so that its absence afterwards says something.
  expect(await columnsWith(ada.user)).toEqual([
    ...[
      'risk_counters.subject',
      'risk_decisions.user_id',
      'risk_lists.value',
      'risk_reviews.user_id',
      'risk_warnings.user_id',
    ],
  ]);
  expect(await columnsWith(ada.device)).toEqual([
    'risk_counters.subject',
    'risk_decisions.device',
    'risk_lists.value',
  ]);
  expect(await columnsWith(ada.card)).toEqual([
    'risk_counters.subject',
    'risk_decisions.card',
    'risk_lists.value',
  ]);
  expect(await columnsWith(NETWORK)).toEqual(['risk_counters.subject', 'risk_decisions.address']);
  expect(await columnsWith(ada.domain)).toEqual(['risk_decisions.email_domain']);
  expect(await columnsWith(ada.note)).toEqual(['risk_lists.reason', 'risk_reviews.note']);
  expect(await columnsWith(await hashOf(ada.user))).toEqual(['risk_counters.users']);
  expect(await columnsWith(await hashOf(ada.card))).toEqual(['risk_counters.cards']);

  await eraseUser(pool(), admin, ada.user);

  // The id is a pseudonym once the product has forgotten whose it was. An entry that counts goes on to count.
  expect(await columnsWith(ada.user)).toEqual([
    ...['risk_decisions.user_id', 'risk_lists.value', 'risk_reviews.user_id', 'risk_warnings.user_id'],
  ]);
  expect(await columnsWith(ada.card)).toEqual(['risk_lists.value']);
  for (const gone of [ada.device, NETWORK, ada.note, await hashOf(ada.user), await hashOf(ada.card)])
    expect([gone, await columnsWith(gone)]).toEqual([gone, []]);
  const audited = await stand.rows('select 1 from audit_log where reason = $1', [ada.note]);
  expect(audited).toEqual([]);

  // Eve's: what is shared is counted as before, and she alone was seen with it.
  expect(await columnsWith(ada.domain)).toEqual(['risk_decisions.email_domain']);
  expect(
    await stand.rows('select distinct user_id from risk_decisions where email_domain = $1', [ada.domain]),
  ).toEqual([{ user_id: eve.user }]);
  const [tablet] = await stand.rows('select * from risk_counters where subject = $1', [
    `device:${ada.shared}`,
  ]);
  expect(tablet).toMatchObject({ users: [await hashOf(eve.user)], cards: [await hashOf(eve.card)] });
  expect(tablet?.users_at).toHaveLength(1);
  expect(tablet?.attempts_n.at(-1)).toBe('2');
  expect(await eraseUser(pool(), admin, ada.user)).toMatchObject({ deliveries: 0 });
});

it('what turned out badly with a device and a card is known of them after their user is erased', async () => {
  const [user, device, fingerprint] = [secretOf('thief'), secretOf('phone'), secretOf('stolen')];
  const paid = await pays(user, device, fingerprint, '192.0.2.7');
  await stand.rows(`select count_trouble($1, $2, 'dispute')`, [user, paid.id]);
  await eraseUser(pool(), admin, user);
  expect(
    await stand.rows(
      'select subject, troubles, users from risk_counters where troubles > 0 order by subject',
    ),
  ).toEqual([
    { subject: `card:${fingerprint}`, troubles: 1, users: null },
    { subject: `device:${device}`, troubles: 1, users: null },
  ]);
  expect(await pays(secretOf('next'), device, fingerprint, '192.0.2.7')).toBeTruthy();
});
