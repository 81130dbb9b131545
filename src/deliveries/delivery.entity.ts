import { Column, Entity, PrimaryColumn } from 'typeorm';

/** pending: not tried since it was put in the queue. failed: it comes again. dead: the last attempt failed too. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What is left of a body whose user was erased; such a delivery is sent no more. */
export const ERASED_BODY = '{"erased":true}';

/** One event on its way to one endpoint. */
@Entity('deliveries')
export class Delivery {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'endpoint_id' })
  endpointId!: string;

  /** What the receiver knows it by: the same on every attempt, and in every endpoint's delivery of one event. */
  @Column('text', { name: 'event_id' })
  eventId!: string;

  @Column('text')
  type!: string;

  /** The exact text that is signed and sent. */
  @Column('text')
  body!: string;

  @Column('text')
  status!: DeliveryStatus;

  @Column('integer', { name: 'attempt_count' })
  attemptCount!: number;

  /** Attempts since it was last put in the queue: the place in the schedule. */
  @Column('integer')
  step!: number;

  /** Tells the process that has it from one that had it before. */
  @Column('integer', { name: 'claim_number' })
  claimNumber!: number;

  /** When it is due, or until when the process that sends it has it. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** One try to reach the endpoint. */
@Entity('delivery_attempts')
export class DeliveryAttempt {
  @PrimaryColumn('text', { name: 'delivery_id' })
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
}
