import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { AMOUNT_MINOR_MAX, currencyRule, isKnownCurrency } from '../kernel/money';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import type { Catalogue, Offer } from './find';

export interface SavePackageInput {
  readonly id: string;
  readonly name: string;
  readonly credits: number;
  /** All of them, the package's own currency first; a currency that is left out is not sold in any more. */
  readonly prices: readonly { readonly currency: string; readonly amountCents: number }[];
  readonly creditsExpireAfterDays?: number | null;
  readonly active: boolean;
}

export interface SavePackageDeps {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly log: Logger;
}

// What was bought keeps its name, credits and price on the intent, so that a change here touches no purchase.
const SAVE = `
  with saved as (
    insert into packages (id, name, credits, currency, credits_expire_after_days, active)
    values ($1, $2, $3, ($4::text[])[1], $6, $7)
    on conflict (id) do update set name = excluded.name, credits = excluded.credits, currency = excluded.currency,
      credits_expire_after_days = excluded.credits_expire_after_days, active = excluded.active
    returning id
  ), dropped as (
    delete from prices p using saved s where p.package_id = s.id and p.currency <> all ($4)
  )
  insert into prices (package_id, currency, amount_minor)
  select s.id, p.currency, p.amount_minor from saved s, unnest($4::text[], $5::bigint[]) p(currency, amount_minor)
  on conflict (package_id, currency) do update set amount_minor = excluded.amount_minor`;

/**
 * Makes a package or changes it.
 * @throws Problem INVALID_INPUT
 */
export async function savePackage(
  deps: SavePackageDeps,
  caller: Caller,
  input: SavePackageInput,
): Promise<readonly Offer[]> {
  check(input);
  const { id, name, credits, prices, creditsExpireAfterDays, active } = input;
  const values = [
    id,
    name.trim(),
    credits,
    prices.map((price) => price.currency),
    prices.map((price) => price.amountCents),
    creditsExpireAfterDays ?? null,
    active,
  ];
  await audited(
    deps.pool,
    caller,
    (client) => client.query(SAVE, values),
    () => ({
      action: 'savePackage',
      targetId: id,
      diff: { name: name.trim(), credits, prices, creditsExpireAfterDays, active },
    }),
  );
  deps.log.info('package.saved', { packageId: id, credits, prices, active, actor: caller.id });
  deps.catalogue.refresh();
  return deps.catalogue.all();
}

function check({ id, name, credits, prices, creditsExpireAfterDays }: SavePackageInput): void {
  if (!/^[a-z0-9_-]{1,64}$/.test(id))
    throw invalidInput('A package id has 1 to 64 small letters, digits, - or _.', 'id');
  if (name.trim().length === 0 || name.length > 255 || !isStorable(name))
    throw invalidInput('A name has 1 to 255 characters.', 'name');
  if (credits < 1) throw invalidInput('A package has at least one credit.', 'credits');
  if (creditsExpireAfterDays !== null && creditsExpireAfterDays !== undefined && creditsExpireAfterDays < 1)
    throw invalidInput(
      'Credits last at least one day, or for ever when this is left out.',
      'creditsExpireAfterDays',
    );
  if (prices.length === 0) throw invalidInput('A package has at least one price.', 'prices');
  if (new Set(prices.map((price) => price.currency)).size < prices.length)
    throw invalidInput('A currency has one price.', 'prices');
  for (const { currency, amountCents } of prices) {
    if (!isKnownCurrency(currency)) throw invalidInput(`${currency} is not sold in.`, 'prices');
    const { stripe, razorpay } = currencyRule(currency).minimumMinor;
    const least = stripe < razorpay ? stripe : razorpay;
    if (BigInt(amountCents) < least || BigInt(amountCents) > AMOUNT_MINOR_MAX)
      throw invalidInput(`The providers take at least ${least} minor units of ${currency}.`, 'prices');
  }
}
