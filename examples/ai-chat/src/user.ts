// Who somebody is. Your own sign-in goes here: this one believes whoever comes, and gives each browser a user of its own.
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { SignJWT } from 'jose';
import { settings } from './settings.js';

/** The user of a request; for a browser that was never here, a new one. */
export function userOf(c: Context): string {
  const known = getCookie(c, 'user');
  if (known && /^user_[0-9a-f-]{36}$/.test(known)) return known;
  const userId = `user_${randomUUID()}`;
  setCookie(c, 'user', userId, { httpOnly: true, sameSite: 'Lax', path: '/' });
  return userId;
}

/** By which the gateway knows the user, for a quarter of an hour. The page asks for a new one whenever it needs one. */
export const creditsToken = (userId: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('15m')
    .sign(settings.jwtSecret);
