import type { Simulator } from '@credits-gateway/simulator';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { GatewayIds } from '../db/gateway-ids';
import type { ReadEvents } from '../events/feed';
import type { Hub } from '../events/hub';
import type { ReplayCache } from '../idempotency/replay-cache';
import type { Mode } from '../kernel/config';
import type { RiskSettings } from '../kernel/risk-settings';
import type { Catalogue } from '../packages/find';
import type { Intent } from '../payments/intent.entity';
import type { Settle } from '../payments/settle';
import type { Provider, ProviderName } from '../providers/provider';
import type { Captcha } from '../risk/captcha';
import type { Logger } from '../telemetry/logger';
import type { ClaimIntent } from './claim';
import type { ReadIntent } from './find';
import type { ForeignCounts } from './foreign-counts';
import type { Leases } from './lease';
import type { ReadNewest } from './newest';

/** What the use cases about intents work with. Made once, in src/app. */
export interface IntentDeps {
  readonly mode: Mode;
  readonly gatewayIds: GatewayIds;
  readonly paymentsEnabled: boolean;
  readonly risk: RiskSettings;
  /** Null: none is set. */
  readonly captcha: Captcha | null;
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
  readonly readNewest: ReadNewest;
  readonly readEvents: ReadEvents;
  readonly hub: Hub;
  readonly replays: ReplayCache;
  readonly log: Logger;
  readonly worked: WorkedEvents;
  readonly foreignCounts: ForeignCounts;
}

/** Which webhook events have been worked to their end. */
export interface WorkedEvents {
  /** This process is at this one. @returns ends that */
  begin(provider: ProviderName, providerEventId: string): () => void;
  /** This process has worked this one. @param intent as it was settled; left out: none was */
  note(provider: ProviderName, providerEventId: string, intent?: Intent): void;
  /** The intent as this process settled it last of these events, once; null: it did not settle each of them. */
  takeSettled(provider: ProviderName, providerEventIds: readonly string[]): Intent | null;
  /**
   * True when every one was stored and nothing is left to do now for any.
   * @param mayAsk whether the database is asked for those that this process has not worked itself and is not at.
   */
  areWorked(provider: ProviderName, providerEventIds: readonly string[], mayAsk: boolean): Promise<boolean>;
}
