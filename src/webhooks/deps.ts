import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { IntentDeps } from '../intents/deps';
import type { Clock } from '../kernel/clock';
import type { SecretBox } from '../kernel/secret-box';
import type { ProviderName } from '../providers/provider';
import type { WebhookEvent } from './event.entity';
import type { FinishWebhookEvent, StoreWebhookEvent } from './inbox';

/** What the intake of webhook events works with. Made once, in src/app. */
export interface WebhookDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly intents: IntentDeps;
  /** Providers with a webhook secret: news of any other could not be checked. */
  readonly webhookProviders: ReadonlySet<ProviderName>;
  readonly store: StoreWebhookEvent;
  readonly finish: FinishWebhookEvent;
  readonly workWebhookEvent: WorkWebhookEvent;
  readonly webhookCounts: WebhookCounts;
  readonly clock: Clock;
  readonly secrets: SecretBox;
}

/** Works one stored event to its end, or puts it back for later. Never throws. */
export type WorkWebhookEvent = (event: WebhookEvent) => Promise<void>;

/** What came in since the start. Of what is refused nothing else is kept. */
export interface WebhookCounts {
  /** At this moment, not since the start. */
  storing: number;
  stored: number;
  duplicates: number;
  notStored: number;
  readonly rejected: { signature: number; stale: number; malformed: number };
}

export const createWebhookCounts = (): WebhookCounts => ({
  storing: 0,
  stored: 0,
  duplicates: 0,
  notStored: 0,
  rejected: { signature: 0, stale: 0, malformed: 0 },
});
