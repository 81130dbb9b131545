// Every provider that the gateway knows, in the order in which they are asked. Adding one begins here: docs/adding-a-provider.md.
import type { Descriptor } from './descriptor';
import type { ProviderName } from './provider';
import { razorpay } from './razorpay/descriptor';
import { stripe } from './stripe/descriptor';

export const DESCRIPTORS = { stripe, razorpay };

export const PROVIDER_NAMES = Object.keys(DESCRIPTORS) as readonly ProviderName[];

/** The descriptor of a provider. */
export const descriptorOf = (name: ProviderName): Descriptor => DESCRIPTORS[name];
