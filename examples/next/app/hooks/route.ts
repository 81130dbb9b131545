// POST /hooks: what the gateway delivers, believed because it signed it.
import { deliveryRoute } from '@credits-gateway/server/receivers';
import { setting } from '../../lib/credits';
import { keep } from '../../lib/deliveries';

export const POST = (request: Request): Promise<Response> =>
  deliveryRoute({ secret: setting('CREDITS_WEBHOOK_SECRET'), handle: keep, onError: console.error })(request);
