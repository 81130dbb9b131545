// What a payment sheet handed the browser, for any provider; and the mutation from before there was one for all.
import { Arg, Ctx, Extensions, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import { confirmPayment } from '../../intents/confirm-payment';
import type { Metadata } from '../../kernel/metadata';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { MetadataScalar } from '../scalars';
import { ConfirmPaymentPayloadType } from './payloads';
import { ConfirmRazorpayPaymentPayloadType } from './razorpay-payload';

@InputType('ConfirmPaymentInput', { description: "What the provider's sheet gave the browser." })
export class ConfirmPaymentInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  id!: string;

  @Field(() => MetadataScalar, {
    description:
      "As the provider's sheet handed it over, under the provider's own names of payment, order and signature.",
  })
  proof!: Metadata;
}

@InputType('ConfirmRazorpayPaymentInput', { description: 'What Razorpay Checkout gave its handler.' })
export class ConfirmRazorpayPaymentInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  id!: string;

  @Field(() => String, { description: 'What the handler got as razorpay_payment_id.' })
  razorpayPaymentId!: string;

  @Field(() => String, { description: 'What the handler got as razorpay_order_id.' })
  razorpayOrderId!: string;

  @Field(() => String, { description: 'What the handler got as razorpay_signature.' })
  razorpaySignature!: string;
}

@Resolver()
export class ConfirmingMutations {
  @Mutation(() => ConfirmPaymentPayloadType, {
    description:
      "Hand over what the provider's payment sheet gave the browser; the server checks that the provider signed it. Where a sheet gives nothing, call syncIntent.",
  })
  confirmPayment(
    @Ctx() context: Context,
    @Arg('input', () => ConfirmPaymentInputType) input: ConfirmPaymentInputType,
  ) {
    return answer(context, async () => ({
      intent: await confirmPayment(context.deps, callerOf(context), input),
    }));
  }

  @Extensions({ countsAs: 'confirmPayment' })
  @Mutation(() => ConfirmRazorpayPaymentPayloadType, {
    description: "Hand over what Razorpay Checkout's handler received; the server checks the signature.",
  })
  confirmRazorpayPayment(
    @Ctx() context: Context,
    @Arg('input', () => ConfirmRazorpayPaymentInputType) input: ConfirmRazorpayPaymentInputType,
  ) {
    const proof = {
      razorpay_payment_id: input.razorpayPaymentId,
      razorpay_order_id: input.razorpayOrderId,
      razorpay_signature: input.razorpaySignature,
    };
    const limited = { only: 'razorpay', field: 'razorpaySignature' } as const;
    return answer(context, async () => ({
      intent: await confirmPayment(context.deps, callerOf(context), { id: input.id, proof }, limited),
    }));
  }
}
