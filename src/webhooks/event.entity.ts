import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProviderName, VerifiedEvent } from '../providers/provider';

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
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', collation: 'C' })
  provider!: ProviderName;

  @Column({ type: 'text', name: 'provider_event_id', collation: 'C' })
  providerEventId!: string;

  @Column('text')
  type!: string;

  @Column('text')
  subject!: VerifiedEvent['subject'];

  @Column('boolean', { nullable: true })
  livemode!: boolean | null;

  @Column({ type: 'text', name: 'provider_intent_id', nullable: true, collation: 'C' })
  providerIntentId!: string | null;

  /** First what the event claims, then the intent that it was found to be about. */
  @Column({ type: 'text', name: 'intent_id', nullable: true, collation: 'C' })
  intentId!: string | null;

  @Column({ type: 'text', collation: 'C', default: 'received' })
  status!: WebhookStatus;

  @Column('integer', { name: 'duplicate_count', default: 0 })
  duplicateCount!: number;

  @Column('integer', { name: 'attempt_count', default: 0 })
  attemptCount!: number;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  /** When it is due again, or until when the process that works it has it. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'received_at', default: () => 'instant()' })
  receivedAt!: Date;

  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt!: Date | null;

  @Column({ type: 'text', name: 'body_sha256', collation: 'C', select: false })
  bodySha256?: string;

  /** Encrypted; gone after its time. */
  @Column('bytea', { nullable: true, select: false })
  body?: Buffer | null;
}
