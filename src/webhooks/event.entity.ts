import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProviderName } from '../providers/provider';

export type WebhookStatus =
  | 'received'
  | 'parked'
  | 'processing'
  | 'processed'
  | 'ignored'
  | 'quarantined'
  | 'failed'
  | 'dead';

/** News from a provider, stored before it was answered. */
@Entity('webhook_events')
export class WebhookEvent {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  provider!: ProviderName;

  @Column('text', { name: 'provider_event_id' })
  providerEventId!: string;

  @Column('text')
  type!: string;

  @Column('text')
  subject!: 'payment' | 'refund' | 'dispute' | 'settlement' | 'other';

  @Column('boolean', { nullable: true })
  livemode!: boolean | null;

  @Column('text', { name: 'provider_intent_id', nullable: true })
  providerIntentId!: string | null;

  /** First what the event claims, then the intent that it was found to be about. */
  @Column('text', { name: 'intent_id', nullable: true })
  intentId!: string | null;

  @Column('text')
  status!: WebhookStatus;

  @Column('integer', { name: 'duplicate_count' })
  duplicateCount!: number;

  @Column('integer', { name: 'attempt_count' })
  attemptCount!: number;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  /** When it is due again, or until when the process that works it has it. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt!: Date | null;
}
