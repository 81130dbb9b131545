import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { jsonCredits } from '../kernel/credits';
import { kindOf } from '../kernel/ids';
import { AMOUNT_MINOR_MAX, isKnownCurrency, type Money } from '../kernel/money';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { DESCRIPTORS } from '../providers/descriptors';
import { refusalUnder } from '../providers/terms';
import type { Logger } from '../telemetry/logger';
import type { Catalogue, Offer } from './find';
import { checkSeen, type SeenPackage } from './seen';

export interface SavePackageInput {
  readonly id: string;
  readonly name: string;
  readonly credits: bigint;
  /** All of them, the package's own currency first; a currency that is left out is not sold in any more. */
  readonly prices: readonly { readonly currency: string; readonly amountCents: number }[];
  readonly creditsExpireAfterDays?: number | null;
  readonly active: boolean;
  /** The package as it was when this was confirmed; left out: nobody looked. */
  readonly seen?: SeenPackage | null;
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
 * Asked before a price or the credits of a package change, or a package is made, in the transaction that does it.
 * @param before null: there is no such package yet
 * @returns what has to be decided first, and whether it waits from now on
 */
export type AskFirst = (
  client: Queryable,
  before: Saved | null,
) => Promise<{ readonly approvalId: string; readonly isNew: boolean }>;

/** A package as it is saved; prices by currency, in minor units. */
export interface Saved {
  readonly name: string;
  readonly credits: bigint;
  readonly prices: Readonly<Record<string, string>>;
  readonly creditsExpireAfterDays: number | null;
  readonly active: boolean;
}

const BEFORE = `
  select p.name, p.credits, p.credits_expire_after_days as "creditsExpireAfterDays", p.active,
    (select jsonb_object_agg(currency, amount_minor::text) from prices where package_id = p.id) as prices
  from packages p where p.id = $1`;

/**
 * Makes a package or changes it.
 * @param approvedBy the second person, where one was needed
 * @returns what is on sale now; or the id of the approval that waits, and nothing has changed
 * @throws Problem INVALID_INPUT, STALE_FIGURES
 */
export async function savePackage(
  deps: SavePackageDeps,
  caller: Caller,
  input: SavePackageInput,
  { askFirst = null, approvedBy }: { readonly askFirst?: AskFirst | null; readonly approvedBy?: string } = {},
): Promise<{ offers: readonly Offer[] } | { approvalId: string }> {
  checkPackage(input);
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
  const waits = await audited(
    deps.pool,
    caller,
    async (client) => {
      // A package that is not there yet has no row to lock.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('package: ' || $1, 0))`, [id]);
      if (askFirst || input.seen) {
        const before = await savedBefore(client, id);
        checkSeen(before, input);
        if (askFirst && !isSoldAs(before, input)) return askFirst(client, before);
      }
      await client.query(SAVE, values);
      return null;
    },
    (asked) =>
      // Who asks again has asked before.
      asked && !asked.isNew
        ? null
        : {
            action: 'savePackage',
            targetId: id,
            diff: {
              ...{ name: name.trim(), credits: jsonCredits(credits), prices, creditsExpireAfterDays, active },
              ...(asked ? { approvalId: asked.approvalId } : {}),
              ...(approvedBy ? { approvedBy } : {}),
            },
          },
  );
  if (waits) return { approvalId: waits.approvalId };
  deps.log.info('package.saved', { packageId: id, credits, prices, active, actor: caller.id, approvedBy });
  deps.catalogue.refresh();
  return { offers: await deps.catalogue.all() };
}

/** What is kept of a package now. */
export async function savedBefore(client: Queryable, id: string): Promise<Saved | null> {
  const { rows } = await client.query<Row & Saved>(BEFORE, [id]);
  return rows[0] ? { ...rows[0], prices: rows[0].prices ?? {} } : null;
}

/** True when the same credits are sold at the same prices. */
export function isSoldAs(before: Saved | null, { credits, prices }: SavePackageInput): boolean {
  return (
    before !== null &&
    before.credits === credits &&
    Object.keys(before.prices).length === prices.length &&
    prices.every(({ currency, amountCents }) => before.prices[currency] === String(amountCents))
  );
}

/** @throws Problem INVALID_INPUT */
export function checkPackage({ id, name, credits, prices, creditsExpireAfterDays }: SavePackageInput): void {
  if (!/^[a-z0-9_-]{1,64}$/.test(id))
    throw invalidInput('A package id has 1 to 64 small letters, digits, - or _.', 'id');
  if (kindOf(id) !== null)
    throw invalidInput(`Ids that begin with ${id.split('_')[0]}_ name something else.`, 'id');
  if (name.trim().length === 0 || name.length > 255 || !isStorable(name))
    throw invalidInput('A name has 1 to 255 characters.', 'name');
  if (credits < 1n) throw invalidInput('A package has at least one credit.', 'credits');
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
    const refusal = refusalByAll({ amountMinor: BigInt(amountCents), currency });
    if (refusal !== null) throw invalidInput(refusal, 'prices');
  }
}

/** Why no provider that we know takes this price; null when one does, whether it is enabled here or not. */
function refusalByAll(price: Money): string | null {
  const { amountMinor, currency } = price;
  const terms = Object.values(DESCRIPTORS).map((descriptor) => descriptor.terms);
  const isTooLarge = amountMinor > AMOUNT_MINOR_MAX;
  if (!isTooLarge && terms.some((one) => refusalUnder(one, price) === null)) return null;
  const known = terms.flatMap((one) => one.get(currency) ?? []);
  const least = known.reduce(
    (min, { minimumMinor }) => (minimumMinor < min ? minimumMinor : min),
    AMOUNT_MINOR_MAX,
  );
  const step = known.reduce((min, { stepMinor }) => (stepMinor < min ? stepMinor : min), AMOUNT_MINOR_MAX);
  const steps = step > 1n ? `, in steps of ${step}` : '';
  return `The providers take at least ${least} minor units of ${currency}${steps}, and not more than they say.`;
}
