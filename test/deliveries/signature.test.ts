import { Webhook } from 'standardwebhooks';
import { newSecret, signedHeaders } from '../../src/deliveries/signature';

const message = { id: 'evt_1', body: '{"id":"evt_1","text":"€ 5 – naïve"}' };

test('what we sign verifies with the library that receivers have', () => {
  const secret = newSecret();

  const headers = signedHeaders(message, [secret], Date.now());

  expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  expect(() => new Webhook(newSecret()).verify(message.body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(secret).verify(`${message.body} `, headers)).toThrow('No matching signature');
});

test('what that library signs is what we would send', () => {
  const secret = newSecret();
  const nowMs = 1_800_000_000_123;

  const signed = new Webhook(secret).sign(message.id, new Date(nowMs), message.body);

  expect(signedHeaders(message, [secret], nowMs)).toEqual({
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1800000000',
    'webhook-signature': signed,
  });
});

test('the example of the specification comes out as it stands there', () => {
  const headers = signedHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    1_614_265_330_000,
  );

  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('each live secret signs, so that a receiver may have either', () => {
  const secrets = [newSecret(), newSecret(), newSecret()];

  const headers = signedHeaders(message, secrets, Date.now());

  for (const secret of secrets) expect(new Webhook(secret).verify(message.body, headers)).toBeTruthy();
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(3);
});

test('a secret is new each time, and as long as the specification asks', () => {
  const secrets = Array.from({ length: 100 }, newSecret);

  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
});
