// Who plays effects for which provider.
import type { ProviderName } from './objects';
import type { Performer } from './outcomes';
import { razorpayPerformer } from './razorpay/effects';
import { stripePerformer } from './stripe/effects';

export const PERFORMERS: Readonly<Record<ProviderName, Performer>> = {
  stripe: stripePerformer,
  razorpay: razorpayPerformer,
};
