// Where PACKAGE_APPROVAL is on, nobody alone changes what is sold for how much.
import { type Caller, personOf } from '../callers/caller';
import type { Queryable } from '../db/transaction';
import { creditsAsNumbers } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { formatMoney } from '../kernel/money';
import { InvalidStateProblem } from '../kernel/problems';
import type { Offer } from '../packages/find';
import { isSoldAs, type Saved, type SavePackageInput, savedBefore, savePackage } from '../packages/save';
import { seenOf } from '../packages/seen';
import { APPROVAL_SECONDS, approvalRequired } from './approval';
import type { RefundDeps } from './deps';

type Needs = Pick<RefundDeps, 'approvalLimits' | 'catalogue' | 'log' | 'pool'>;

/**
 * Makes a package or changes it; a change of prices or credits waits for a second person where it has to.
 * @throws Problem INVALID_INPUT, STALE_FIGURES, APPROVAL_REQUIRED, INVALID_STATE when another change of the same package waits
 */
export async function savePackageWithApproval(
  deps: Needs,
  caller: Caller,
  input: SavePackageInput,
): Promise<readonly Offer[]> {
  const askFirst = (client: Queryable, before: Saved | null) => ask(client, caller, input, before);
  const saved = await savePackage(
    deps,
    caller,
    input,
    deps.approvalLimits.packages ? { askFirst } : undefined,
  );
  if ('approvalId' in saved) throw approvalRequired(saved.approvalId);
  return saved.offers;
}

/** What was asked for, and the package as it was then. */
type Agreed = SavePackageInput & { readonly before: Saved | null };

/** An approval's input has numbers where ours has bigint. */
function agreedIn(stored: Readonly<Record<string, unknown>>): Agreed {
  const agreed = stored as unknown as Agreed;
  const { before } = agreed;
  return {
    ...agreed,
    credits: BigInt(agreed.credits),
    bonusCredits: bonusIn(agreed),
    before: before && { ...before, credits: BigInt(before.credits), bonusCredits: bonusIn(before) },
  };
}

const bonusIn = ({ bonusCredits }: Pick<SavePackageInput, 'bonusCredits'>): bigint | null =>
  bonusCredits == null ? null : BigInt(bonusCredits);

/**
 * Does what a second person agreed to. What somebody changed meanwhile and the change does not name stays changed: a package
 * that was taken off sale is not put back by a new price.
 * @throws Problem INVALID_STATE when its prices or credits are others by now, STALE_FIGURES when they change at this instant
 */
export async function savePackageAgreed(
  deps: Needs,
  by: Caller,
  stored: Readonly<Record<string, unknown>>,
  approvedBy: string,
): Promise<void> {
  const { before, ...asked } = agreedIn(stored);
  const now = await savedBefore(deps.pool, asked.id);
  // What was done before a crash could say so.
  if (isSoldAs(now, asked)) return;
  if (now && !(before && isSoldAs(now, { ...asked, ...soldBefore(before) })))
    throw new InvalidStateProblem(
      'Its prices or credits are others than when this was asked for: reject it, and ask again.',
      'changed',
      [],
    );
  const kept = <Key extends 'name' | 'creditsExpireAfterDays' | 'bonusExpireAfterDays' | 'active'>(
    key: Key,
  ) => (now && before && (before[key] ?? null) === (asked[key] ?? null) ? now[key] : asked[key]);
  const input = {
    ...asked,
    name: kept('name') as string,
    creditsExpireAfterDays: kept('creditsExpireAfterDays') ?? null,
    bonusExpireAfterDays: asked.bonusCredits == null ? null : (kept('bonusExpireAfterDays') ?? null),
    active: kept('active') as boolean,
    // Somebody may save it between our look and the lock.
    seen: seenOf(now),
  };
  await savePackage(deps, by, input, { approvedBy });
}

const soldBefore = ({ credits, prices, bonusCredits = null }: Saved) => ({
  ...{ credits, bonusCredits },
  prices: Object.entries(prices).map(([currency, minor]) => ({ currency, amountCents: Number(minor) })),
});

const ASK = `
  insert into approvals (id, action, summary, input, credits, amount_minor, currency, requested_by, api_key_id, expires_at)
  values ($1, 'save_package', $2, $3, $4, $5, $6, $7, $8, instant() + make_interval(secs => $9))
  on conflict ((input ->> 'id')) where action = 'save_package' and status in ('open', 'approved') do nothing`;

async function ask(
  client: Queryable,
  caller: Caller,
  asked: SavePackageInput,
  before: Saved | null,
): Promise<{ approvalId: string; isNew: boolean }> {
  const input = asStored(asked);
  const { id, credits, prices } = input;
  const [first] = prices;
  const from = before ? ` instead of ${sold(soldBefore(before))}` : ', which is new';
  const { rowCount } = await client.query(ASK, [
    newId('approval'),
    `Package ${id}: ${sold(input)}${from}`,
    JSON.stringify({ ...input, before }, creditsAsNumbers),
    credits,
    first?.amountCents ?? null,
    first?.currency ?? null,
    personOf(caller),
    caller.apiKeyId ?? null,
    APPROVAL_SECONDS,
  ]);
  const { rows } = await client.query<{ id: string; is_same: boolean }>(
    `select id, input - 'before' = $2::jsonb as is_same from approvals
     where action = 'save_package' and status in ('open', 'approved') and input ->> 'id' = $1`,
    [id, JSON.stringify(input, creditsAsNumbers)],
  );
  const [waiting] = rows;
  if (!waiting) throw new Fault(`The approval of a change of package ${id} is gone`);
  if (!waiting.is_same)
    throw new InvalidStateProblem(
      `${waiting.id} is another change of this package that waits: it is decided first.`,
      'open',
      [],
    );
  return { approvalId: waiting.id, isNew: rowCount === 1 };
}

/** What a package has no bonus of says nothing of one, as what was asked for before there were any. */
function asStored({ seen: _, bonusCredits, bonusExpireAfterDays, ...input }: SavePackageInput) {
  const bonus =
    bonusCredits == null ? {} : { bonusCredits, bonusExpireAfterDays: bonusExpireAfterDays ?? null };
  return { ...input, creditsExpireAfterDays: input.creditsExpireAfterDays ?? null, ...bonus };
}

const sold = ({
  credits,
  prices,
  bonusCredits,
}: Pick<SavePackageInput, 'credits' | 'prices' | 'bonusCredits'>): string =>
  `${credits} credits${bonusCredits == null ? '' : ` and ${bonusCredits} as a bonus`} for ${prices
    .map(({ currency, amountCents }) => formatMoney({ amountMinor: BigInt(amountCents), currency }, 'en-IN'))
    .join(', ')}`;
