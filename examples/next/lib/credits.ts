// The gateway from this server. The key may spend for every user, so no client component may import this file.
import { createGateway, type Gateway } from '@credits-gateway/server';
import { SignJWT } from 'jose';

export function setting(
  name: 'CREDITS_URL' | 'CREDITS_API_KEY' | 'CREDITS_WEBHOOK_SECRET' | 'AUTH_JWT_SECRET',
): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: npm run setup writes it to .env.`);
  return value;
}

let made: Gateway | undefined;
/** Made when it is first needed: a build needs no settings. */
export function gateway(): Gateway {
  made ??= createGateway({ url: setting('CREDITS_URL'), apiKey: setting('CREDITS_API_KEY') });
  return made;
}

/** By which the gateway knows the user, for a quarter of an hour. The page asks for a new one whenever it needs one. */
export const creditsToken = (userId: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(setting('AUTH_JWT_SECRET')));
