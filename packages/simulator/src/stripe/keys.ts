import { z } from 'zod';
import type { KeyForm } from '../provider';
import { SettingsError } from '../settings-error';

/** Secret (sk_) and restricted (rk_) keys. */
export const isStripeKey = (text: string): boolean => /^(sk|rk)_test_\w+$/.test(text);

export const key: KeyForm = {
  schema: z.string().refine(isStripeKey, 'a test key: sk_test_… or rk_test_…'),
  variables: 'STRIPE_SECRET_KEY',
  fromEnvironment({ STRIPE_SECRET_KEY }) {
    if (STRIPE_SECRET_KEY && !isStripeKey(STRIPE_SECRET_KEY))
      throw new SettingsError('STRIPE_SECRET_KEY: simulated accounts have test keys, sk_test_… or rk_test_…');
    return STRIPE_SECRET_KEY || null;
  },
};
