// Long work and what comes by the clock: each feature brings its own, here they are registered.
import type { Deps } from '../graphql/context';
import type { JobKind } from '../jobs/kind';
import type { Schedule } from '../jobs/queue';

/** Long work by kind. */
export const jobKinds = (_deps: Deps): readonly JobKind[] => [];

/** What comes by the clock, once for all processes. */
export const schedules = (_deps: Deps): readonly Schedule[] => [];
