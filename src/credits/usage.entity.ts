import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';

/** What a spend, or the settlement of a hold, cost by usage; below zero: what was given back. */
@Entity('usages')
export class Usage {
  /** The posting's number; of what cost less than a whole credit there is no posting. */
  @PrimaryColumn('bigint', { transformer: numberColumn })
  id!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', name: 'member_id', nullable: true, collation: 'C' })
  memberId!: string | null;

  @Column({ type: 'text', name: 'api_key_id', nullable: true, collation: 'C' })
  apiKeyId!: string | null;

  @Column({ type: 'text', name: 'hold_id', nullable: true, collation: 'C' })
  holdId!: string | null;

  @Column('bigint', { name: 'reversal_of', nullable: true, transformer: numberColumn })
  reversalOf!: string | null;

  @Column('bigint', { transformer: bigintColumn })
  micro!: bigint;

  @Column('bigint', { name: 'unpaid_micro', transformer: bigintColumn })
  unpaidMicro!: bigint;

  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  @Column('timestamptz')
  at!: Date;

  /** When the rates were those that it was priced by. */
  @Column('timestamptz', { name: 'priced_at' })
  pricedAt!: Date;

  /** Of the database: see events/order.ts. */
  @Column('integer', { select: false })
  epoch?: number;
}

@Entity('usage_parts')
export class UsagePartRow {
  @PrimaryColumn('bigint', { name: 'usage_id', transformer: numberColumn })
  usageId!: string;

  @PrimaryColumn('integer')
  nth!: number;

  @Column({ type: 'text', collation: 'C' })
  operation!: string;

  /** Of its rate. */
  @Column('integer')
  version!: number;

  @Column('bigint', { transformer: bigintColumn })
  quantity!: bigint;

  @Column('bigint', { transformer: bigintColumn })
  micro!: bigint;
}

/** What was used of an operation in a day, of one user or (userId '') of all. */
@Entity('usage_days')
@Unique('usage_days_once', ['day', 'userId', 'operation', 'memberId', 'apiKeyId'])
export class UsageDay {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  /** Its beginning, in UTC. */
  @Column('timestamptz')
  day!: Date;

  @Column({ type: 'text', collation: 'C' })
  operation!: string;

  @Column({ type: 'text', name: 'member_id', collation: 'C', default: '' })
  memberId!: string;

  @Column({ type: 'text', name: 'api_key_id', collation: 'C', default: '' })
  apiKeyId!: string;

  /** Without what was given back. */
  @Column('bigint', { transformer: bigintColumn })
  uses!: bigint;

  @Column('numeric', { transformer: bigintColumn })
  quantity!: bigint;

  @Column('numeric', { transformer: bigintColumn })
  micro!: bigint;
}
