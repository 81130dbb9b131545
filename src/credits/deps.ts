import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import type { Logger } from '../telemetry/logger';
import type { CreditVerbs } from './verbs';

/** What the use cases about credits work with. Made once, in src/app. */
export interface CreditDeps extends CreditVerbs {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly readEvents: ReadEvents;
  readonly hub: Hub;
  readonly log: Logger;
}
