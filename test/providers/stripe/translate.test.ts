// From Stripe's objects to our words, without a network. The objects are the recorded ones, changed a field at a time.
import { toFailure } from '../../../src/providers/stripe/failures';
import { readChargePage, readIntent, toProviderIntent } from '../../../src/providers/stripe/translate';
import { fixture } from '../wire';

const objectOf = (event: string) => fixture(`stripe/events/${event}.json`).data.object;
const intent = (changes: object = {}) => readIntent({ ...objectOf('payment_intent.succeeded'), ...changes });
const page = (...charges: object[]) =>
  readChargePage({ object: 'list', data: charges, has_more: false, url: '/v1/charges' }).data;
const charge = (changes: object = {}) => ({ ...objectOf('charge.succeeded'), ...changes });
const declined = (id: string, created: number, changes: object = {}) =>
  charge({ id, created, status: 'failed', amount_captured: 0, ...changes });
const refund = (changes: object = {}) => ({ ...objectOf('refund.created'), ...changes });

test.each([
  ['created', 'pending', 'requires_payment_method'],
  ['payment_failed', 'pending', 'requires_payment_method'],
  ['requires_action', 'requires_action', 'requires_action'],
  ['processing', 'processing', 'processing'],
  ['amount_capturable_updated', 'authorized', 'requires_capture'],
  ['canceled', 'canceled', 'canceled'],
  ['canceled.expired', 'canceled', 'canceled'],
])('an intent as in payment_intent.%s is %s', (event, status, providerStatus) => {
  const translated = toProviderIntent(readIntent(objectOf(`payment_intent.${event}`)), []);

  expect(translated).toMatchObject({
    providerIntentId: 'pi_3Test0000000000000000001',
    status,
    providerStatus,
    amount: { amountMinor: 2000n, currency: 'USD' },
    payments: [],
    refunds: [],
    clientSecret: 'pi_3Test0000000000000000001_secret_FIXTURE',
  });
});

test.each(['a_status_of_tomorrow', 'requires_confirmation'])('a status %s is never final', (status) => {
  expect(['pending', 'processing']).toContain(toProviderIntent(intent({ status }), []).status);
});

test('a paid intent shows its captured charge, the card and our own id', () => {
  const translated = toProviderIntent(intent({ metadata: { intent_id: 'int_1' } }), page(charge()));

  expect(translated).toMatchObject({ status: 'succeeded', ourIntentId: 'int_1', failure: null });
  expect(translated.payments).toEqual([
    {
      providerPaymentId: 'ch_3Test0000000000000000001',
      status: 'captured',
      amount: { amountMinor: 2000n, currency: 'USD' },
      amountRefundedMinor: 0n,
      failure: null,
      method: { kind: 'card', brand: 'visa', last4: '4242' },
      card: expect.objectContaining({ country: 'US', funding: 'credit', cvcCheck: 'pass' }),
      createdAt: 1795000020,
    },
  ]);
});

test('an intent without our metadata carries no id of ours', () => {
  expect(toProviderIntent(intent({ metadata: {} }), page(charge())).ourIntentId).toBeNull();
});

test('a charge counts with what was captured of it, not with what was asked', () => {
  const [payment] = toProviderIntent(intent(), page(charge({ amount_captured: 1500 }))).payments;

  expect(payment?.amount.amountMinor).toBe(1500n);
});

test.each([
  ['a pending debit', { status: 'pending', captured: true, amount_captured: 0 }, 'created'],
  ['a hold', { status: 'succeeded', captured: false, amount_captured: 0 }, 'authorized'],
  [
    'a released hold',
    { status: 'succeeded', captured: false, amount_captured: 0, refunded: true, amount_refunded: 2000 },
    'voided',
  ],
  ['a failed charge', { status: 'failed', captured: false, amount_captured: 0 }, 'declined'],
  ['a charge of a status not known yet', { status: 'tomorrow', amount_captured: 0 }, 'created'],
])('%s is no money', (_name, changes, status) => {
  const translated = toProviderIntent(
    intent({ status: 'processing' }),
    page(charge({ ...changes, refunds: { data: [refund()], has_more: false } })),
  );

  expect(translated.status).toBe('processing');
  expect(translated.payments).toMatchObject([{ status, amountRefundedMinor: 0n }]);
  expect(translated.refunds).toEqual([]);
});

test('money that came between the two reads makes the intent succeeded, and its last error history', () => {
  const declined = readIntent(objectOf('payment_intent.payment_failed'));

  expect(toProviderIntent(declined, page(charge()))).toMatchObject({ status: 'succeeded', failure: null });
});

test('an intent that succeeded without a captured charge is not believed', () => {
  expect(() => toProviderIntent(intent(), [])).toThrow('Succeeded without a captured charge');
});

test('a charge of another intent and a refund of another charge are not believed', () => {
  const refunds = { data: [refund({ charge: 'ch_other' })], has_more: false };

  expect(() => toProviderIntent(intent(), page(charge({ payment_intent: 'pi_other' })))).toThrow(
    'A charge of',
  );
  expect(() => toProviderIntent(intent(), page(charge({ refunds })))).toThrow('A refund of');
});

