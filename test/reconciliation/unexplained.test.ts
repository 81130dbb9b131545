// Postings that balance and that nothing explains: the check of the ledger names each of them. Written by the owner of the
// tables behind the application's back, and taken away again.
import { checkLedger } from '../../src/credits/check-ledger';
import { brokenIn } from '../support/ledger';
import { useBreaks } from './breaks';
import { PLANTED, paymentIdOf } from './planted-breaks';

const stand = useBreaks();
const made = { unapplied: '', bought: '', intentId: '' };

beforeAll(async () => {
  made.unapplied = (await PLANTED['seen payment amount_mismatch']!(stand, 'stripe')).key;
  const bought = await stand.bought();
  await bought.refund(1000);
  made.bought = await paymentIdOf(stand, bought);
  made.intentId = bought.id;
  await stand.reconcile('stripe');
  await stand.rows(`select simulator.pay_out('stripe')`);
  await stand.reconcile('stripe');
});

const CLEARING = 'clearing is what payments, refunds, fees, payouts and corrections say';
const UNAPPLIED = 'unapplied is what came and bought nothing, less what went back';
const CORRECTED = 'a correction starts from what the ledger had, and ends at what the provider’s books said';

/** A posting of these lines; `corrected` adds the record that one of resolveBreak would have. */
async function post(
  kind: string,
  lines: readonly (readonly [string, number])[],
  corrected?: { key: string; booked: number; theirs: number },
): Promise<string> {
  const [row] = await stand.rows(
    `with posted as (
       insert into journal (kind, reference, user_id, actor, epoch)
       select $1, 'planted:' || $1, 'system', 'fin_1', epoch from gateway returning id
     ), written as (
       insert into entries (journal_id, line, account, unit, amount)
       select p.id, l.line, l.account, 'INR', l.amount
       from posted p cross join unnest($2::text[], $3::bigint[]) with ordinality l(account, amount, line)
     ), recorded as (
       insert into corrections (journal_id, currency, provider, subject, key, booked_minor, theirs_minor)
       select id, 'INR', 'stripe', 'payment', $4::text, $5::bigint, $6::bigint from posted where $4::text is not null)
     select id::text from posted`,
    [
      kind,
      lines.map(([account]) => account),
      lines.map(([, amount]) => amount),
      ...[corrected?.key ?? null, corrected?.booked ?? null, corrected?.theirs ?? null],
    ],
  );
  return row?.id as string;
}

it.each<[string, string[], () => Promise<string>]>([
  [
    'the difference between the price and what came, posted as a correction',
    [CLEARING],
    () =>
      post('correction', [
        ['clearing_stripe', 1],
        ['adjustments', -1],
      ]),
  ],
  [
    'the same with a record that starts from the price',
    [CORRECTED],
    () =>
      post(
        'correction',
        [
          ['clearing_stripe', 1],
          ['adjustments', -1],
        ],
        {
          ...{ key: made.unapplied, booked: 5000, theirs: 4999 },
        },
      ),
  ],
  [
    'a correction of something that the ledger never had',
    [CORRECTED],
    () =>
      post(
        'correction',
        [
          ['clearing_stripe', 700],
          ['adjustments', -700],
        ],
        {
          ...{ key: 'ch_nobody', booked: 700, theirs: 0 },
        },
      ),
  ],
  [
    'money of a payer that was made income',
    [UNAPPLIED],
    () =>
      post('correction', [
        ['unapplied', -4999],
        ['adjustments', 4999],
      ]),
  ],
  [
    'the same under the payment’s own name',
    [UNAPPLIED],
    () =>
      post(
        'correction',
        [
          ['unapplied', -4999],
          ['adjustments', 4999],
        ],
        {
          ...{ key: made.unapplied, booked: 4999, theirs: 4999 },
        },
      ),
  ],
  [
    'a fee of no line',
    [CLEARING],
    () =>
      post('fee', [
        ['clearing_stripe', 30],
        ['fees', -30],
      ]),
  ],
  [
    'a payout that nobody made',
    [CLEARING],
    () =>
      post('payout', [
        ['clearing_stripe', 30],
        ['bank', -30],
      ]),
  ],
  [
    'a refund of nothing',
    [CLEARING],
    () =>
      post('refund', [
        ['clearing_stripe', 30],
        ['refunds', -30],
      ]),
  ],
])('%s', async (_, rules, plant) => {
  expect(await brokenIn(stand.database.url)).toEqual([]);
  const id = await plant();
  const broken = await brokenIn(stand.database.url);
  const { ok, problems } = await checkLedger(stand.app.deps.pool, async () => undefined);
  for (const table of ['corrections', 'entries', 'seals'])
    await stand.rows(`delete from ${table} where journal_id = $1`, [id]);
  await stand.rows('delete from journal where id = $1', [id]);

  expect([...new Set(broken.map(({ invariant }) => invariant))]).toEqual(rules);
  expect(ok).toBe(false);
  expect(problems.join()).toContain(rules[0]);
});

it.each([
  [
    'a payment of another currency',
    'intent_payments',
    `currency = 'USD'`,
    `currency = 'INR'`,
    () => made.bought,
  ],
  [
    'a payment of another amount',
    'intent_payments',
    'amount_minor = 4998',
    'amount_minor = 4999',
    () => made.unapplied,
  ],
  [
    'money that is said to be back',
    'intent_payments',
    'amount_written_off_minor = 1',
    'amount_written_off_minor = 0',
    () => made.unapplied,
  ],
])('%s than the ledger has is named', async (_, table, change, repair, key) => {
  await stand.rows(`update ${table} set ${change} where provider_payment_id = $1`, [key()]);
  const broken = await brokenIn(stand.database.url);
  await stand.rows(`update ${table} set ${repair} where provider_payment_id = $1`, [key()]);
  expect(broken.map(({ subject }) => subject).join()).toContain(key());
});

it.each([
  ['a refund of another amount', 'update refunds set amount_minor = amount_minor + $1 where intent_id = $2'],
  [
    'a fee of a line that was booked as another',
    `update settlement_entries set booked_minor = booked_minor + $1 where kind = 'payment' and booked_minor > 0
       and $2::text is not null`,
  ],
  [
    'a payout that was booked as another',
    `update settlement_entries set booked_minor = booked_minor + $1 where kind = 'payout' and $2::text is not null`,
  ],
])('%s is named', async (_, change) => {
  await stand.rows(change, [1, made.intentId]);
  const broken = await brokenIn(stand.database.url);
  await stand.rows(change, [-1, made.intentId]);
  expect(broken.map(({ invariant }) => invariant)).toContain(CLEARING);
});
