import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, hasRole } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import { invalidInput, notFound } from '../kernel/problems';
import { refuseWhileUpgrading } from '../packages/upgrading';
import type { Logger } from '../telemetry/logger';
import { campaignsByKeys } from './find';
import { codeOfText } from './look-at-code';
import { PromoCode } from './promo-code.entity';

export interface SavePromoCodeInput {
  /** Left out: one is made. */
  readonly code?: string | null;
  readonly campaign: string;
  readonly credits: bigint;
  readonly totalLimit?: number | null;
  readonly startsAt?: Date | null;
  readonly endsAt?: Date | null;
  /** Redeemed with a user's first purchase, and not otherwise. */
  readonly firstPurchaseOnly?: boolean | null;
  /** Of purchases: for these alone; left out: for any. */
  readonly packageIds?: readonly string[] | null;
}

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

// None that is read as another: no 0 O 1 I L.
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 12;
// More than a shop shows.
const PACKAGES_MAX = 100;

/**
 * Makes a code or changes it. What was redeemed by it stays.
 * @throws Problem INVALID_INPUT, NOT_FOUND, also below finance
 */
export async function savePromoCode(
  deps: Needs,
  caller: Caller,
  input: SavePromoCodeInput,
): Promise<PromoCode> {
  if (!hasRole(caller, 'finance')) throw notFound('The campaign', ['input', 'campaign']);
  const { campaign, credits, totalLimit = null, startsAt = null, endsAt = null } = input;
  const firstPurchaseOnly = input.firstPurchaseOnly ?? false;
  const packageIds = input.packageIds?.length ? [...new Set(input.packageIds)] : null;
  const code = input.code ? codeOfText(input.code) : newCode();
  if (!/^[A-Z0-9-]{10,40}$/.test(code))
    throw invalidInput('A code has 10 to 40 letters, digits or -, so that nobody guesses it.', 'code');
  if (credits < 1n || credits > CREDITS_MAX)
    throw invalidInput(`Give 1 to ${CREDITS_MAX} credits.`, 'credits');
  if (totalLimit !== null && totalLimit < 1) throw invalidInput('It is redeemed once or more.', 'totalLimit');
  if (startsAt && endsAt && startsAt >= endsAt) throw invalidInput('It ends before it begins.', 'endsAt');
  if (
    packageIds &&
    (packageIds.length > PACKAGES_MAX || packageIds.some((id) => !/^[a-z0-9_-]{1,64}$/.test(id)))
  )
    throw invalidInput(`Name 1 to ${PACKAGES_MAX} packages by their ids, or none.`, 'packageIds');
  if (firstPurchaseOnly || packageIds) await refuseWhileUpgrading(deps.pool);
  const [known] = await campaignsByKeys(deps, [campaign.replaceAll('\0', '')]);
  if (!known) throw notFound('The campaign', ['input', 'campaign']);
  const saved = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(
        `insert into promo_codes as c (code, campaign, credits, total_limit, starts_at, ends_at, created_by, created_at,
           first_purchase_only, package_ids)
         values ($1, $2, $3, $4, $5, $6, $7, instant(), $8, $9)
         on conflict (code) do update set campaign = excluded.campaign, credits = excluded.credits,
           total_limit = excluded.total_limit, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
           first_purchase_only = excluded.first_purchase_only, package_ids = excluded.package_ids
         where c.redeemed <= coalesce(excluded.total_limit, c.redeemed)
         returning ${selectList(PromoCode, 'c')}`,
        [code, known.key, credits, totalLimit, startsAt, endsAt, caller.id, firstPurchaseOnly, packageIds],
      );
      if (!rows[0] && input.code) throw invalidInput('It was redeemed more often already.', 'totalLimit');
      if (!rows[0]) throw new Fault(`The code ${code} was not saved`);
      return rowMapper(PromoCode)(rows[0]);
    },
    () => ({
      action: 'savePromoCode',
      targetId: code,
      diff: {
        campaign,
        credits: jsonCredits(credits),
        totalLimit,
        startsAt,
        endsAt,
        firstPurchaseOnly,
        packageIds,
      },
    }),
  );
  deps.log.info('promo_code.saved', { campaign, credits, actor: caller.id });
  return saved;
}

const newCode = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

// More codes than a person oversees.
const CODES_MAX = 200;

/** Of one campaign, the newest first, at most 200. */
export async function listPromoCodes(
  { pool }: { readonly pool: pg.Pool },
  campaign: string | null,
): Promise<PromoCode[]> {
  const { rows } = await pool.query<Row>(
    `select ${selectList(PromoCode, 'c')} from promo_codes c where $1::text is null or campaign = $1
     order by created_at desc, code limit ${CODES_MAX}`,
    [campaign?.replaceAll('\0', '') ?? null],
  );
  return rows.map(rowMapper(PromoCode));
}
