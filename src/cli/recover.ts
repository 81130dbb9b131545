// npm run cli -- recover --from TIME [--dry-run]: after a restore of the database, brings it up to what the providers have.
import fs from 'node:fs';
import type { Deps } from '../graphql/context';
import type { Config } from '../kernel/config';
import { lostSpends, type SpendReport } from '../reconciliation/lost-spends';
import { type Recovery, recover as recoverSince } from '../reconciliation/recover';
import { commandLine } from './by';
import { UsageError } from './command';
import { withGateway } from './gateway';
import { given, instantOf } from './given';

export const RECOVER_HELP = `Usage: npm run cli -- recover --from 2026-11-28T09:41:00Z [--spends deliveries.jsonl] [--dry-run] [--json]
After a restore: --from is the time that the database was restored to. Lists what the providers made since, makes purchases again that
were lost, and reads those that stand otherwise by now, with their refunds and disputes; --dry-run only says what is lost.
--spends names a file of deliveries as a receiver kept them, a body on each line: it lists the spends that are gone, and books none.
It may be stopped and begun again, and runs beside gateways. Ends with 1 when something is left over.`;

// A line a second is a sign of life; more is noise.
const TELL_EVERY_MS = 1_000;

/** @returns the exit code: 1 when a person has to look at what is left */
export async function recover(args: readonly string[], config: Config): Promise<number> {
  const { from, spends, json, ...flags } = given(args, ['from', 'spends'], ['dry-run', 'json'], RECOVER_HELP);
  if (from === undefined) throw new UsageError(RECOVER_HELP);
  const since = instantOf(from, RECOVER_HELP);
  if (spends !== undefined && !fs.statSync(spends, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`--spends: there is no file ${spends}.`);
  return withGateway(config, async (deps) => {
    await assertOwn(deps.pool);
    if (deps.providers.size === 0)
      throw new UsageError('No provider is enabled: its keys are needed to ask it what it has.');
    // First: a file that cannot be read to its end leaves nothing half told.
    const report = spends === undefined ? null : await lostSpends(deps, spends);
    const recovery = await recoverSince(
      deps,
      commandLine(),
      { since, dryRun: flags['dry-run'] ?? false },
      tellNow(),
    );
    const text = json
      ? JSON.stringify({ ...recovery, spends: report })
      : [...linesOf(recovery), ...spendLines(report)].join('\n');
    process.stdout.write(`${text}\n`);
    return recovery.isComplete ? 0 : 1;
  });
}

/** Rows that a dump brought from another server are ordered before all others by the first gateway that starts on them. */
async function assertOwn(pool: Deps['pool']): Promise<void> {
  const { rows } = await pool.query(
    'select g.system_identifier = c.system_identifier as is_own from gateway g cross join pg_control_system() c',
  );
  if (!rows[0]?.is_own)
    throw new UsageError(
      'This database came from another server, and no gateway was started on it yet: start one with PAYMENTS_ENABLED=false, then recover.',
    );
}

function tellNow(): (what: string, done: number) => void {
  let toldMs = performance.now();
  return (what, done) => {
    if (performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    process.stderr.write(`${what}: ${done}\n`);
  };
}

function linesOf({ since, dryRun, providers, disputes, isComplete }: Recovery): string[] {
  const lines = Object.entries(providers).flatMap(([name, of]) => {
    const paid = Object.entries(of.paid).map(([currency, minor]) => `${currency} ${minor}`);
    return [
      `${name}: ${of.listed} objects made since ${since}`,
      `  ${of.restored} purchases ${dryRun ? 'are lost' : 'made again'}, ${of.credits} credits${paid.length === 0 ? '' : ` for ${paid.join(' and ')} in the smallest units`}`,
      `  ${of.looked} purchases were here${dryRun ? '' : ' and read again'}, ${of.refunds} refunds ${dryRun ? 'stand otherwise there' : 'read'}`,
      ...(of.foreign > 0 ? [`  ${of.foreign} are not ours and were left alone`] : []),
      ...(of.unanswered > 0 ? [`  ${of.unanswered} were not answered for: begin again`] : []),
      ...of.unreadable.map(({ providerIntentId, reason }) => `  ${providerIntentId} is left over: ${reason}`),
    ];
  });
  const end = dryRun ? 'Nothing was changed.' : `${disputes} disputes read.`;
  return [...lines, end, isComplete ? 'Nothing is left over.' : 'Something is left over.'];
}

function spendLines(report: SpendReport | null): string[] {
  if (!report) return [];
  const { lost, lostCredits, here, unreadable } = report;
  return [
    `${lost.length} spends of ${lostCredits} credits are gone, ${here} are here${unreadable > 0 ? `; ${unreadable} lines cannot be read` : ''}. None was booked:`,
    ...lost.map((spend) =>
      [spend.occurredAt, spend.userId, spend.credits, spend.transactionId, spend.reason ?? '']
        .join('\t')
        .trimEnd(),
    ),
  ];
}
