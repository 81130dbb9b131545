// One run: reads the provider's books, holds them against ours in both directions, then the payouts against their parts.
// Each step ends in a checkpoint, and doing a step twice finds and books the same.
import type { JobKind, JobRun } from '../jobs/kind';
import { Fault } from '../kernel/invariant';
import { Problem } from '../kernel/problems';
import type { Provider, ProviderName } from '../providers/provider';
import { withoutUnread } from './aside';
import type { ReconciliationDeps } from './deps';
import { judgeDisputes, stageDisputes } from './disputes';
import { changedFees } from './fees';
import { match, sorted } from './match';
import { judgePayouts, payoutsAfter, vanishedPayouts } from './payouts';
import { readAgain } from './read-again';
import { type Findings, NOTHING_FOUND, record } from './record';
import { bookedAfter, oursOf, type Place, theirsAfter, theirsOf } from './sides';
import { stageListedPayouts, stagePayout, stageSlice } from './stage';
import { markStrangersOf, withoutStrangers } from './strangers';
import { expectedWindow, nextSlice } from './windows';

export const RECONCILIATION = 'reconciliation';

/** What a run is about. Seconds since 1970; `to` is not part of it. */
export interface RunInput {
  readonly provider: ProviderName;
  readonly from: number;
  readonly to: number;
  readonly dryRun: boolean;
}

type Step =
  | { readonly phase: 'read'; readonly at: number | null }
  | { readonly phase: 'read_again' }
  | { readonly phase: 'read_payouts'; readonly after: string }
  | { readonly phase: 'read_disputes' }
  | { readonly phase: 'theirs'; readonly after: string }
  | { readonly phase: 'ours'; readonly after: Place }
  | { readonly phase: 'disputes'; readonly after: string }
  | { readonly phase: 'payouts'; readonly after: string };

/** Where a run stands. `read` and `judged` count lines of the provider's books. */
export interface Standing extends Findings {
  readonly step: Step;
  readonly read: number;
  readonly judged: number;
  readonly total: number | null;
  /** Keys of somebody else who uses the same account; a checkpoint of an older process has none. */
  readonly foreign?: number;
}

const READ: Step = { phase: 'read', at: null };
const START: Standing = { ...NOTHING_FOUND, step: READ, read: 0, judged: 0, total: null };

/** The kind of job that a run is. */
export const reconciliation = (deps: ReconciliationDeps): JobKind => ({
  kind: RECONCILIATION,
  run: async (jobRun) => {
    const run = { ...(jobRun.job.input as RunInput), id: jobRun.job.id };
    const provider = deps.providers.get(run.provider);
    if (!provider) throw new Problem('PROVIDER_UNAVAILABLE', `${run.provider} is not enabled.`);
    let standing = (jobRun.job.checkpoint as Standing | null) ?? START;
    for (let next: Standing | null = standing; next; ) {
      standing = next;
      next = await takeStep({ deps, run, provider, jobRun }, standing);
      if (next) await jobRun.save({ checkpoint: next, ...progressOf(next) });
    }
    if (!run.dryRun) await deps.pool.query('select close_gone($1, $2)', [run.id, run.provider]);
    const { matched, broken, differences, foreign = 0 } = standing;
    deps.log.info('reconciliation.finished', { runId: run.id, provider: run.provider, matched, broken });
    return { matched, broken, differences, foreign } satisfies Findings & { foreign: number };
  },
});

interface Work {
  readonly deps: ReconciliationDeps;
  readonly run: RunInput & { readonly id: string };
  readonly provider: Provider;
  readonly jobRun: JobRun;
}

/** @returns where the run stands then; null when it is at its end. */
function takeStep(work: Work, standing: Standing): Promise<Standing | null> {
  const { step } = standing;
  switch (step.phase) {
    case 'read':
      return read(work, standing, step.at);
    case 'read_again':
      return readWhatWasBroken(work, standing);
    case 'read_payouts':
      return readPayouts(work, standing, step.after);
    case 'read_disputes':
      return readDisputes(work, standing);
    case 'theirs':
      return judgeTheirs(work, standing, step.after);
    case 'ours':
      return judgeOurs(work, standing, step.after);
    case 'disputes':
      return judgeSomeDisputes(work, standing, step.after);
    case 'payouts':
      return judgeSomePayouts(work, standing, step.after);
    default:
      // Going on from nowhere would call a day done that nobody looked at.
      throw new Fault('The checkpoint names no step of a run');
  }
}

async function read(
  { deps, run, provider, jobRun }: Work,
  standing: Standing,
  at: number | null,
): Promise<Standing> {
  const slice = nextSlice(run.provider, run, at);
  if (!slice) return { ...standing, step: { phase: 'read_again' } };
  let { read } = standing;
  const onRead = async (entries: number) => {
    read += entries;
    await jobRun.save(progressOf({ ...standing, read }));
  };
  const to = await stageSlice(deps, { runId: run.id, provider, onRead }, slice);
  return { ...standing, read, step: { phase: 'read', at: to } };
}

/** A dry run leaves it to the next one: it judges nothing for good. */
async function readWhatWasBroken(
  { deps, run, provider, jobRun }: Work,
  standing: Standing,
): Promise<Standing> {
  const onRead = () => jobRun.save(progressOf(standing));
  if (!run.dryRun && (await readAgain(deps, { runId: run.id, provider, onRead }))) return standing;
  return { ...standing, step: { phase: 'read_payouts', after: '' } };
}

