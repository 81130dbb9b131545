// Endpoints are an admin's business, because an endpoint is told everything; sending again is support's.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { createWebhookEndpoint } from '../../deliveries/create-endpoint';
import { deleteWebhookEndpoint } from '../../deliveries/delete-endpoint';
import { resendDeliveries } from '../../deliveries/resend';
import { rotateWebhookEndpointSecret } from '../../deliveries/rotate-secret';
import { sendTestDelivery } from '../../deliveries/send-test';
import { updateWebhookEndpoint } from '../../deliveries/update-endpoint';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import {
  ResendDeliveriesInputType,
  UpdateWebhookEndpointInputType,
  WebhookEndpointIdInputType,
  WebhookEndpointInputType,
} from './inputs';
import {
  CreateWebhookEndpointPayloadType,
  DeleteWebhookEndpointPayloadType,
  ResendDeliveriesPayloadType,
  RotateWebhookEndpointSecretPayloadType,
  SendTestDeliveryPayloadType,
  UpdateWebhookEndpointPayloadType,
} from './types';

@Resolver()
export class DeliveryMutations {
  @Mutation(() => CreateWebhookEndpointPayloadType, {
    description:
      'Where our signed deliveries go: intent.*, credits.*, hold.*, refund.*, dispute.*. The secret is shown once. Role: admin.',
  })
  createWebhookEndpoint(
    @Ctx() context: Context,
    @Arg('input', () => WebhookEndpointInputType) input: WebhookEndpointInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, () => createWebhookEndpoint(context.deps, caller, input));
  }

  @Mutation(() => UpdateWebhookEndpointPayloadType, {
    description: 'Change where deliveries go or which. Role: admin.',
  })
  updateWebhookEndpoint(
    @Ctx() context: Context,
    @Arg('input', () => UpdateWebhookEndpointInputType) input: UpdateWebhookEndpointInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({
      endpoint: await updateWebhookEndpoint(context.deps, caller, input),
    }));
  }

  @Mutation(() => DeleteWebhookEndpointPayloadType, {
    description: 'Nothing goes there any more; what was sent stays in the list. Role: admin.',
  })
  deleteWebhookEndpoint(
    @Ctx() context: Context,
    @Arg('input', () => WebhookEndpointIdInputType) { id }: WebhookEndpointIdInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({ endpoint: await deleteWebhookEndpoint(context.deps, caller, id) }));
  }

  @Mutation(() => RotateWebhookEndpointSecretPayloadType, {
    description: 'A new secret; the old one signs too for 24 hours.',
  })
  rotateWebhookEndpointSecret(
    @Ctx() context: Context,
    @Arg('input', () => WebhookEndpointIdInputType) { id }: WebhookEndpointIdInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, () => rotateWebhookEndpointSecret(context.deps, caller, id));
  }

  @Mutation(() => SendTestDeliveryPayloadType, {
    description: 'Queue one delivery of type test.ping to it. Role: admin.',
  })
  sendTestDelivery(
    @Ctx() context: Context,
    @Arg('input', () => WebhookEndpointIdInputType) { id }: WebhookEndpointIdInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({ endpoint: await sendTestDelivery(context.deps, caller, id) }));
  }

  @Mutation(() => ResendDeliveriesPayloadType, {
    description: 'Send again by ids or by filter. Role: support.',
  })
  resendDeliveries(
    @Ctx() context: Context,
    @Arg('input', () => ResendDeliveriesInputType) input: ResendDeliveriesInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, () => resendDeliveries(context.deps, caller, input), { matched: 0, queued: 0 });
  }
}
