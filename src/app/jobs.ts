// Long work and what comes by the clock: each feature brings its own, here they are registered.
import { ledgerCheckKind, startLedgerCheck } from '../credits/start-ledger-check';
import type { Deps } from '../graphql/context';
import type { JobKind } from '../jobs/kind';
import type { Schedule } from '../jobs/queue';
import { exportKind } from '../reports/export';
import { sweepExports } from '../reports/sweep';

/** Long work by kind. */
export const jobKinds = (deps: Deps): readonly JobKind[] => [ledgerCheckKind(deps), exportKind(deps)];

/** What comes by the clock, once for all processes. */
export const schedules = (deps: Deps): readonly Schedule[] => [
  { name: 'check_ledger', cron: '30 3 * * *', work: () => startLedgerCheck(deps, 'system') },
  { name: 'sweep_exports', cron: '45 3 * * *', work: () => sweepExports(deps) },
];
