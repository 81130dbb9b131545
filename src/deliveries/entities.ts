import { Delivery, DeliveryAttempt } from './delivery.entity';
import { WebhookEndpoint } from './endpoint.entity';

export const DELIVERY_ENTITIES = [WebhookEndpoint, Delivery, DeliveryAttempt];
