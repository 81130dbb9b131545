// What disputes are answered with.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { EVIDENCE_KINDS, type EvidenceKind } from '../../providers/dispute';
import { enumOf } from '../enums';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { DisputeType } from './types';

export const EvidenceKindEnum = enumOf('EvidenceKind', EVIDENCE_KINDS, 'What a file of evidence shows.', {
  receipt: 'That it was bought: a receipt or an invoice.',
  communication: 'What the payer wrote, or was written.',
  activity_log: 'That it was used: a log of what the payer did.',
  refund_policy: 'The policy for refunds that the payer agreed to.',
  other: 'Anything else.',
});

export const DisputeAnswerKindEnum = enumOf(
  'DisputeAnswerKind',
  ['evidence', 'accept'] as const,
  'Whether the bank was told otherwise.',
  { evidence: 'It was countered with evidence.', accept: 'It was accepted: the payer keeps the money.' },
);

export const DisputeAnswerStatusEnum = enumOf(
  'DisputeAnswerStatus',
  ['asked', 'done', 'refused'] as const,
  'What became of an answer.',
  {
    asked: 'It was sent, and the provider has not said what became of it: send it again under its key.',
    done: 'The provider has it.',
    refused: 'The provider did not take it.',
  },
);

@ObjectType('EvidenceFile', { description: 'A file that the provider has.', simpleResolvers: true })
export class EvidenceFileType {
  @Field(() => ID, { description: 'By which draftDisputeEvidence keeps it.' })
  fileId!: string;

  @Field(() => EvidenceKindEnum, { description: 'What it shows.' })
  kind!: EvidenceKind;

  @Field(() => String, { description: 'As it was called where it came from.' })
  name!: string;
}

@ObjectType('DisputeEvidence', {
  description: 'What goes with the next answer, and what the provider takes.',
  simpleResolvers: true,
})
export class DisputeEvidenceType {
  @Field(() => String, { description: 'What somebody wrote and has not sent; empty when nobody did.' })
  text!: string;

  @Field(() => [EvidenceFileType], { description: 'Attached, oldest first, at most 50.' })
  files!: EvidenceFileType[];

  @Field(() => String, { nullable: true, description: 'Who wrote last; null: nobody.' })
  updatedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When; null: never.' })
  updatedAt!: Date | null;

  @Field(() => Int, { description: 'Characters that the provider takes.' })
  textLengthMax!: number;

  @Field(() => Int, { nullable: true, description: 'Files of one kind that it takes; null: any number.' })
  filesOfAKindMax!: number | null;

  @Field(() => Boolean, { description: 'True when it takes no text without a file.' })
  needsFile!: boolean;

  @Field(() => [String], { description: 'Types of files that it takes, such as application/pdf.' })
  contentTypes!: readonly string[];

  @Field(() => Int, { description: 'The most bytes of a file that the gateway hands over.' })
  fileBytesMax!: number;
}

@ObjectType('DisputeAnswer', { description: 'What was answered to a bank.', simpleResolvers: true })
export class DisputeAnswerType {
  @Field(() => DisputeAnswerKindEnum, { description: 'Whether it was countered.' })
  kind!: 'evidence' | 'accept';

  @Field(() => DisputeAnswerStatusEnum, { description: 'Whether the provider took it.' })
  status!: 'asked' | 'done' | 'refused';

  @Field(() => String, { description: 'What the bank was told; of an accepted one why, for operators.' })
  text!: string;

  @Field(() => [EvidenceFileType], { description: 'What went with it, at most 50.' })
  files!: EvidenceFileType[];

  @Field(() => String, { description: 'The operator.' })
  askedBy!: string;

  @Field(() => DateTime, { description: "By the gateway's clock." })
  askedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Why the provider did not take it; null when it did.' })
  lastError!: string | null;
}

@InputType('AttachDisputeFileInput', { description: 'A file for the bank.' })
export class AttachDisputeFileInputType {
  @Field(() => ID, { description: 'Of the dispute, dsp_….' })
  disputeId!: string;

  @Field(() => EvidenceKindEnum, { description: 'What it shows.' })
  kind!: EvidenceKind;

  @Field(() => String, { description: 'Its name, without a path.' })
  name!: string;

  @Field(() => String, { description: 'One of contentTypes of its evidence.' })
  contentType!: string;

  @Field(() => String, { description: 'Its bytes in base 64, at most fileBytesMax of them.' })
  content!: string;
}

@InputType('DraftDisputeEvidenceInput', { description: 'What is kept until it is sent.' })
export class DraftDisputeEvidenceInputType {
  @Field(() => ID, { description: 'Of the dispute, dsp_….' })
  disputeId!: string;

  @Field(() => String, { description: 'What the bank is to read; may be empty.' })
  text!: string;

  @Field(() => [ID], { nullable: true, description: 'Files that stay attached; left out: all of them.' })
  fileIds?: string[] | null;
}

@InputType('SubmitDisputeEvidenceInput', { description: 'What the bank is told, once.' })
export class SubmitDisputeEvidenceInputType {
  @Field(() => ID, { description: 'Of the dispute, dsp_….' })
  disputeId!: string;

  @Field(() => String, { description: 'What the bank reads, at least 1 character.' })
  text!: string;

  @Field(() => String, { description: 'Made by the client: the same key and text send once.' })
  idempotencyKey!: string;
}

@InputType('AcceptDisputeInput', { description: 'A dispute that is not countered.' })
export class AcceptDisputeInputType {
  @Field(() => ID, { description: 'Of the dispute, dsp_….' })
  disputeId!: string;

  @Field(() => String, { description: 'Why, for operators, 1 to 500 characters.' })
  reason!: string;

  @Field(() => String, { description: 'Made by the client: the same key and reason accept once.' })
  idempotencyKey!: string;
}

@ObjectType('AttachDisputeFilePayload', {
  description: 'What goes with the evidence from now on.',
  simpleResolvers: true,
})
export class AttachDisputeFilePayloadType {
  @Field(() => DisputeType, { nullable: true, description: 'Null when nothing was attached.' })
  dispute!: DisputeType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('DraftDisputeEvidencePayload', {
  description: 'The dispute with what is kept for it.',
  simpleResolvers: true,
})
export class DraftDisputeEvidencePayloadType {
  @Field(() => DisputeType, { nullable: true, description: 'Null when nothing was kept.' })
  dispute!: DisputeType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('SubmitDisputeEvidencePayload', { description: 'The dispute after it.', simpleResolvers: true })
export class SubmitDisputeEvidencePayloadType {
  @Field(() => DisputeType, { nullable: true, description: 'Null when nothing was sent.' })
  dispute!: DisputeType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already sent it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('AcceptDisputePayload', { description: 'The dispute after it.', simpleResolvers: true })
export class AcceptDisputePayloadType {
  @Field(() => DisputeType, { nullable: true, description: 'Null when nothing was given up.' })
  dispute!: DisputeType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
