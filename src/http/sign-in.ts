// Operators sign in at the issuer, where one is configured. GET /sign-in: {"issuer"}, or 404. POST /sign-in → {"url"}, where
// the browser goes. POST /sign-in/token {"code","state"} → {"token"}, once it is back. What binds the two together is in
// a cookie that scripts and other sites cannot use; the token is in the answer alone, and no cookie ever signs anybody in.
import { createHash } from 'node:crypto';
import fastifyCookie, { type CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodeRefused, createIssuer, IssuerUnavailable } from '../callers/issuer';
import { AuthenticationUnavailable, createVerifyPublished } from '../callers/published-keys';
import { beginSignIn, finishSignIn, SIGN_IN_SECONDS, type SignInDeps } from '../callers/sign-in';
import { type Authenticate, NotAuthenticated } from '../callers/token';
import type { Deps } from '../graphql/context';
import { RetryLaterProblem } from '../kernel/problems';
import type { AddressOf } from './address';

const COOKIE = 'sign_in';
/** The page that the issuer sends the browser back to; it has to be registered there. */
export const SIGNED_IN_PAGE = '/console/signed-in';

const body = z.object({ code: z.string().min(1).max(4_096), state: z.string().min(1).max(255) });

export function addSignIn(
  server: FastifyInstance,
  { config, secrets, log, rates }: Deps,
  authenticate: Authenticate,
  addressOf: AddressOf,
): void {
  const { auth } = config;
  if (auth.clientId === '') return;
  const deps: SignInDeps = {
    ...{ auth, secrets, authenticate },
    issuer: createIssuer(auth.issuer),
    verifyPublished: createVerifyPublished(auth.jwksUrl),
  };
  const count = async (request: FastifyRequest, flow?: string) =>
    rates?.signIn(addressOf(request.raw), flow && createHash('sha256').update(flow).digest('base64url'));
  const answering = (reply: FastifyReply, work: () => Promise<FastifyReply>) =>
    work().catch((error: unknown) => {
      if (error instanceof NotAuthenticated) return refused(reply, 401, 'UNAUTHENTICATED', error.message);
      if (error instanceof CodeRefused)
        return refused(
          reply,
          401,
          'UNAUTHENTICATED',
          'The issuer did not confirm this sign-in. Begin again.',
        );
      if (error instanceof RetryLaterProblem) return refused(reply, 429, 'RATE_LIMITED', error.message);
      if (!(error instanceof IssuerUnavailable || error instanceof AuthenticationUnavailable)) throw error;
      log.error('sign_in.issuer_unavailable', { error: error.message });
      return refused(
        reply,
        503,
        'ISSUER_UNAVAILABLE',
        'The issuer cannot be asked at the moment. Try again.',
      );
    });
  // Cookies are read and written for these routes alone: no other request has a use for one.
  server.register(async (scope) => {
    await scope.register(fastifyCookie);
    scope.get('/sign-in', async () => ({ issuer: auth.issuer }));

    scope.post('/sign-in', (request, reply) =>
      answering(reply, async () => {
        const origin = ownOrigin(request);
        if (!origin) return refused(reply, 403, 'FORBIDDEN', 'Sign in from the console.');
        await count(request);
        const { url, sealed } = await beginSignIn(deps, origin + SIGNED_IN_PAGE);
        return reply.setCookie(COOKIE, sealed, cookieOptions(SIGN_IN_SECONDS, origin)).send({ url });
      }),
    );

    scope.post('/sign-in/token', (request, reply) =>
      answering(reply, async () => {
        const origin = ownOrigin(request);
        const parsed = body.safeParse(request.body);
        if (!origin || !parsed.success) return refused(reply, 400, 'INVALID_INPUT', 'Begin again.');
        await count(request, cookieOf(request) || 'none');
        // Good for one try, whatever comes of it.
        reply.setCookie(COOKIE, '', cookieOptions(0, origin));
        const { caller, token } = await finishSignIn(deps, parsed.data, cookieOf(request));
        log.info('operator.signed_in', { actor: caller.id, role: caller.role });
        return reply.send({ token });
      }),
    );
  });
}

const refused = (reply: FastifyReply, status: number, error: string, message: string) =>
  reply.code(status).send({ error, message });

/** Where our own page was loaded from, as the browser says with every POST; null for other sites and for no browser. */
function ownOrigin({ headers: { origin, host } }: FastifyRequest): string | null {
  const isOwn = origin === `https://${host}` || origin === `http://${host}`;
  return origin && isOwn ? origin : null;
}

const cookieOptions = (maxAge: number, origin: string): CookieSerializeOptions => ({
  maxAge,
  // What is sealed needs no encoding, and is checked by the cookie's own rules.
  encode: (sealed) => sealed,
  path: '/sign-in',
  httpOnly: true,
  sameSite: 'strict',
  secure: origin.startsWith('https:'),
});

const cookieOf = ({ cookies }: FastifyRequest): string => cookies[COOKIE] ?? '';
