// Lines of the provider's books that somebody broke with the owner's rights, as far as PostgreSQL lets them be broken: a run reads
// them anew, judges all others, and what stays broken is a break that a person sees.
import { useBreaks } from '../reconciliation/breaks';
import { PLANTED } from '../reconciliation/planted-breaks';

const stand = useBreaks();

const END_OF_BIGINT = '9223372036854775807';
/** What is written over a line. */
const BROKEN: readonly [string, string][] = [
  [
    'of an amount at the end of what a number holds',
    `amount_minor = ${END_OF_BIGINT}, net_minor = ${END_OF_BIGINT} - fee_minor`,
  ],
  [
    'of a fee far below zero',
    'fee_minor = -9223372036854775000, net_minor = 0, amount_minor = -9223372036854775000',
  ],
  ['in a currency that is none', `currency = '§§§'`],
  ['without a currency', `currency = ''`],
  ['of a kind that is none', `kind = 'nonsense'`],
  ['of a time without end', `created_at = 'infinity'`],
  ['of a run that is gone', `run_id = 'run_gone'`],
  ['that names itself as its payout', 'payout_id = entry_id'],
];

it.each(BROKEN)('A line %s keeps no other from being judged, and has its money again', async (_, broken) => {
  const bought = await stand.bought({ provider: 'stripe' });
  await stand.reconcile('stripe');
  const line = (columns: string) =>
    stand.rows(
      `select ${columns} from settlement_entries where key in (select id from simulator.objects where root_id = $1)`,
      [bought.providerIntentId],
    );
  const money = 'entry_id, amount_minor, fee_minor, net_minor, currency';
  const [before] = await line(money);
  await stand.rows(`update settlement_entries set ${broken} where entry_id = $1`, [before?.entry_id]);
  const other = await PLANTED['books payment unknown_payment']?.(stand, 'stripe');

  expect((await stand.reconcile('stripe')).status).toBe('succeeded');

  await stand.breakOf('stripe', other?.key ?? '', 'payment', 'unknown_payment', 'books');
  expect(await line(money)).toEqual([before]);
});

it('A payout that names another amount than it had is read anew, and the others are booked', async () => {
  await stand.bought({ provider: 'stripe' });
  const [first] = await stand.rows(`select simulator.pay_out('stripe') as id`);
  await stand.reconcile('stripe');
  await stand.rows(
    `update listed_payouts set amount_minor = ${END_OF_BIGINT}, currency = '' where payout_id = $1`,
    [first?.id],
  );
  await stand.rows(
    `update settlement_entries set net_minor = ${END_OF_BIGINT}, amount_minor = ${END_OF_BIGINT}, fee_minor = 0
     where payout_id = $1 and kind = 'payout'`,
    [first?.id],
  );
  await stand.bought({ provider: 'stripe' });
  const [second] = await stand.rows(`select simulator.pay_out('stripe') as id`);

  expect((await stand.reconcile('stripe')).status).toBe('succeeded');

  const booked = await stand.rows(
    `select reference from journal where kind = 'payout' and reference = any($1)`,
    [[`stripe:${first?.id}`, `stripe:${second?.id}`]],
  );
  expect(booked).toHaveLength(2);
});
