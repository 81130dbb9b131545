// Long work and what comes by the clock: each feature brings its own, here they are registered.
import { ledgerCheckKind } from '../credits/start-ledger-check';
import type { Deps } from '../graphql/context';
import type { JobKind } from '../jobs/kind';
import type { Schedule } from '../jobs/queue';

/** Long work by kind. */
export const jobKinds = (deps: Deps): readonly JobKind[] => [ledgerCheckKind(deps)];

/** What comes by the clock, once for all processes. */
export const schedules = (_deps: Deps): readonly Schedule[] => [];
