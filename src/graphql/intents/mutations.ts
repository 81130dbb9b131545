import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { syncIntent } from '../../disputes/sync';
import { addNote } from '../../intents/add-note';
import { cancelIntent } from '../../intents/cancel';
import { createIntent } from '../../intents/create';
import { rememberAccount } from '../../users/remember-account';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer, answerKeyed } from '../errors';
import { payerOf } from '../risk/payer';
import {
  AddNoteInputType,
  CancelIntentInputType,
  CreateIntentInputType,
  SyncIntentInputType,
} from './inputs';
import {
  AddNotePayloadType,
  CancelIntentPayloadType,
  CreateIntentPayloadType,
  SyncIntentPayloadType,
} from './payloads';

@Resolver()
export class IntentMutations {
  @Mutation(() => CreateIntentPayloadType, {
    description: 'Start a purchase. Safe to retry: the same key and input give the same intent.',
  })
  createIntent(
    @Ctx() context: Context,
    @Arg('input', () => CreateIntentInputType) input: CreateIntentInputType,
  ) {
    const keyed = { operation: 'createIntent', key: input.idempotencyKey };
    return answerKeyed(context, keyed, async () => {
      const caller = callerOf(context);
      const { deps, traceparent } = context;
      const payer = payerOf(context, input.payer);
      const made = await createIntent(deps, caller, { ...input, payer, traceparent });
      await rememberAccount(deps, caller);
      return made;
    });
  }

  @Mutation(() => CancelIntentPayloadType, {
    description: 'Cancel while pending (or processing, where the provider allows).',
  })
  cancelIntent(
    @Ctx() context: Context,
    @Arg('input', () => CancelIntentInputType) input: CancelIntentInputType,
  ) {
    return answer(context, async () => ({
      intent: await cancelIntent(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => AddNotePayloadType, { description: "Note on a payment's timeline. Role: support." })
  addNote(@Ctx() context: Context, @Arg('input', () => AddNoteInputType) input: AddNoteInputType) {
    const caller = callerOf(context);
    return answer(context, async () => ({ event: await addNote(context.deps, caller, input) }));
  }

  @Mutation(() => SyncIntentPayloadType, {
    description: 'Ask the provider now, for a browser back from a redirect before the webhook came.',
  })
  syncIntent(@Ctx() context: Context, @Arg('input', () => SyncIntentInputType) input: SyncIntentInputType) {
    return answer(context, async () => ({
      intent: await syncIntent(context.deps, callerOf(context), input),
    }));
  }
}
