// Razorpay sends to addresses on the internet alone, so that a tunnel has to bring events to a developer's machine:
// razorpay.com/docs/webhooks/setup-edit-payments.
import { z } from 'zod';
import type { LocalWebhooks } from '../descriptor';
import { headerText } from '../signature';
import { jsonOf } from '../transport';

const named = z.object({ event: z.string().nullish().catch(null) });

export const localWebhooks: LocalWebhooks = {
  steps: ({ url, events, secretVariable }) => {
    const { origin, pathname } = new URL(url);
    return [
      `A tunnel of your choice to ${origin}, such as: cloudflared tunnel --url ${origin}`,
      `Dashboard in test mode, Account & Settings, Webhooks, Add New Webhook: the URL is https://<your tunnel>${pathname}`,
      `The secret is yours to choose: ${secretVariable} of the gateway is the same. Start the gateway again after you set it.`,
      `Active events: ${events.join(', ')}`,
    ];
  },
  nameOf: (body, headers) => ({
    id: headerText(headers, 'x-razorpay-event-id') || null,
    type: named.safeParse(jsonOf(body)).data?.event ?? null,
  }),
};
