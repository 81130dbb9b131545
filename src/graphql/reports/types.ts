import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Format } from '../../reports/rows';
import { AuditFilterInput } from '../callers/types';
import { HoldFilterInput } from '../credits/hold-types';
import { CreditTransactionFilterInput } from '../credits/types';
import { UsageFilterInput } from '../credits/usage';
import { DeliveryFilterInput } from '../deliveries/inputs';
import { DisputeFilterInput } from '../disputes/types';
import { enumOf } from '../enums';
import { IntentFilterInput } from '../intents/inputs';
import { JobType } from '../jobs/types';
import { LedgerFilterInput } from '../ledger/types';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { BreakFilterInput } from '../reconciliation/inputs';
import { RefundFilterInput } from '../refunds/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';
import { WebhookEventFilterInput } from '../webhooks/inputs';

export const ExportFormatEnum = enumOf(
  'ExportFormat',
  ['csv', 'jsonl', 'spreadsheet', 'journal'],
  'As which rows are written.',
  {
    csv: 'Comma-separated, RFC 4180, with a line of names.',
    jsonl: 'One JSON object to a line.',
    spreadsheet:
      'CSV for a spreadsheet: a byte order mark, what it is and its filter above the names, debit and credit columns.',
    journal:
      'CSV that accounting software imports: of the ledger alone, money alone, a date, an account, debit and credit to a line.',
  },
);

/** schema.ts makes it a oneOf: exactly one field is given. */
@InputType('ExportSelection', { description: 'What to export, by the same filter as its list.' })
export class ExportSelectionInput {
  @Field(() => IntentFilterInput, { description: 'Purchases.', nullable: true })
  intents?: IntentFilterInput | null;

  @Field(() => CreditTransactionFilterInput, { description: 'Movements of credits.', nullable: true })
  creditTransactions?: CreditTransactionFilterInput | null;

  @Field(() => HoldFilterInput, { description: 'Credits that were set aside.', nullable: true })
  holds?: HoldFilterInput | null;

  @Field(() => UsageFilterInput, { description: 'What was used, part by part.', nullable: true })
  usage?: UsageFilterInput | null;

  @Field(() => LedgerFilterInput, { description: 'Postings in double entry.', nullable: true })
  ledger?: LedgerFilterInput | null;

  @Field(() => WebhookEventFilterInput, { description: 'What providers told us.', nullable: true })
  webhookEvents?: WebhookEventFilterInput | null;

  @Field(() => DeliveryFilterInput, { description: 'What we told back ends.', nullable: true })
  deliveries?: DeliveryFilterInput | null;

  @Field(() => BreakFilterInput, { description: 'Differences that reconciliation found.', nullable: true })
  breaks?: BreakFilterInput | null;

  @Field(() => RefundFilterInput, { description: 'Money that went back.', nullable: true })
  refunds?: RefundFilterInput | null;

  @Field(() => DisputeFilterInput, { description: "Complaints at payers' banks.", nullable: true })
  disputes?: DisputeFilterInput | null;

  @Field(() => AuditFilterInput, { description: 'What operators did. Role: admin.', nullable: true })
  auditLog?: AuditFilterInput | null;
}

@InputType('StartExportInput', { description: 'Which list to write to a file.' })
export class StartExportInputType {
  @Field(() => ExportSelectionInput, { description: 'One list, by its filter.' })
  select!: ExportSelectionInput;

  @Field(() => ExportFormatEnum, { description: 'As which to write it.', defaultValue: 'csv' })
  format!: Format;
}

@ObjectType('ExportJob', {
  description: 'A file of rows, written in the background from one snapshot.',
  implements: [NodeType, JobType],
  simpleResolvers: true,
})
export class ExportJobType {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime, { description: 'When startExport asked for it.' })
  createdAt!: Date;
}

export const ExportJobConnectionType = connectionType('ExportJob', ExportJobType);

@ObjectType('StartExportPayload', { description: 'The file that is being written.', simpleResolvers: true })
export class StartExportPayloadType {
  @Field(() => ExportJobType, { description: 'Queued; null when none was started.', nullable: true })
  export!: ExportJobType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
