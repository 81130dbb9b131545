// Lines of the provider's books that are of somebody else who uses the same account: no difference of ours. Each is asked about
// once; what was found out stays with the line.
import { type Named, whoseIs } from '../intents/whose';
import type { Failure, Provider, ProviderName } from '../providers/provider';
import { answered } from './answered';
import type { ReconciliationDeps } from './deps';
import { type BreakSubject, type Difference, subjectOf, type Theirs } from './match';
import { oursOf } from './sides';
import { unreadable } from './stage';

type Needs = Pick<ReconciliationDeps, 'foreignCounts' | 'gatewayIds' | 'pool' | 'providerTimeoutMs'>;

interface Judged {
  readonly runId: string;
  readonly provider: Provider;
  readonly dryRun: boolean;
}

// Each is a call or two, whose pace the provider sets.
const AT_ONCE = 8;

/** What nobody here knows of and that is not ours either is left out. @throws Error when the provider cannot be asked right now */
export async function withoutStrangers(
  deps: Needs,
  judged: Judged,
  differences: readonly Difference[],
): Promise<{ readonly differences: Difference[]; readonly foreign: number }> {
  const unknown = differences.filter(({ kind }) => kind === 'unknown_payment');
  const strange = await strangersAmong(deps, judged, unknown);
  return { differences: differences.filter(({ key }) => !strange.has(key)), foreign: strange.size };
}

/** Finds the strangers in payouts among lines that no run has judged: their payouts alone list them. */
export async function markStrangersOf(
  deps: Needs,
  judged: Judged,
  payoutIds: readonly string[],
): Promise<void> {
  const { provider, runId } = judged;
  const { rows } = await deps.pool.query<Theirs>(
    `select key, kind, provider_intent_id as "providerIntentId" from settlement_entries
     where payout_id = any($3) and provider = $2 and run_id = $1 and not in_window and not is_foreign
       and kind not in ('payout', 'fee', 'other') order by key, entry_id`,
    [runId, provider.name, payoutIds],
  );
  const known = new Set((await oursOf(deps, provider.name, rows)).map(({ key }) => key));
  const unknown = rows.filter(({ key }) => !known.has(key));
  await strangersAmong(
    deps,
    judged,
    unknown.map((line) => ({ ...line, subject: subjectOf(line.kind) })),
  );
}

interface Unknown {
  readonly key: string;
  readonly subject: BreakSubject;
  readonly providerIntentId: string | null;
}

async function strangersAmong(
  deps: Needs,
  { provider, dryRun }: Judged,
  unknown: readonly Unknown[],
): Promise<Set<string>> {
  if (unknown.length === 0) return new Set();
  const strange = await markedAmong(deps, provider.name, unknown);
  const fresh: string[] = [];
  const open = [...new Map(unknown.map((one) => [one.key, one])).values()].filter(
    ({ key }) => !strange.has(key),
  );
  for (let at = 0; at < open.length; at += AT_ONCE)
    await Promise.all(
      open.slice(at, at + AT_ONCE).map(async (one) => {
        if (await isStrange(deps, provider, one)) fresh.push(one.key);
      }),
    );
  if (fresh.length > 0 && !dryRun)
    await deps.pool.query(
      'update settlement_entries set is_foreign = true where key = any($2) and provider = $1',
      [provider.name, fresh],
    );
  deps.foreignCounts.add(provider.name, 'line', fresh.length);
  return new Set([...strange, ...fresh]);
}

async function markedAmong({ pool }: Needs, provider: ProviderName, unknown: readonly Unknown[]) {
  const { rows } = await pool.query<{ key: string }>(
    'select distinct key from settlement_entries where key = any($2) and provider = $1 and is_foreign',
    [provider, unknown.map(({ key }) => key)],
  );
  return new Set(rows.map(({ key }) => key));
}

/** What the provider knows nothing of may be anybody's: a person looks at it. */
async function isStrange(deps: Needs, provider: Provider, unknown: Unknown): Promise<boolean> {
  const whose = await answered(async () => {
    const named = await namedBy(deps, provider, unknown);
    return named.kind === 'ok' ? whoseIs(deps, provider, named.value) : named;
  });
  if (whose.kind === 'retryable' || whose.kind === 'unknown') throw unreadable(provider, whose as Failure);
  return whose.kind === 'foreign';
}

async function namedBy(
  { providerTimeoutMs: timeoutMs }: Needs,
  provider: Provider,
  { key, subject, providerIntentId }: Unknown,
): Promise<{ readonly kind: 'ok'; readonly value: Named } | Failure> {
  const named = (providerPaymentId: string | null) =>
    ({ kind: 'ok', value: { providerIntentId, providerPaymentId } }) as const;
  if (subject === 'payment') return named(key);
  if (providerIntentId !== null) return named(null);
  const read =
    subject === 'refund'
      ? await provider.getRefund(key, null, { timeoutMs })
      : await provider.getDispute(key, { timeoutMs });
  return read.kind === 'ok' ? named(read.value.providerPaymentId) : read;
}
