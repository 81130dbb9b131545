// What is kept of an answer to a dispute: its draft, its files, and what was sent.
import type pg from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { invalidInput } from '../kernel/problems';
import type { EvidenceKind, EvidenceTerms } from '../providers/dispute';

/** An answer that was asked for. Written by ask_dispute_answer() and by what ends it. */
@Entity('dispute_answers')
export class DisputeAnswer {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', name: 'dispute_id', collation: 'C' })
  disputeId!: string;

  @Column({ type: 'text', collation: 'C' })
  kind!: 'evidence' | 'accept';

  /** asked: the provider has not said yet. */
  @Column({ type: 'text', collation: 'C' })
  status!: 'asked' | 'done' | 'refused';

  @Column('text')
  text!: string;

  /** As they were attached then. */
  @Column('jsonb')
  files!: readonly KeptFile[];

  @Column({ type: 'text', collation: 'C', select: false })
  key?: string;

  @Column({ type: 'text', name: 'input_hash', collation: 'C', select: false })
  inputHash?: string;

  @Column({ type: 'text', name: 'asked_by', collation: 'C' })
  askedBy!: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** What the provider said of one that it refused. */
  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;
}

export interface KeptFile {
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly name: string;
  readonly providerFileId: string;
}

/** What goes with the next answer. */
export interface Draft {
  readonly text: string;
  readonly files: readonly KeptFile[];
  readonly updatedBy: string | null;
  readonly updatedAt: Date | null;
}

const DRAFTS = `
  select a.id, coalesce(d.text, '') as text, d.updated_by as "updatedBy", d.updated_at as "updatedAt", kept_files(a.id) as files
  from unnest($1::text[]) with ordinality a(id, nth) left join dispute_drafts d on d.dispute_id = a.id
  order by a.nth`;

/** In the order of the disputes; an empty one where nothing was written. */
export async function draftsOf(
  { pool }: { readonly pool: pg.Pool },
  disputeIds: readonly string[],
): Promise<Draft[]> {
  const { rows } = await pool.query<Draft>(DRAFTS, [disputeIds]);
  return rows;
}

/** Until the transaction ends nobody else changes which files go with the next answer. */
export const lockFiles = (client: Queryable, disputeId: string) =>
  client.query('select from disputes where id = $1 for no key update', [disputeId]);

/**
 * Looks, under the lock, whether the provider has a place for each file that goes with the next answer: the bank would not be shown
 * the others. @throws Problem INVALID_INPUT
 */
export async function checkPlaces(
  client: Queryable,
  { filesOfAKindMax }: EvidenceTerms,
  disputeId: string,
  field: string,
): Promise<void> {
  if (filesOfAKindMax === null) return;
  const { rowCount } = await client.query(
    'select kind from dispute_files where dispute_id = $1 and is_kept group by kind having count(*) > $2',
    [disputeId, filesOfAKindMax],
  );
  if (rowCount) throw invalidInput('There is a file of this kind already: take it off first.', field);
}

// As the contract caps every list that is not a connection; a dispute is answered once or twice.
const OF_DISPUTE_MAX = 50;

/** What was asked for each dispute, newest first. */
export async function answersOf(
  { pool }: { readonly pool: pg.Pool },
  disputeIds: readonly string[],
): Promise<DisputeAnswer[][]> {
  const { rows } = await pool.query<Row>(
    `select d.* from unnest($1::text[]) a(dispute_id) cross join lateral (
       select * from dispute_answers d where d.dispute_id = a.dispute_id
       order by d.asked_at desc, d.id desc limit ${OF_DISPUTE_MAX}) d`,
    [[...new Set(disputeIds)]],
  );
  const answers = rows.map(rowMapper(DisputeAnswer));
  return disputeIds.map((id) => answers.filter((answer) => answer.disputeId === id));
}

/** What goes with the next answer of a dispute, and what went with those before. */
export interface Answering {
  readonly draft: Draft;
  readonly answers: readonly DisputeAnswer[];
}

/** In the order of the disputes. */
export async function answeringOf(
  deps: { readonly pool: pg.Pool },
  disputeIds: readonly string[],
): Promise<Answering[]> {
  const [drafts, answers] = await Promise.all([draftsOf(deps, disputeIds), answersOf(deps, disputeIds)]);
  return drafts.map((draft, at) => ({ draft, answers: answers[at] ?? [] }));
}
