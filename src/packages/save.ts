import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { kindOf } from '../kernel/ids';
import { AMOUNT_MINOR_MAX, isKnownCurrency, type Money } from '../kernel/money';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { DESCRIPTORS } from '../providers/descriptors';
import { refusalUnder } from '../providers/terms';
import type { Logger } from '../telemetry/logger';
import type { Catalogue, Offer } from './find';
import { checkSeen, type SeenPackage } from './seen';
import { refuseWhileUpgrading } from './upgrading';

export interface SavePackageInput {
  readonly id: string;
  readonly name: string;
  readonly credits: bigint;
  /** All of them, the package's own currency first; a currency that is left out is not sold in any more. */
  readonly prices: readonly { readonly currency: string; readonly amountCents: number }[];
  readonly creditsExpireAfterDays?: number | null;
  /** Given beside those that are paid for; left out: none. */
  readonly bonusCredits?: bigint | null;
  readonly bonusExpireAfterDays?: number | null;
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
    insert into packages (id, name, credits, currency, credits_expire_after_days, active, bonus_credits, bonus_expire_after_days)
    values ($1, $2, $3, ($4::text[])[1], $6, $7, $8, $9)
    on conflict (id) do update set name = excluded.name, credits = excluded.credits, currency = excluded.currency,
      credits_expire_after_days = excluded.credits_expire_after_days, active = excluded.active,
      bonus_credits = excluded.bonus_credits, bonus_expire_after_days = excluded.bonus_expire_after_days
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
  /** Absent in what was asked for before there were any. */
  readonly bonusCredits?: bigint | null;
  readonly bonusExpireAfterDays?: number | null;
  readonly active: boolean;
}

const BEFORE = `
  select p.name, p.credits, p.credits_expire_after_days as "creditsExpireAfterDays", p.active,
    p.bonus_credits as "bonusCredits", p.bonus_expire_after_days as "bonusExpireAfterDays",
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
  const { bonusCredits = null, bonusExpireAfterDays = null } = input;
  if (bonusCredits !== null) await refuseWhileUpgrading(deps.pool);
  const values = [
    id,
    name.trim(),
    credits,
    prices.map((price) => price.currency),
    prices.map((price) => price.amountCents),
    creditsExpireAfterDays ?? null,
    active,
    bonusCredits,
    bonusExpireAfterDays,
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
              ...(bonusCredits === null
                ? {}
                : { bonusCredits: jsonCredits(bonusCredits), bonusExpireAfterDays }),
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

/** True when the same credits, with the same bonus, are sold at the same prices. */
export function isSoldAs(
  before: Saved | null,
  { credits, prices, bonusCredits = null }: SavePackageInput,
): boolean {
  return (
    before !== null &&
    before.credits === credits &&
    (before.bonusCredits ?? null) === bonusCredits &&
    Object.keys(before.prices).length === prices.length &&
    prices.every(({ currency, amountCents }) => before.prices[currency] === String(amountCents))
  );
}

/** @throws Problem INVALID_INPUT */
export function checkPackage(input: SavePackageInput): void {
  const { id, name, credits, prices, creditsExpireAfterDays } = input;
  checkBonus(input);
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

// As long as the tables take: ten years.
const BONUS_DAYS_MAX = 3_650;

/** @throws Problem INVALID_INPUT */
function checkBonus({ bonusCredits, bonusExpireAfterDays }: SavePackageInput): void {
  if (bonusCredits != null && (bonusCredits < 1n || bonusCredits > CREDITS_MAX))
    throw invalidInput(`A bonus has 1 to ${CREDITS_MAX} credits, or is left out.`, 'bonusCredits');
  if (bonusExpireAfterDays == null) return;
  if (bonusCredits == null)
    throw invalidInput('There is no bonus that could expire.', 'bonusExpireAfterDays');
  if (bonusExpireAfterDays < 1 || bonusExpireAfterDays > BONUS_DAYS_MAX)
    throw invalidInput(
      `A bonus lasts 1 to ${BONUS_DAYS_MAX} days, or for ever when this is left out.`,
      'bonusExpireAfterDays',
    );
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
