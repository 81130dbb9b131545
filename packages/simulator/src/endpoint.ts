// The webhook endpoint that the account has at each provider: which types of events it asked for. No provider sends
// others.
import type { Account } from './limits';
import type { ProviderName } from './objects';
import { byProvider } from './providers';

/** What a gateway asks for, as docs/providers.md lists it. */
export const ASKED_FOR = byProvider(({ webhooks }) => webhooks.askedFor);

/** Every type that the stand-in has news of. */
export const EVENT_TYPES = byProvider(({ webhooks }) => webhooks.types);

/** Whether the provider sends events of this type to us. */
export const isSent = ({ events }: Account, provider: ProviderName, type: string): boolean =>
  events[provider].includes(type);
