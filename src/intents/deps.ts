import type { Simulator } from '@credits-gateway/simulator';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import type { ReplayCache } from '../idempotency/replay-cache';
import type { Mode } from '../kernel/config';
import type { Catalogue } from '../packages/find';
import type { Settle } from '../payments/settle';
import type { Provider, ProviderName } from '../providers/provider';
import type { Logger } from '../telemetry/logger';
import type { ClaimIntent } from './claim';
import type { ReadIntent } from './find';
import type { Leases } from './lease';

/** What the use cases about intents work with. Made once, in src/app. */
export interface IntentDeps {
  readonly mode: Mode;
  readonly paymentsEnabled: boolean;
  /** Where a payer may be sent back to in live mode, e.g. https://shop.example. */
  readonly allowedOrigins: readonly string[];
  readonly providerTimeoutMs: number;
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly catalogue: Catalogue;
  readonly providers: ReadonlyMap<ProviderName, Provider>;
  /** Null outside mock mode. */
  readonly simulator: Simulator | null;
  readonly claim: ClaimIntent;
  readonly settle: Settle;
  readonly leases: Leases;
  readonly readIntent: ReadIntent;
  readonly readEvents: ReadEvents;
  readonly hub: Hub;
  readonly replays: ReplayCache;
  readonly log: Logger;
  /** True when every webhook event with one of these provider's ids has been worked. */
  readonly areWorked: (provider: ProviderName, providerEventIds: readonly string[]) => Promise<boolean>;
}
