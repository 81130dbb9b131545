import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { GrantFileFormat } from '../../grants/import-file';
import type { LineRefusal } from '../../grants/import-outcome';
import type { ProblemCode } from '../../kernel/problems';
import { enumOf } from '../enums';
import { JobType } from '../jobs/types';
import { connectionType } from '../paging';
import { ErrorCodeEnum, UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { NodeType } from '../types';

const GrantsFileFormatEnum = enumOf(
  'GrantsFileFormat',
  ['csv', 'jsonl'],
  'How a file of grants is written.',
  {
    csv: 'Comma-separated, with a line of names: userId, credits, key, reason and perhaps expiresAt.',
    jsonl: 'A JSON object of the same names to a line.',
  },
);

@InputType('StartGrantsImportInput', { description: 'A file of grants, and which campaign gives them.' })
export class StartGrantsImportInputType {
  @Field(() => String, { description: 'The key of the campaign.' })
  campaign!: string;

  @Field(() => String, {
    description: 'What the file says: at most 512 KiB and 10,000 grants. A larger one: the command line.',
  })
  file!: string;

  @Field(() => GrantsFileFormatEnum, { description: 'How it is written.', defaultValue: 'csv' })
  format!: GrantFileFormat;

  @Field(() => Boolean, {
    description: 'True: say what would become of each line now, and give nothing.',
    defaultValue: false,
  })
  dryRun!: boolean;
}

@ObjectType('GrantsImportRefusal', {
  description: 'A line that gives nothing.',
  simpleResolvers: true,
})
export class GrantsImportRefusalType {
  @Field(() => Int, { description: 'In which line of the file it begins, from 1.' })
  line!: number;

  @Field(() => ErrorCodeEnum, { description: 'As grantCredits has it.' })
  code!: ProblemCode;

  @Field(() => String, { description: 'Why, in English for a person.' })
  message!: string;
}

@ObjectType('GrantsImportOutcome', {
  description: 'What became, or would become, of the lines of a file.',
  simpleResolvers: true,
})
export class GrantsImportOutcomeType {
  @Field(() => Int, { description: 'Lines that give.' })
  granted!: number;

  @Field(() => Int, {
    description:
      'Lines whose key gave the same before: by an earlier file, or by this one before it was cut off.',
  })
  replayed!: number;

  @Field(() => Int, { description: 'Lines that give nothing.' })
  refused!: number;

  @Field(() => Int, {
    description: 'Of the refused, those that cannot be read: with one of them, the file is not started.',
  })
  unreadable!: number;

  @Field(() => Credits, { description: 'How many the granted lines give together.' })
  credits!: bigint;

  @Field(() => [GrantsImportRefusalType], { description: 'The first 200 of the refused, by line.' })
  refusals!: readonly LineRefusal[];
}

@ObjectType('GrantsImport', {
  description: 'A file of grants that is given in the background.',
  implements: [NodeType, JobType],
  simpleResolvers: true,
})
export class GrantsImportType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'Who started it, in whose name it gives.' })
  requestedBy!: string;

  @Field(() => DateTime, { description: 'When startGrantsImport asked for it.' })
  createdAt!: Date;
}

export const GrantsImportConnectionType = connectionType('GrantsImport', GrantsImportType);

@ObjectType('StartGrantsImportPayload', {
  description: 'The file that is being given, or what it would come to.',
  simpleResolvers: true,
})
export class StartGrantsImportPayloadType {
  @Field(() => GrantsImportType, {
    description: 'Queued; null when none was started, and with dryRun.',
    nullable: true,
  })
  import!: GrantsImportType | null;

  @Field(() => GrantsImportOutcomeType, {
    description: 'With dryRun, what would become of the lines; else null.',
    nullable: true,
  })
  outcome!: GrantsImportOutcomeType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
