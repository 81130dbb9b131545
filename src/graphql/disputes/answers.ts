// How disputes are answered: what is kept for the bank, and what is sent to it.
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { acceptDispute } from '../../disputes/accept';
import { attachDisputeFile, FILE_BYTES_MAX } from '../../disputes/attach-file';
import type { Dispute } from '../../disputes/dispute.entity';
import { draftDisputeEvidence } from '../../disputes/draft-evidence';
import type { KeptFile } from '../../disputes/evidence';
import { submitDisputeEvidence } from '../../disputes/submit-evidence';
import { descriptorOf } from '../../providers/descriptors';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer, answerKeyed } from '../errors';
import {
  AcceptDisputeInputType,
  AcceptDisputePayloadType,
  AttachDisputeFileInputType,
  AttachDisputeFilePayloadType,
  DisputeAnswerType,
  DisputeEvidenceType,
  DraftDisputeEvidenceInputType,
  DraftDisputeEvidencePayloadType,
  SubmitDisputeEvidenceInputType,
  SubmitDisputeEvidencePayloadType,
} from './answer-types';
import { DisputeType } from './types';

const shown = (files: readonly KeptFile[]) =>
  files.slice(0, 50).map(({ id, kind, name }) => ({ fileId: id, kind, name }));

@Resolver(() => DisputeType)
export class DisputeAnswerFields {
  @FieldResolver(() => DisputeEvidenceType, {
    nullable: true,
    description:
      'What would be sent; null where the provider takes answers in its dashboard alone. Role: support.',
  })
  async evidence(
    @Ctx() { deps, loaders }: Context,
    @Root() { id, provider }: Dispute,
  ): Promise<DisputeEvidenceType | null> {
    const terms = deps.providers.get(provider)?.disputeAnswers?.terms;
    if (!terms) return null;
    const { text, files, updatedBy, updatedAt } = (await loaders.disputesAnswered.load(id)).draft;
    return {
      ...{ text, updatedBy, updatedAt, files: shown(files) },
      ...{ textLengthMax: terms.textLengthMax, needsFile: terms.needsFile },
      ...{ contentTypes: terms.contentTypes, filesOfAKindMax: terms.filesOfAKindMax },
      fileBytesMax: FILE_BYTES_MAX,
    };
  }

  @FieldResolver(() => [DisputeAnswerType], {
    nullable: true,
    description: 'What was answered, newest first, at most 50; null below support. Role: support.',
  })
  async answers(@Ctx() { loaders }: Context, @Root() { id }: Dispute): Promise<DisputeAnswerType[]> {
    const { answers } = await loaders.disputesAnswered.load(id);
    return answers.map(({ kind, status, text, files, askedBy, askedAt, lastError }) => ({
      ...{ kind, status, text, askedBy, askedAt, lastError },
      files: shown(files),
    }));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Its page in the provider's dashboard; null where the provider has none. Role: support.",
  })
  async dashboardUrl(@Ctx() { loaders }: Context, @Root() dispute: Dispute): Promise<string | null> {
    const intent = await loaders.intents.load(dispute.intentId);
    const page = descriptorOf(dispute.provider).disputePage;
    return page?.(dispute.providerDisputeId, intent?.mode === 'live') ?? null;
  }
}

@Resolver()
export class DisputeMutations {
  @Mutation(() => AttachDisputeFilePayloadType, {
    description: 'Hand a file to the provider, to go with the evidence. The same file once. Role: finance.',
  })
  attachDisputeFile(
    @Ctx() context: Context,
    @Arg('input', () => AttachDisputeFileInputType) input: AttachDisputeFileInputType,
  ) {
    return answer(context, async () => ({
      dispute: await attachDisputeFile(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => DraftDisputeEvidencePayloadType, {
    description: 'Keep what is written for the bank until it is sent. Role: finance.',
  })
  draftDisputeEvidence(
    @Ctx() context: Context,
    @Arg('input', () => DraftDisputeEvidenceInputType) input: DraftDisputeEvidenceInputType,
  ) {
    return answer(context, async () => ({
      dispute: await draftDisputeEvidence(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => SubmitDisputeEvidencePayloadType, {
    description: 'Send evidence to the bank, for good. Role: finance.',
  })
  submitDisputeEvidence(
    @Ctx() context: Context,
    @Arg('input', () => SubmitDisputeEvidenceInputType) input: SubmitDisputeEvidenceInputType,
  ) {
    const keyed = { operation: 'submitDisputeEvidence', key: input.idempotencyKey };
    const caller = callerOf(context);
    return answerKeyed(context, keyed, () => submitDisputeEvidence(context.deps, caller, input));
  }

  @Mutation(() => AcceptDisputePayloadType, {
    description: 'Let the payer have the money, for good: the dispute is lost. Role: finance.',
  })
  acceptDispute(
    @Ctx() context: Context,
    @Arg('input', () => AcceptDisputeInputType) input: AcceptDisputeInputType,
  ) {
    const keyed = { operation: 'acceptDispute', key: input.idempotencyKey };
    const caller = callerOf(context);
    return answerKeyed(context, keyed, () => acceptDispute(context.deps, caller, input));
  }
}
