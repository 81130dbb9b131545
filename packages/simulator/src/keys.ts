// The API keys that open the simulated accounts.
import type { ProviderName } from './objects';
import { byProvider } from './providers';

/** Each as one text, see KeyForm. Null: any test key opens that provider's account. */
export type ApiKeys = Readonly<Record<ProviderName, string | null>>;

export const ANY_TEST_KEY: ApiKeys = byProvider(() => null);
