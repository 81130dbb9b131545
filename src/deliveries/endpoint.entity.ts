import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where deliveries go. Its secrets stand in a table of their own, so that no read of an endpoint brings them along. */
@Entity('webhook_endpoints')
export class WebhookEndpoint {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column('text')
  url!: string;

  /** Patterns of event types. */
  @Column('jsonb')
  events!: readonly string[];

  @Column('boolean')
  enabled!: boolean;

  @Column('text', { nullable: true })
  description!: string | null;

  /** When the first attempt since the last success failed; null: the last one reached it. */
  @Column('timestamptz', { name: 'failing_since', nullable: true })
  failingSince!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  /** Its deliveries still name it; nothing else does. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Tries that failed one after another; the sender's own. */
  @Column('integer', { name: 'failed_count', default: 0, select: false })
  failedCount?: number;
}
