import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { AuditFilterInput } from '../callers/types';
import { HoldFilterInput } from '../credits/hold-types';
import { CreditTransactionFilterInput } from '../credits/types';
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

export const ExportFormatEnum = enumOf('ExportFormat', ['csv', 'jsonl']);

/** schema.ts makes it a oneOf: exactly one field is given. */
@InputType('ExportSelection', { description: 'What to export, by the same filter as its list.' })
export class ExportSelectionInput {
  @Field(() => IntentFilterInput, { nullable: true })
  intents?: IntentFilterInput | null;

  @Field(() => CreditTransactionFilterInput, { nullable: true })
  creditTransactions?: CreditTransactionFilterInput | null;

  @Field(() => HoldFilterInput, { nullable: true })
  holds?: HoldFilterInput | null;

  @Field(() => LedgerFilterInput, { nullable: true })
  ledger?: LedgerFilterInput | null;

  @Field(() => WebhookEventFilterInput, { nullable: true })
  webhookEvents?: WebhookEventFilterInput | null;

  @Field(() => DeliveryFilterInput, { nullable: true })
  deliveries?: DeliveryFilterInput | null;

  @Field(() => BreakFilterInput, { nullable: true })
  breaks?: BreakFilterInput | null;

  @Field(() => RefundFilterInput, { nullable: true })
  refunds?: RefundFilterInput | null;

  @Field(() => DisputeFilterInput, { nullable: true })
  disputes?: DisputeFilterInput | null;

  @Field(() => AuditFilterInput, { nullable: true })
  auditLog?: AuditFilterInput | null;
}

@InputType('StartExportInput')
export class StartExportInputType {
  @Field(() => ExportSelectionInput)
  select!: ExportSelectionInput;

  @Field(() => ExportFormatEnum, { defaultValue: 'csv' })
  format!: 'csv' | 'jsonl';
}

@ObjectType('ExportJob', { implements: [NodeType, JobType], simpleResolvers: true })
export class ExportJobType {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime)
  createdAt!: Date;
}

export const ExportJobConnectionType = connectionType('ExportJob', ExportJobType);

@ObjectType('StartExportPayload', { simpleResolvers: true })
export class StartExportPayloadType {
  @Field(() => ExportJobType, { nullable: true })
  export!: ExportJobType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
