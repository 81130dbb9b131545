// What a posting and a check of the ledger show beside their columns.
import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { type Account, accountOf } from '../../credits/chart';
import type { LedgerCheckResult } from '../../credits/check-ledger';
import type { Journal } from '../../credits/journal.entity';
import { isFinished, type Job } from '../../jobs/job.entity';
import { numberedId } from '../../kernel/ids';
import type { Intent } from '../../payments/intent.entity';
import type { Context } from '../context';
import { PaymentIntentType } from '../intents/types';
import { ProgressType, progressOf, RunStatusEnum } from '../jobs/types';
import { BigIntString, DateTime } from '../scalars';
import { describe } from './describe';
import { JournalEntryType, JournalLineType, type LedgerAccountType, LedgerCheckType } from './types';

/** An account of the chart in one of its units. */
export const accountIn = (account: Account, unit: string): LedgerAccountType => ({ ...account, unit });

@Resolver(() => JournalEntryType)
export class JournalEntryFields {
  @FieldResolver(() => ID)
  id(@Root() { id }: Journal): string {
    return numberedId('journal', id);
  }

  @FieldResolver(() => String, { description: 'What it books, in a sentence.' })
  description(@Root() journal: Journal): string {
    return describe(journal);
  }

  @FieldResolver(() => PaymentIntentType, {
    description: 'The purchase that it belongs to; null where there is none.',
    nullable: true,
  })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: Journal): Promise<Intent | null> {
    return intentId === null ? null : loaders.intents.load(intentId);
  }

  @FieldResolver(() => JournalEntryType, {
    description: 'The entry that it takes back; null for all others.',
    nullable: true,
  })
  async reversalOf(@Ctx() { loaders }: Context, @Root() { reversalOf }: Journal): Promise<Journal | null> {
    return reversalOf === null ? null : loaders.journals.load(reversalOf);
  }

  @FieldResolver(() => [JournalLineType], { description: 'Both sides of it, in each unit.' })
  async lines(@Ctx() { loaders }: Context, @Root() { id }: Journal): Promise<JournalLineType[]> {
    const lines = await loaders.journalLines.load(id);
    return lines.map(({ account, unit, amount }) => ({
      account: accountIn(accountOf(account) as Account, unit),
      side: amount > 0n ? 'credit' : 'debit',
      amount: amount > 0n ? amount : -amount,
      unit,
    }));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Hash over this entry and the one before it; null until sealed.',
  })
  async chainHash(@Ctx() { loaders }: Context, @Root() { id }: Journal): Promise<string | null> {
    return loaders.chainHashes.load(id);
  }
}

@Resolver(() => PaymentIntentType)
export class IntentReceiptFields {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Gapless per year, numbered in sealed order soon after success; null until then.',
  })
  async receiptNumber(@Ctx() { loaders }: Context, @Root() { id }: Intent): Promise<string | null> {
    return loaders.receipts.load(id);
  }
}

@Resolver(() => LedgerCheckType)
export class LedgerCheckFields {
  @FieldResolver(() => RunStatusEnum)
  status(@Root() { status }: Job): Job['status'] {
    return status;
  }

  @FieldResolver(() => ProgressType)
  progress(@Root() job: Job): ProgressType {
    return progressOf(job);
  }

  @FieldResolver(() => Boolean, { description: 'True: nothing is wrong. False also while it still runs.' })
  ok(@Root() job: Job): boolean {
    return resultOf(job).ok ?? false;
  }

  @FieldResolver(() => BigIntString, { description: 'Postings that were read, so far or in all.' })
  checkedEntries(@Root() job: Job): bigint {
    const soFar = (job.checkpoint as { entries?: number } | null)?.entries ?? 0;
    return BigInt(resultOf(job).checkedEntries ?? soFar);
  }

  @FieldResolver(() => Boolean, {
    description: 'True: it reads everything. False: what is new, and a piece of what was read before.',
  })
  isWhole(@Root() job: Job): boolean {
    return resultOf(job).isWhole ?? (job.input as { isWhole?: boolean }).isWhole ?? true;
  }

  @FieldResolver(() => DateTime, {
    description: 'Everything that was posted before has been read since then; null while it runs.',
    nullable: true,
  })
  readSince(@Root() job: Job): Date | null {
    const { readSince } = resultOf(job);
    return readSince ? new Date(readSince) : null;
  }

  @FieldResolver(() => BigIntString, {
    description: 'Debits less credits over all units; 0 when the books balance.',
  })
  imbalance(@Root() job: Job): bigint {
    return BigInt(resultOf(job).imbalance ?? 0);
  }

  @FieldResolver(() => DateTime, {
    description: 'When the last sealed posting was made; null when none is sealed.',
    nullable: true,
  })
  sealedUpTo(@Root() job: Job): Date | null {
    const { sealedUpTo } = resultOf(job);
    return sealedUpTo ? new Date(sealedUpTo) : null;
  }

  @FieldResolver(() => BigIntString, {
    description: 'Postings that had no seal yet. Their sums were checked with the others.',
  })
  unsealedPostings(@Root() job: Job): bigint {
    return BigInt(resultOf(job).unsealed?.postings ?? 0);
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When the oldest of those was posted.' })
  unsealedSince(@Root() job: Job): Date | null {
    const since = resultOf(job).unsealed?.since;
    return since ? new Date(since) : null;
  }

  @FieldResolver(() => String, {
    description: 'Hash of the last link, to keep outside of the database; null when none is sealed.',
    nullable: true,
  })
  headHash(@Root() job: Job): string | null {
    return resultOf(job).headHash ?? null;
  }

  @FieldResolver(() => [String], { description: 'What is wrong, a sentence each; empty when nothing is.' })
  problems(@Root() job: Job): readonly string[] {
    if (job.status === 'failed' && job.message !== null) return [job.message];
    return resultOf(job).problems ?? [];
  }

  @FieldResolver(() => DateTime, { description: 'When it ended, or when it last got on.' })
  at(@Root() job: Job): Date {
    return isFinished(job.status) ? (job.finishedAt ?? job.updatedAt) : job.updatedAt;
  }
}

const resultOf = ({ result }: Job) => (result ?? {}) as Partial<LedgerCheckResult>;
