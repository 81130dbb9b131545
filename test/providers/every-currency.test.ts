// Every currency that a provider takes is sold, at the least amount that it takes of it, and goes back whole.
import { descriptorOf, PROVIDER_NAMES } from '../../src/providers/descriptors';
import { useRefundStand } from '../refunds/stand';

const stand = useRefundStand();
// The calls of one are in sets with those of others; more at once do not make it faster.
const AT_ONCE = 8;

test.each(PROVIDER_NAMES)('all that %s takes', async (provider) => {
  const terms = [...descriptorOf(provider).terms].filter(([currency]) => currency !== 'INR');
  await stand.rows(
    `insert into prices (package_id, currency, amount_minor) select 'small', * from unnest($1::text[], $2::bigint[])
     on conflict (package_id, currency) do update set amount_minor = excluded.amount_minor`,
    [terms.map(([currency]) => currency), terms.map(([, { minimumMinor }]) => minimumMinor)],
  );
  stand.app.deps.catalogue.refresh();

  for (let at = 0; at < terms.length; at += AT_ONCE) {
    const sold = await Promise.all(
      terms.slice(at, at + AT_ONCE).map(async ([currency, { minimumMinor }]) => ({
        paid: await stand.bought({ provider, currency }),
        line: `clearing_${provider} ${currency} -${minimumMinor}`,
      })),
    );
    for (const { paid, line } of sold) {
      expect(await paid.posted('receipt')).toContain(line);
      expect((await paid.wallet()).balance).toBe(50);
    }
    const back = await Promise.all(sold.map(({ paid }) => paid.refund(null)));
    expect(back.map(({ refund }) => refund.status)).toEqual(sold.map(() => 'succeeded'));
    for (const { paid } of sold) expect((await paid.wallet()).balance).toBe(0);
  }
});
