import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import type { Logger } from '../telemetry/logger';
import type { ReadWallet } from './balance';
import type { Spend } from './spend';

/** What the use cases about credits work with. Made once, in app.ts. */
export interface CreditDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly readWallet: ReadWallet;
  readonly spend: Spend;
  readonly readEvents: ReadEvents;
  readonly hub: Hub;
  readonly log: Logger;
}
