// What a charge says of its card, from the recorded shape and from broken ones.
import {
  createParameters,
  readChargePage,
  readIntent,
  toProviderIntent,
} from '../../../src/providers/stripe/translate';
import { createRequest, fixture } from '../wire';

const objectOf = (event: string) => fixture(`stripe/events/${event}.json`).data.object;
const paid = objectOf('charge.succeeded');
const recordedCard = paid.payment_method_details.card;

function cardOf(changes: object) {
  const charges = { object: 'list', data: [{ ...paid, ...changes }], has_more: false };
  const intent = readIntent({ ...objectOf('payment_intent.succeeded'), latest_charge: paid.id });
  return toProviderIntent(intent, readChargePage(charges).data).payments[0]?.card;
}
const withCard = (changes: object, more: object = {}) =>
  cardOf({ payment_method_details: { type: 'card', card: { ...recordedCard, ...changes } }, ...more });

test('the recorded charge tells of its card', () => {
  expect(cardOf({ outcome: { ...paid.outcome, risk_level: 'normal' } })).toEqual({
    fingerprint: recordedCard.fingerprint,
    country: 'US',
    foreignTo: null,
    funding: 'credit',
    cvcCheck: 'pass',
    postalCheck: null,
    riskLevel: 'normal',
    isThreeDSecurePassed: false,
  });
});

test.each([
  ['elevated', 'elevated'],
  ['highest', 'highest'],
  ['not_assessed', null],
  ['unknown', null],
  ['a_level_of_tomorrow', null],
  [7, null],
  [undefined, null],
])('the risk level %p is %p', (risk_level, riskLevel) => {
  expect(cardOf({ outcome: { ...paid.outcome, risk_level } })).toMatchObject({ riskLevel });
});

test.each([
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['unavailable', null],
  ['unchecked', null],
  [null, null],
  [{}, null],
])('a check that is %p counts as %p', (word, ours) => {
  const checks = { address_line1_check: null, address_postal_code_check: word, cvc_check: word };

  expect(withCard({ checks })).toMatchObject({ cvcCheck: ours, postalCheck: ours });
});

test.each([
  [{ result: 'authenticated' }, true],
  [{ result: 'attempt_acknowledged' }, false],
  [{ result: 'exempted' }, false],
  [{ result: 'failed' }, false],
  [null, false],
  [{ result: null }, null],
  [{}, null],
  ['yes', null],
  [undefined, null],
])('3-D Secure that says %j is %p', (three_d_secure, isThreeDSecurePassed) => {
  expect(withCard({ three_d_secure })).toMatchObject({ isThreeDSecurePassed });
});

test('a card in a wallet is read as any other', () => {
  const wallet = { type: 'apple_pay', dynamic_last4: '4242', apple_pay: {} };

  expect(withCard({ wallet, checks: null, funding: 'prepaid', country: 'DE' })).toMatchObject({
    fingerprint: recordedCard.fingerprint,
    country: 'DE',
    funding: 'prepaid',
    cvcCheck: null,
    postalCheck: null,
  });
});

test.each([
  ['no details at all', null],
  ['details that are text', 'card'],
  ['a list of details', [{ type: 'card' }]],
  ['a type without its details', { type: 'card' }],
  ['a card that is text', { type: 'card', card: 'visa' }],
  ['a card that is null', { type: 'card', card: null }],
  ['a card without any field', { type: 'card', card: {} }],
  ['a type that is no own name', { type: '__proto__' }],
])('the money of a charge with %s is believed, and of its card nothing is said', (_name, details) => {
  expect(cardOf({ payment_method_details: details, outcome: null })).toBeNull();
});

test.each([
  ['fingerprint', 7],
  ['fingerprint', ''],
  ['fingerprint', 'a\0b'],
  ['fingerprint', 'f'.repeat(256)],
  ['country', 'us'],
  ['country', 'USA'],
  ['country', null],
  ['funding', 'unknown'],
  ['funding', ['credit']],
])('a %s of %j counts as not said', (field, value) => {
  expect(withCard({ [field]: value })).toMatchObject({ [field]: null, cvcCheck: 'pass' });
});

test('a bank account that has a fingerprint is known again by it', () => {
  const details = { type: 'us_bank_account', us_bank_account: { fingerprint: 'ba_1', last4: '6789' } };

  expect(cardOf({ payment_method_details: details, outcome: null })).toMatchObject({
    fingerprint: 'ba_1',
    funding: null,
    isThreeDSecurePassed: null,
  });
});

test('3-D Secure is asked for where it is forced, and the body is otherwise what it was', () => {
  const plain = createParameters(createRequest());

  expect(createParameters(createRequest({ forceAuthentication: false }))).toEqual(plain);
  expect(createParameters(createRequest({ forceAuthentication: true }))).toEqual({
    ...plain,
    payment_method_options: { card: { request_three_d_secure: 'any' } },
  });
});