test('every try is there, oldest first, and an id decides between two of one second', () => {
  const translated = toProviderIntent(
    intent(),
    page(charge({ created: 30 }), declined('ch_c', 20), declined('ch_b', 20), declined('ch_a', 10)),
  );

  expect(translated.payments.map((payment) => payment.providerPaymentId)).toEqual([
    'ch_a',
    'ch_b',
    'ch_c',
    'ch_3Test0000000000000000001',
  ]);
});

test.each([
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
  ['pending', 'pending'],
  ['requires_action', 'pending'],
  ['tomorrow', 'pending'],
  [null, 'pending'],
])('a refund that is %s at Stripe is %s', (status, ours) => {
  const refunded = charge({
    amount_refunded: 500,
    refunds: { data: [refund({ status })], has_more: false },
  });

  const translated = toProviderIntent(intent(), page(refunded));

  expect(translated.payments[0]?.amountRefundedMinor).toBe(500n);
  expect(translated.refunds).toEqual([
    {
      providerRefundId: 're_3Test0000000000000000001',
      ourRefundId: 'rf_fixture_0001',
      providerPaymentId: 'ch_3Test0000000000000000001',
      amount: { amountMinor: 500n, currency: 'USD' },
      status: ours,
    },
  ]);
});

test('a decline that the intent remembers is told in its words, an older one in those of its charge', () => {
  const failed = readIntent(objectOf('payment_intent.payment_failed'));

  const translated = toProviderIntent(
    failed,
    page(
      declined('ch_3Test0000000000000000001', 20, { failure_code: 'card_declined' }),
      declined('ch_older', 10, {
        failure_code: 'expired_card',
        failure_message: 'Your card has expired.',
        outcome: { type: 'issuer_declined', reason: 'expired_card', advice_code: 'do_not_try_again' },
      }),
    ),
  );

  const lastFailure = {
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
    retryable: true,
  };
  expect(translated.failure).toEqual(lastFailure);
  expect(translated.payments.map((payment) => payment.failure)).toEqual([
    {
      code: 'expired_card',
      declineCode: 'expired_card',
      message: 'Your card has expired.',
      retryable: false,
    },
    lastFailure,
  ]);
});

test('a failed 3-D Secure check is told although it made no charge', () => {
  const translated = toProviderIntent(
    intent({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure', message: 'We could not verify.' },
    }),
    [],
  );

  expect(translated).toMatchObject({
    status: 'pending',
    payments: [],
    failure: { code: 'payment_intent_authentication_failure', declineCode: null, retryable: true },
  });
});

test.each(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card', 'merchant_blacklist'])(
  'whoever holds the card does not learn of %s',
  (decline_code) => {
    const message = `The card is a ${decline_code}`;

    const failure = toFailure({ code: 'card_declined', decline_code, message });

    expect(JSON.stringify(failure)).not.toContain(decline_code);
    expect(failure).toMatchObject({ declineCode: 'generic_decline', message: 'Your card was declined.' });
  },
);

test('whoever holds the card does not learn that a risk rule blocked it', () => {
  const blocked = declined('ch_blocked', 10, {
    failure_message: 'Blocked by rule.',
    outcome: { type: 'blocked', reason: 'highest_risk_level' },
  });

  const [payment] = toProviderIntent(intent({ status: 'requires_payment_method' }), page(blocked)).payments;

  expect(payment?.failure).toMatchObject({
    declineCode: 'generic_decline',
    message: 'Your card was declined.',
  });
});

test('what Stripe blocked as hopeless is no fraud', () => {
  const blocked = declined('ch_blocked', 10, {
    failure_code: 'card_declined',
    failure_message: 'Your card was declined.',
    outcome: { type: 'blocked', reason: 'low_probability_of_authorization' },
  });

  const [payment] = toProviderIntent(intent({ status: 'requires_payment_method' }), page(blocked)).payments;

  expect(payment?.failure).toEqual({
    code: 'card_declined',
    declineCode: 'low_probability_of_authorization',
    message: 'Your card was declined.',
    retryable: true,
  });
});

test.each([
  ['a bank debit', { type: 'us_bank_account', us_bank_account: { bank_name: 'TEST BANK', last4: '6789' } }],
  ['a method without any details', { type: 'upi' }],
  ['a method whose details are odd', { type: 'card', card: { brand: 7, last4: '4242' } }],
])('%s is named as far as Stripe names it', (_name, payment_method_details) => {
  const [payment] = toProviderIntent(intent(), page(charge({ payment_method_details }))).payments;

  expect(payment?.method).toEqual(
    {
      us_bank_account: { kind: 'us_bank_account', brand: 'TEST BANK', last4: '6789' },
      upi: { kind: 'upi', brand: null, last4: null },
      card: { kind: 'card', brand: null, last4: null },
    }[payment_method_details.type],
  );
});

test.each([12.5, -1, 2 ** 53, '2000', null])('an amount of %p is refused', (amount) => {
  expect(() => intent({ amount })).toThrow();
  expect(() => page(charge({ amount_captured: amount }))).toThrow();
});