async function readPayouts(
  { deps, run, provider, jobRun }: Work,
  standing: Standing,
  after: string,
): Promise<Standing> {
  if (after === '') await stageListedPayouts(deps, { runId: run.id, provider }, run);
  const ids = await payoutsAfter(deps, run.id, after);
  const onRead = () => jobRun.save(progressOf(standing));
  for (const id of ids) await stagePayout(deps, { runId: run.id, provider, onRead }, id);
  const last = ids.at(-1);
  if (last !== undefined) return { ...standing, step: { phase: 'read_payouts', after: last } };
  return { ...standing, step: { phase: 'read_disputes' } };
}

async function readDisputes({ deps, run, provider }: Work, standing: Standing): Promise<Standing> {
  await stageDisputes(deps, { runId: run.id, provider }, run);
  const { rows } = await deps.pool.query<{ count: bigint }>(
    `select count(*) from settlement_entries where run_id = $1 and in_window and kind <> 'payout'`,
    [run.id],
  );
  return { ...standing, total: Number(rows[0]?.count ?? 0), step: { phase: 'theirs', after: '' } };
}

async function judgeTheirs(
  { deps, run, provider }: Work,
  standing: Standing,
  after: string,
): Promise<Standing> {
  const page = await theirsAfter(deps, run, after);
  const ours = await oursOf(deps, run.provider, page.items);
  const { differences: found, matched } = sorted(match(page.items, ours));
  const { differences, foreign } = await withoutStrangers(deps, { ...run, runId: run.id, provider }, found);
  const fees = await changedFees(deps, run, [...new Set(page.items.map(({ key }) => key))], false);
  const findings = await record(deps, run, standing, [...differences, ...fees], matched);
  const step: Step =
    page.after === null
      ? { phase: 'ours', after: ['payments', `${expectedWindow(run.provider, run).from}000000`, ''] }
      : { phase: 'theirs', after: page.after };
  const counts = { judged: standing.judged + page.judged, foreign: (standing.foreign ?? 0) + foreign };
  return { ...standing, ...findings, ...counts, step };
}

/** What we booked and the provider does not have. What it has was judged from its side. */
async function judgeOurs({ deps, run }: Work, standing: Standing, after: Place): Promise<Standing> {
  const window = expectedWindow(run.provider, run);
  const page = await bookedAfter(deps, run.provider, window, after);
  const keys = page.ours.map((item) => item.key);
  const { differences } = sorted(match(await theirsOf(deps, run.id, run.provider, keys), page.ours));
  const missing = await withoutUnread(
    deps,
    run.provider,
    differences.filter(({ kind }) => kind === 'missing_at_provider'),
  );
  const goneFees = await changedFees(
    deps,
    run,
    missing.map(({ key }) => key),
    true,
  );
  const findings = await record(deps, run, standing, [...missing, ...goneFees], []);
  const start = `${window.from}000000`;
  const nextTable: Step =
    after[0] === 'payments'
      ? { phase: 'ours', after: ['refunds', start, ''] }
      : { phase: 'disputes', after: '' };
  return { ...standing, ...findings, step: page.after ? { phase: 'ours', after: page.after } : nextTable };
}

async function judgeSomeDisputes({ deps, run }: Work, standing: Standing, after: string): Promise<Standing> {
  const page = await judgeDisputes(deps, run, after);
  const findings = await record(deps, run, standing, page.differences, []);
  const step: Step =
    page.after === null ? { phase: 'payouts', after: '' } : { phase: 'disputes', after: page.after };
  return { ...standing, ...findings, step };
}

async function judgeSomePayouts(
  { deps, run, provider }: Work,
  standing: Standing,
  after: string,
): Promise<Standing | null> {
  // Marked as the end, so that what is behind it is done once and its findings are kept.
  if (after === END) return null;
  const ids = await payoutsAfter(deps, run.id, after);
  await markStrangersOf(deps, { ...run, runId: run.id, provider }, ids);
  const last = ids.at(-1);
  const judged =
    last === undefined
      ? { matched: [], differences: await vanishedPayouts(deps, run) }
      : await judgePayouts(deps, run, ids);
  const { matched } = judged;
  const differences = await withoutUnread(deps, run.provider, judged.differences);
  if (!run.dryRun && matched.length > 0)
    await deps.pool.query('select book_payouts($1, $2)', [run.provider, matched]);
  const findings = await record(deps, run, standing, differences, matched);
  return { ...standing, ...findings, step: { phase: 'payouts', after: last ?? END } };
}

// Behind every id.
const END = '\u{10ffff}';

const MESSAGES: Readonly<Record<Step['phase'], string>> = {
  read: "Reading the provider's books",
  read_again: 'Reading again what could not be read',
  read_payouts: 'Reading what the payouts were made of',
  read_disputes: 'Reading what the provider says of disputes',
  theirs: "Holding the provider's books against ours",
  ours: "Holding our books against the provider's",
  disputes: 'Holding what the provider says of disputes against ours',
  payouts: 'Adding up the payouts',
};

const progressOf = ({ step, read, judged, total }: Standing) => ({
  done: total === null ? read : judged,
  total,
  message: MESSAGES[step.phase],
});
