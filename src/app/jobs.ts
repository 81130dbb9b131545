// Long work and what comes by the clock: each feature brings its own, here they are registered.
import { ledgerCheckKind } from '../credits/start-ledger-check';
import { dropUnusedCode } from '../db/processes';
import { sweepDisputes } from '../disputes/sweep';
import type { Deps } from '../graphql/context';
import type { JobKind } from '../jobs/kind';
import type { Schedule } from '../jobs/queue';
import { inTurn } from '../providers/registry';
import { reconciliation } from '../reconciliation/run';
import { exportKind } from '../reports/export';

/** Long work by kind. */
export const jobKinds = (deps: Deps): readonly JobKind[] => [
  ledgerCheckKind(deps),
  exportKind(deps),
  reconciliation(inTurn(deps, 'books')),
];

/** What comes by the clock, once for all processes. */
export const schedules = (deps: Deps): readonly Schedule[] => [
  // One call of each provider for a hundred disputes: so long at most can be spent what a bank has asked back.
  { name: 'sweep_disputes', cron: '*/10 * * * *', work: () => sweepDisputes(inTurn(deps, 'sweep')) },
  {
    name: 'drop_unused_code',
    cron: '50 3 * * *',
    work: async () => void (await dropUnusedCode(deps.pool)),
  },
];
