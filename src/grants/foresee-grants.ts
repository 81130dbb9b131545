// What giving would come to, read and not written: for whoever looks at a file before it gives anything.
import type pg from 'pg';
import type { Caller } from '../callers/caller';
import { CREDITS_MAX } from '../kernel/credits';
import { notFound, Problem } from '../kernel/problems';
import type { MembershipDeps } from '../wallets/membership';
import { campaignsByKeys } from './find';
import { type GrantResult, type GrantRow, grantRow, type Refused, refusalOf } from './grant';
import type { GrantLine } from './import-file';
import type { LineOutcome } from './import-outcome';

type Needs = MembershipDeps & { readonly pool: pg.Pool };

interface Standing {
  readonly grantId: string | null;
  readonly inputHash: string | null;
  readonly balance: string;
  readonly now: Date;
}

const STANDING = `
  select g.id as "grantId", g.input_hash as "inputHash", coalesce(w.balance, 0)::text as balance, instant() as now
  from gateway s, unnest($2::text[], $3::text[]) with ordinality a(user_id, key, nth)
  left join lateral (
    select id, input_hash from credit_grants
    where campaign = $1 and key_hash = hashed_key(s.key_secret, $1, a.key) limit 1) g on true
  left join lateral (select balance from wallets where user_id = a.user_id limit 1) w on true
  order by a.nth`;

/**
 * What would become of each line if all were given now, one after the other in the order of the file; nothing is written. It holds
 * for the moment: where a budget does not reach for all, which lines it reaches is decided when they are given.
 * @throws Problem NOT_FOUND when there is no such campaign
 */
export async function foreseeGrants(
  deps: Needs,
  caller: Caller,
  campaignKey: string,
  lines: readonly GrantLine[],
): Promise<LineOutcome[]> {
  const [campaign] = await campaignsByKeys(deps, [campaignKey]);
  if (!campaign) throw notFound('The campaign', ['input', 'campaign']);
  const rows = await Promise.all(
    lines.map(({ grant }) =>
      grantRow(deps, caller, campaignKey, grant).catch((error: unknown) => {
        if (error instanceof Problem) return error;
        throw error;
      }),
    ),
  );
  const asked = rows.filter((row): row is GrantRow => !(row instanceof Problem));
  const { rows: standings } = await deps.pool.query<Standing>(STANDING, [
    campaignKey,
    asked.map(({ userId }) => userId),
    asked.map(({ key }) => key),
  ]);
  const judge = judgeOf(campaign);
  const left = standings.values();
  return lines.map(({ line, grant: { key, credits } }, nth) => {
    const row = rows[nth] as GrantRow | Problem;
    const result: GrantResult =
      row instanceof Problem
        ? { key, outcome: 'refused', grantId: null, problem: row }
        : judge(row, left.next().value as Standing);
    return { line, credits, result };
  });
}

interface Budget {
  readonly grantedCredits: bigint;
  readonly budgetCredits: bigint;
  readonly endsAt: Date | null;
}

/** Answers line after line as grant_credits of grant.sql does, which decides when it is given; the order of its cases is the same. */
function judgeOf({ grantedCredits, budgetCredits, endsAt }: Budget) {
  const given = new Map<string, { readonly grantId: string; readonly inputHash: string }>();
  const balances = new Map<string, bigint>();
  let granted = grantedCredits;

  return (row: GrantRow, { grantId, inputHash, balance, now }: Standing): GrantResult => {
    const { key, userId, credits, campaign } = row;
    const known = grantId && inputHash ? { grantId, inputHash } : given.get(key);
    const credited = (balances.get(userId) ?? BigInt(balance)) + credits;
    const refused = ((): Refused | null => {
      if (known) return known.inputHash === row.inputHash ? null : 'conflict';
      if (endsAt && endsAt <= now) return 'ended';
      if (row.expiresAt && row.expiresAt <= now) return 'expired';
      if (granted + credits > budgetCredits) return 'over_budget';
      return credited > CREDITS_MAX ? 'too_many' : null;
    })();
    if (refused) {
      const problem = refusalOf(refused, campaign, known?.grantId ?? null);
      return { key, outcome: 'refused', grantId: null, problem };
    }
    if (known) return { key, outcome: 'replayed', grantId: known.grantId };
    granted += credits;
    balances.set(userId, credited);
    given.set(key, { grantId: row.id, inputHash: row.inputHash });
    return { key, outcome: 'granted', grantId: row.id };
  };
}
