import { z } from 'zod';
import type { KeyForm } from '../provider';
import { SettingsError } from '../settings-error';

/** `<id>:<secret>`, as basic authentication carries it. */
export const isRazorpayPair = (text: string): boolean => /^rzp_test_\w+:.+$/.test(text);

export const key: KeyForm = {
  schema: z
    .strictObject({ id: z.string(), secret: z.string() })
    .transform(({ id, secret }) => `${id}:${secret}`)
    .refine(isRazorpayPair, 'the id of a test key, rzp_test_…, and its secret'),
  variables: 'RAZORPAY_KEY_ID with its secret',
  fromEnvironment({ RAZORPAY_KEY_ID: id, RAZORPAY_KEY_SECRET: secret }) {
    if (!id !== !secret)
      throw new SettingsError('RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET: set both or neither');
    const pair = id ? `${id}:${secret}` : null;
    if (pair !== null && !isRazorpayPair(pair))
      throw new SettingsError('RAZORPAY_KEY_ID: simulated accounts have test keys, rzp_test_…');
    return pair;
  },
};
