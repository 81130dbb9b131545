// What a gateway in mock mode gives to a back end that tries it: all that it needs, by one command.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
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

it('is a command in the repository before anything was built, and prints settings alone', async () => {
  const { url } = await startGateway({ DATABASE_URL: database.url });
  const root = path.resolve(__dirname, '..', '..');
  // As deep as packages/server, so that it finds the same compiler and the same settings of it.
  const folder = fs.mkdtempSync(path.join(root, 'dist', 'unbuilt-'));
  for (const part of ['bin', 'src', 'package.json', 'tsconfig.json'])
    fs.cpSync(path.join(root, 'packages', 'server', part), path.join(folder, part), { recursive: true });

  const program = path.join(folder, 'bin', 'credits-gateway-env.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--url', url]);

  fs.rmSync(folder, { recursive: true });
  expect(stdout.split('\n').map((line) => line.split('=')[0])).toEqual([
    'CREDITS_URL',
    'CREDITS_API_KEY',
    'AUTH_JWT_SECRET',
    '',
  ]);
});
