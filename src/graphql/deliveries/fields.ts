// What operators see of endpoints and deliveries. Every way to a delivery or an endpoint is for support and above already.
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Delivery, DeliveryAttempt } from '../../deliveries/delivery.entity';
import type { WebhookEndpoint } from '../../deliveries/endpoint.entity';
import { countDeliveries, listDeliveries, listEndpoints } from '../../deliveries/find';
import { invariant } from '../../kernel/invariant';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { type Connection, connectionOf } from '../paging';
import { DateTime, JsonValue } from '../scalars';
import { WebhookAttemptType } from '../webhooks/types';
import { DeliveriesArguments } from './inputs';
import { DeliveryConnectionType, DeliveryType, WebhookEndpointType } from './types';

// As the contract says; an explicit null means the same.
const PAGE_SIZE = 50;

@Resolver(() => AdminType)
export class AdminDeliveryFields {
  @FieldResolver(() => [WebhookEndpointType], {
    description: 'Where signed deliveries go, without their secrets, oldest first; at most 50.',
  })
  webhookEndpoints(@Ctx() { deps }: Context): Promise<WebhookEndpoint[]> {
    return listEndpoints(deps);
  }

  @FieldResolver(() => DeliveryConnectionType, {
    description: 'What was sent or is to be sent to endpoints, newest first.',
  })
  async deliveries(
    @Ctx() { deps, loaders }: Context,
    @Args(() => DeliveriesArguments) { first, after, filter }: DeliveriesArguments,
  ): Promise<Connection<Delivery>> {
    const page = await listDeliveries(deps, filter ?? {}, { first: first ?? PAGE_SIZE, after });
    for (const { node } of page.items) loaders.deliveries.prime(node.id, node);
    return connectionOf(page, () => countDeliveries(deps, filter ?? {}));
  }
}

@Resolver(() => DeliveryType)
export class DeliveryFields {
  @FieldResolver(() => WebhookEndpointType, { description: 'Where it goes.' })
  endpoint(@Ctx() { loaders }: Context, @Root() delivery: Delivery): Promise<WebhookEndpoint> {
    return endpointOf(loaders, delivery);
  }

  @FieldResolver(() => String, {
    description: 'What it tells, e.g. intent.succeeded; docs/events.md lists all.',
  })
  event(@Root() { type }: Delivery): string {
    return type;
  }

  @FieldResolver(() => [WebhookAttemptType], { description: 'The last 50 tries, oldest first.' })
  attempts(@Ctx() { loaders }: Context, @Root() { id }: Delivery): Promise<DeliveryAttempt[]> {
    return loaders.deliveryAttempts.load(id);
  }

  @FieldResolver(() => DateTime, {
    description: 'When it is tried again; null when it is not, or while the endpoint is off.',
    nullable: true,
  })
  async nextAttemptAt(@Ctx() { loaders }: Context, @Root() delivery: Delivery): Promise<Date | null> {
    // While its endpoint is off a delivery waits for that, and not for a time.
    return (await endpointOf(loaders, delivery)).enabled ? delivery.dueAt : null;
  }

  @FieldResolver(() => JsonValue, { description: 'The body as it is sent, by Standard Webhooks.' })
  payload(@Root() { body }: Delivery): unknown {
    try {
      return JSON.parse(body);
    } catch {
      // As it is sent.
      return body;
    }
  }
}

async function endpointOf(loaders: Context['loaders'], delivery: Delivery): Promise<WebhookEndpoint> {
  const endpoint = await loaders.webhookEndpoints.load(delivery.endpointId);
  invariant(endpoint, `Endpoint ${delivery.endpointId} of ${delivery.id} is gone`);
  return endpoint;
}
