// Who somebody is. Your own sign-in goes here: this one believes whoever comes, and gives each browser a user of its own.
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { SignJWT } from 'jose';
import { settings } from './settings.js';

/** The user of a request; for a browser that was never here, a new one. */
export function userOf(request: Request, response: Response): string {
  const known = /(?:^|; )user=(user_[0-9a-f-]{36})/.exec(request.headers.cookie ?? '')?.[1];
  if (known) return known;
  const userId = `user_${randomUUID()}`;
  response.cookie('user', userId, { httpOnly: true, sameSite: 'lax' });
  return userId;
}

/** By which the gateway knows the user, for a quarter of an hour. The page asks for a new one whenever it needs one. */
export const creditsToken = (userId: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('15m')
    .sign(settings.jwtSecret);
