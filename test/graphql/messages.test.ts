import { messageOf } from '../../src/graphql/intents/messages';

const says = (kind: Parameters<typeof messageOf>[0]['kind'], data = {}, toStatus: string | null = null) =>
  messageOf({ kind, data, toStatus });

const failure = { code: 'card_declined', message: 'Your card was declined.', retryable: true };

test.each([
  [
    'created',
    { packageId: 'small', amountMinor: 5000, currency: 'INR' },
    null,
    'A purchase of package small for ₹50.00 was started.',
  ],
  ['provider_answered', {}, 'pending', 'The provider is ready to take the payment.'],
  ['status_changed', {}, 'processing', 'The provider is working on the payment.'],
  ['status_changed', { attemptCount: 1 }, 'succeeded', 'The payment succeeded.'],
  ['status_changed', { failure }, 'failed', 'The payment failed. Your card was declined.'],
  ['status_changed', {}, 'canceled', 'The payment was canceled.'],
  ['status_changed', {}, 'pending', 'The payment can be tried again.'],
  [
    'attempt_declined',
    { failure, attemptCount: 2 },
    'pending',
    'Attempt 2 was declined. Your card was declined.',
  ],
  ['payment_changed', {}, 'pending', 'The provider has news about the payment.'],
  [
    'refund_issued',
    { amountMinor: 2500, currency: 'USD', creditsRevoked: 25 },
    'succeeded',
    '$25.00 went back, and 25 credits were taken back.',
  ],
  ['credits_granted', { credits: 50 }, null, '50 credits were added.'],
  [
    'money_unapplied',
    { amountMinor: 500, currency: 'USD', break: 'currency_mismatch' },
    null,
    '$5.00 came that buys nothing (currency mismatch); it is kept apart and goes back.',
  ],
  [
    'break_opened',
    { break: 'status_mismatch' },
    null,
    'What the provider says and what we know differ (status mismatch); a person must look.',
  ],
  ['provider_called', { call: 'create' }, null, 'The provider was asked (create).'],
  [
    'provider_called',
    { call: 'create', refused: 'amount_too_small' },
    null,
    'The provider was asked (create). It refused: amount_too_small.',
  ],
  [
    'webhook_received',
    { webhookEventId: 'whe_1', type: 'payment_intent.succeeded' },
    null,
    'The provider sent payment_intent.succeeded.',
  ],
] as const)('%s %j reads as a sentence', (kind, data, toStatus, sentence) => {
  expect(says(kind, data, toStatus)).toBe(sentence);
});

test('an entry without what its kind should carry still reads', () => {
  expect(says('created')).toBe('A purchase of package ? was started.');
  expect(says('created', { packageId: 'small', amountMinor: 1, currency: 'XXX' })).toBe(
    'A purchase of package small was started.',
  );
  expect(says('money_unapplied')).toBe('Money came that buys nothing (?); it is kept apart and goes back.');
  expect(says('status_changed', { failure: 'odd' }, 'failed')).toBe('The payment failed.');
});
