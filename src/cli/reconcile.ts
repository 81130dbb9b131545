// npm run cli -- reconcile: holds a provider's books against ours, and waits for what comes of it.
import { findJob } from '../jobs/find';
import { runJob } from '../jobs/run';
import { pause } from '../kernel/clock';
import { PROVIDER_NAMES } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';
import { inTurn } from '../providers/registry';
import { reconciliation } from '../reconciliation/run';
import { startReconciliation } from '../reconciliation/start';
import { originOf } from '../reports/origin';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withGateway } from './gateway';
import { given, instantOf } from './given';

export const RECONCILE_HELP = `Usage: npm run cli -- reconcile --provider ${PROVIDER_NAMES.join('|')} --from 2026-11-27 --to 2026-11-28 [--dry-run] [--json]
Holds the provider's books of a time against ours and opens a break for each difference; --dry-run only counts. Ends with 1 when there
are differences, or the books could not be read.`;

// Whoever runs the job, this process or a worker, says how far it is.
const LOOK_EVERY_MS = 500;

export const reconcile: Command = async (args, config) => {
  const { provider, from, to, json, ...flags } = given(
    args,
    ['provider', 'from', 'to'],
    ['dry-run', 'json'],
    RECONCILE_HELP,
  );
  if (!PROVIDER_NAMES.includes(provider as ProviderName) || from === undefined || to === undefined)
    throw new UsageError(RECONCILE_HELP);
  const range = { gte: instantOf(from, RECONCILE_HELP), lt: instantOf(to, RECONCILE_HELP) };
  const input = { provider: provider as ProviderName, range, dryRun: flags['dry-run'] ?? false };
  return withGateway(config, async (deps) => {
    const { id } = await startReconciliation(deps, commandLine(), input);
    const stop = new AbortController();
    const running = runJob(deps, [reconciliation(inTurn(deps, 'books'))], id, stop.signal);
    let told = '';
    for (;;) {
      const job = await findJob(deps, id);
      if (!job) throw new UsageError('The run is not there any more.');
      const { status, message, done, total, result } = job;
      const word = `${message ?? status}: ${done ?? 0}${total === null ? '' : ` of ${total}`}`;
      if (word !== told) process.stderr.write(`${word}\n`);
      told = word;
      if (['succeeded', 'failed', 'canceled'].includes(status)) {
        await running;
        const found = result as { matched: number; broken: number; foreign?: number } | null;
        const said = found
          ? `${found.matched} agree, ${found.broken} differ, ${found.foreign ?? 0} are not ours.`
          : `It ${status}: ${message ?? 'nobody says why'}`;
        const { gatewayId, cell } = originOf(deps);
        const whole = { id, status, message, ...found, gatewayId, cell };
        const of = cell === null ? '' : `Cell ${cell}: `;
        process.stdout.write(`${json ? JSON.stringify(whole) : `${of}${said}`}\n`);
        return status === 'succeeded' && found?.broken === 0 ? 0 : 1;
      }
      await pause(LOOK_EVERY_MS);
    }
  });
};
