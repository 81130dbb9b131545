// What a gateway in mock mode gives to a back end that tries it: all that it needs, by one command.
import { createGateway } from '@credits-gateway/server';
import { SignJWT } from 'jose';
import { developmentEnv } from '../../packages/server/src/development-env';
import { Client } from '../support/client';
import { startGateway, stopGateways } from '../support/gateway';
import { startIssuer } from '../support/issuer';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

it('a key that spends, an endpoint with its secret, and the secret by which its users are known', async () => {
  const { url } = await startGateway({ DATABASE_URL: database.url });

  const env = await developmentEnv(url, 'http://127.0.0.1:3000/hooks');

  expect(Object.keys(env)).toEqual([
    'CREDITS_URL',
    'CREDITS_API_KEY',
    'CREDITS_WEBHOOK_SECRET',
    'AUTH_JWT_SECRET',
  ]);
  expect(env.CREDITS_WEBHOOK_SECRET).toMatch(/^whsec_/);
  const gateway = createGateway({ url, apiKey: env.CREDITS_API_KEY ?? '' });
  expect(await gateway.balance('somebody')).toMatchObject({ credits: 0 });
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('somebody')
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(env.AUTH_JWT_SECRET));
  expect((await new Client(url, token).query('{ viewer { id } }')).data.viewer.id).toBe('somebody');
});

it('leaves out a secret that the gateway was given, and an endpoint that nobody asked for', async () => {
  const { url } = await startGateway({ DATABASE_URL: database.url, AUTH_JWT_SECRET: 'a secret of its own' });

  expect(Object.keys(await developmentEnv(url, null))).toEqual(['CREDITS_URL', 'CREDITS_API_KEY']);
});

it('says who makes keys where the gateway does not', async () => {
  const issuer = await startIssuer();
  const { url } = await startGateway({ DATABASE_URL: database.url, ...issuer.env });
  await expect(developmentEnv(url, null)).rejects.toMatchObject({
    code: 'NOT_IN_MOCK_MODE',
    message: expect.stringContaining('An admin makes them'),
  });
  await issuer.close();
  await expect(developmentEnv('http://127.0.0.1:1', null)).rejects.toMatchObject({ code: 'UNREACHABLE' });
});
