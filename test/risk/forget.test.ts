// What risk forgets: counters whose windows are over, and who an erased user was.
import { eraseUser } from '../../src/deliveries/erase-user';
import { createForgetCounters } from '../../src/risk/forget-counters';
import { card, claimOf, intentOf, useRisk } from './stand';

const risk = useRisk();
const subjects = async () =>
  (await risk.rows('select subject from risk_counters order by subject')).map(({ subject }) => subject);

it('forgets what was not touched for a week, and what turned out badly after half a year', async () => {
  const marked = (subject: string, days: number, disputes: number) =>
    risk.rows(
      `insert into risk_counters (subject, touched_at, disputes) values ($1, instant() - make_interval(days => $2), $3)`,
      [subject, days, disputes],
    );
  await marked('user:fresh', 6, 0);
  await marked('user:old', 8, 0);
  await marked('user:disputed', 179, 1);
  await marked('user:long-ago', 181, 1);

  expect(await createForgetCounters({ pool: risk.database.pool() })()).toBe(2);
  expect(await subjects()).toEqual(['user:disputed', 'user:fresh']);
});

it('forgets with what and from where an erased user paid, and keeps what was decided', async () => {
  await risk.useRules();
  const payer = { address: '192.0.2.7', country: 'DE', emailDomain: 'mail.example', accountCreatedAt: null };
  const intent = intentOf(await risk.claims()(claimOf('ada', { fingerprintId: 'phone', payer })));
  await risk.pay(intent, card({ fingerprint: 'visa' }));
  await eraseUser(risk.database.pool(), { id: 'adm', role: 'admin' }, 'ada');

  const none = { device: null, address: null, email_domain: null, country: null, card: null };
  expect(await risk.decisionsOf('ada')).toMatchObject([
    { stage: 'claim', decision: 'allow', ...none },
    { stage: 'settle', decision: 'allow', ...none },
  ]);
  expect(await subjects()).not.toContain('user:ada');
});
