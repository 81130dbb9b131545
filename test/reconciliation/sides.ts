// The two sides of the books, added up: what each of them says the provider holds for us, and whose the money is that bought
// nothing. Minor units by currency; a currency in which there is nothing is left out.
import type { ProviderName } from '../../src/providers/provider';

export type Money = Readonly<Record<string, string>>;
export type Rows = (text: string, values?: unknown[]) => Promise<Record<string, any>[]>;

async function sums(rows: Rows, text: string, provider: ProviderName): Promise<Money> {
  const found = (await rows(text, [provider])).filter(({ minor }) => String(minor) !== '0');
  return Object.fromEntries(found.map(({ currency, minor }) => [currency, String(minor)]));
}

/** What the provider holds for us, by our books and by its own. */
export const clearingOf = async (rows: Rows, provider: ProviderName) => ({
  ours: await sums(
    rows,
    `select unit as currency, -sum(amount) as minor from entries where account = 'clearing_' || $1 group by 1`,
    provider,
  ),
  theirs: await sums(
    rows,
    `select upper(currency) as currency, sum(amount - fee) as minor from simulator.balance_entries
     where provider = $1 group by 1`,
    provider,
  ),
});

/** What our ledger says we owe to payers whose money bought nothing. */
export const unappliedOf = (rows: Rows, provider: ProviderName) =>
  sums(
    rows,
    `select e.unit as currency, sum(e.amount) as minor from entries e join journal j on j.id = e.journal_id
     join intents i on i.id = j.intent_id and i.provider = $1 where e.account = 'unapplied' group by 1`,
    provider,
  );

/** What the provider's objects say is still here of those payments. */
export const heldForPayersOf = (rows: Rows, provider: ProviderName) =>
  sums(
    rows,
    `select upper(o.body ->> 'currency') as currency,
       sum(coalesce(o.body ->> 'amount_captured', o.body ->> 'amount')::bigint
         - (o.body ->> 'amount_refunded')::bigint) as minor
     from simulator.objects o join intent_payments p on p.provider_payment_id = o.id and p.provider = $1
     where p.booked_as = 'unapplied' and exists (select from simulator.balance_entries where source = o.id)
     group by 1`,
    provider,
  );
