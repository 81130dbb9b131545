import type pg from 'pg';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import type { Logger } from '../telemetry/logger';

/** What long work is started, watched and run with. Made once, in src/app. */
export interface JobDeps {
  readonly pool: pg.Pool;
  readonly hub: Hub;
  readonly log: Logger;
  readonly readEvents: ReadEvents;
}
