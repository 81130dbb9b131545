import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import type { Logger } from '../telemetry/logger';
import type { Adjust } from './adjust';
import type { ReadWallet } from './balance';
import type { HoldVerb } from './hold';
import type { ReadHold } from './holds';
import type { ReleaseHoldVerb } from './release-hold';
import type { SettleHoldVerb } from './settle-hold';
import type { Spend } from './spend';

/** What the use cases about credits work with. Made once, in app.ts. */
export interface CreditDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly readWallet: ReadWallet;
  readonly readHold: ReadHold;
  readonly spend: Spend;
  readonly hold: HoldVerb;
  readonly settleHold: SettleHoldVerb;
  readonly releaseHold: ReleaseHoldVerb;
  readonly adjust: Adjust;
  readonly readEvents: ReadEvents;
  readonly hub: Hub;
  readonly log: Logger;
}
