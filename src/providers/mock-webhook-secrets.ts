import { DESCRIPTORS } from './descriptors';
import type { ProviderName } from './provider';

/** What webhook events are signed with in mock mode, by provider. Everybody knows them. */
export const MOCK_WEBHOOK_SECRETS = Object.fromEntries(
  Object.entries(DESCRIPTORS).map(([name, { keys }]) => [name, keys.mock.webhookSecret]),
) as Readonly<Record<ProviderName, string>>;
