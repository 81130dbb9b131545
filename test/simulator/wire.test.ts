import Stripe from 'stripe';
import { parseForm } from '../../packages/simulator/src/wire';

describe('a form', () => {
  it.each<[string, object]>([
    ['a=1&b=two+words%26more', { a: '1', b: 'two words&more' }],
    ['metadata[one]=1&metadata[two]=', { metadata: { one: '1', two: '' } }],
    ['expand[]=a&expand[]=b.c', { expand: ['a', 'b.c'] }],
    ['expand[0]=a&expand[1]=b', { expand: ['a', 'b'] }],
    ['created[gte]=1&created[lt]=2', { created: { gte: '1', lt: '2' } }],
    ['', {}],
  ])('reads %s', (text, expected) => {
    expect(JSON.parse(JSON.stringify(parseForm(text)))).toEqual(expected);
  });

  it('cannot reach a prototype', () => {
    const parsed = parseForm(
      '__proto__[polluted]=1&metadata[__proto__]=2&constructor[prototype][polluted]=3',
    );

    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(parsed['metadata'] as object)).toEqual(['__proto__']);
  });

  it('reads what the SDK writes', async () => {
    const parameters = {
      amount: 5000,
      currency: 'inr',
      description: 'ü & = % [x]',
      metadata: { intent_id: 'int_1', 'odd [key]': 'a+b' },
      automatic_payment_methods: { enabled: true },
      expand: ['latest_charge'],
    };
    const written = await bodyWrittenFor(parameters);

    expect(JSON.parse(JSON.stringify(parseForm(written)))).toEqual({
      ...parameters,
      amount: '5000',
      automatic_payment_methods: { enabled: 'true' },
      // What follows a bracket inside a bracket is lost; Stripe forbids brackets in metadata keys.
      metadata: { intent_id: 'int_1', 'odd [key': 'a+b' },
    });
  });
});

async function bodyWrittenFor(parameters: Stripe.PaymentIntentCreateParams): Promise<string> {
  let body = '';
  const client = Stripe.createFetchHttpClient(async (_url: unknown, request?: RequestInit) => {
    body = String(request?.body);
    return new Response('{"id":"pi_1","object":"payment_intent"}');
  });
  await new Stripe('sk_test_mock', { httpClient: client }).paymentIntents.create(parameters);
  return body;
}
