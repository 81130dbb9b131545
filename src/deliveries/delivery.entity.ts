import { Column, Entity, PrimaryColumn } from 'typeorm';

/** pending: not tried since it was put in the queue. failed: it comes again. dead: the last attempt failed too. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What is left of a body whose user was erased; such a delivery is sent no more. */
export const ERASED_BODY = '{"erased":true}';

/** One event on its way to one endpoint. */
@Entity('deliveries')
export class Delivery {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', name: 'endpoint_id', collation: 'C' })
  endpointId!: string;

  /** What the receiver knows it by: the same on every attempt, and in every endpoint's delivery of one event. */
  @Column({ type: 'text', name: 'event_id', collation: 'C' })
  eventId!: string;

  @Column({ type: 'text', collation: 'C' })
  type!: string;

  /** The exact text that is signed and sent. */
  @Column('text')
  body!: string;

  @Column({ type: 'text', collation: 'C', default: 'pending' })
  status!: DeliveryStatus;

  @Column('integer', { name: 'attempt_count', default: 0 })
  attemptCount!: number;

  /** Attempts since it was last put in the queue: the place in the schedule. */
  @Column('integer', { default: 0 })
  step!: number;

  /** Tells the process that has it from one that had it before. */
  @Column('integer', { name: 'claim_number', default: 0 })
  claimNumber!: number;

  /** When it is due, or until when the process that sends it has it. */
  @Column('timestamptz', { name: 'due_at', nullable: true, default: () => 'instant()' })
  dueAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  /** Deliveries with one key leave one after another. */
  @Column({ type: 'text', name: 'order_key', nullable: true, collation: 'C', select: false })
  orderKey?: string | null;

  @Column('integer', { select: false })
  sequence?: number;
}

/** One try to reach the endpoint. */
@Entity('delivery_attempts')
export class DeliveryAttempt {
  @PrimaryColumn({ type: 'text', name: 'delivery_id', collation: 'C' })
  deliveryId!: string;

  /** From 1, without a gap. */
  @PrimaryColumn('integer')
  number!: number;

  @Column('timestamptz')
  at!: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs!: number;

  @Column('boolean')
  succeeded!: boolean;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('integer', { name: 'claim_number', select: false })
  claimNumber?: number;
}
