import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';

export const RISK_DECISIONS = ['allow', 'challenge', 'review', 'block'] as const;
export type RiskDecisionKind = (typeof RISK_DECISIONS)[number];

/** claim: before the purchase was made. settle: when its payment was known. warning: after the bank warned of fraud. */
export const RISK_STAGES = ['claim', 'settle', 'warning'] as const;
export type RiskStage = (typeof RISK_STAGES)[number];

/** What came of a decision. observed: nothing, because nothing acts. */
export const RISK_TOLD = ['none', 'challenge', 'captcha', 'blocked', 'observed', 'frozen'] as const;
export type RiskTold = (typeof RISK_TOLD)[number];

/** What the rules said of one purchase, and what came of it. Append-only; written by risk's own functions. */
@Entity('risk_decisions')
export class RiskDecision {
  @PrimaryColumn('bigint', {
    transformer: numberColumn,
    generated: 'identity',
    generatedIdentity: 'BY DEFAULT',
  })
  id!: string;

  /** Null: nothing was made. */
  @Column({ type: 'text', name: 'intent_id', nullable: true, collation: 'C' })
  intentId!: string | null;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', collation: 'C' })
  stage!: RiskStage;

  @Column('timestamptz')
  at!: Date;

  /** Null: there were no rules. */
  @Column('bigint', { name: 'rule_version', nullable: true, transformer: numberColumn })
  ruleVersion!: string | null;

  @Column('smallint')
  score!: number;

  @Column({ type: 'text', collation: 'C' })
  decision!: RiskDecisionKind;

  @Column({ type: 'text', collation: 'C' })
  told!: RiskTold;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  device!: string | null;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  address!: string | null;

  @Column({ type: 'text', name: 'email_domain', nullable: true, collation: 'C' })
  emailDomain!: string | null;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  country!: string | null;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  card!: string | null;

  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;

  @Column({ type: 'text', collation: 'C' })
  currency!: string;

  @Column('smallint', { name: 'shadow_score', nullable: true })
  shadowScore!: number | null;

  @Column({ type: 'text', name: 'shadow_decision', nullable: true, collation: 'C' })
  shadowDecision!: RiskDecisionKind | null;
}
