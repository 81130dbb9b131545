// Stripe's own program brings events to a developer's machine: docs.stripe.com/cli/listen.
import { z } from 'zod';
import type { LocalWebhooks } from '../descriptor';
import { jsonOf } from '../transport';

const text = z.string().nullish().catch(null);
const named = z.object({ id: text, type: text });

export const localWebhooks: LocalWebhooks = {
  steps: ({ url, events, secretVariable }) => [
    `stripe listen --forward-to ${url} --events ${events.join(',')}`,
    `It prints a secret, whsec_…: ${secretVariable} of the gateway is that one. Start the gateway again after you set it.`,
    'From the dashboard instead: an endpoint with the same events at the address of a tunnel to this port, and its own secret.',
  ],
  nameOf: (body) => {
    const { id = null, type = null } = named.safeParse(jsonOf(body)).data ?? {};
    return { id, type };
  },
};
