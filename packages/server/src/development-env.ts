// What a gateway in mock mode gives to a program that wants to try it. In any other mode it gives nothing.
import { createHmac } from 'node:crypto';
import { GatewayError } from './failure';
import { createGateway, type Gateway } from './gateway';

/** Settings of a back end by name, as the examples read them. */
export type DevelopmentEnv = Readonly<Record<string, string>>;

// What the gateway signs tokens with in mock mode unless AUTH_JWT_SECRET says another. In other modes it does not start with it.
const MOCK_SECRET = 'development-only-jwt-secret-never-use-outside-mock-mode';

/**
 * Makes a service's key, and an endpoint for deliveries at `hooks`.
 * @param hooks null: no endpoint is made
 * @returns without AUTH_JWT_SECRET where the gateway signs with one of its own, which is known to whoever started it
 * @throws GatewayError UNREACHABLE, NOT_IN_MOCK_MODE, or what the gateway says of `hooks`
 */
export async function developmentEnv(url: string, hooks: string | null): Promise<DevelopmentEnv> {
  const token = await adminToken(url);
  const gateway = createGateway({ url, apiKey: token, attempts: 1 });
  const endpoint = hooks === null ? null : await make(gateway, ENDPOINT, { url: hooks, events: ['*'] });
  const key = await make(gateway, KEY, { name: 'development', role: 'service' });
  return {
    CREDITS_URL: url,
    CREDITS_API_KEY: key,
    ...(endpoint === null ? {} : { CREDITS_WEBHOOK_SECRET: endpoint }),
    ...(isSignedWith(MOCK_SECRET, token) ? { AUTH_JWT_SECRET: MOCK_SECRET } : {}),
  };
}

async function adminToken(url: string): Promise<string> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'development', role: 'admin' }),
  }).catch((cause: unknown) => {
    throw new GatewayError('UNREACHABLE', `No gateway answers at ${url}: npm start begins one.`, { cause });
  });
  const { token } = (await response.json().catch(() => ({}))) as { token?: string };
  if (response.ok && token) return token;
  throw new GatewayError(
    'NOT_IN_MOCK_MODE',
    `The gateway at ${url} hands out no keys, because it is not in mock mode or believes tokens of somebody else. An admin makes them in its console.`,
  );
}

/** Whether a token (JWT, HS256) was signed with this secret. */
function isSignedWith(secret: string, token: string): boolean {
  const [head, payload, signature] = token.split('.');
  return createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url') === signature;
}

const ENDPOINT =
  'mutation ($input: WebhookEndpointInput!) { answer: createWebhookEndpoint(input: $input) { secret errors { code message path } } }';
const KEY =
  'mutation ($input: CreateApiKeyInput!) { answer: createApiKey(input: $input) { secret errors { code message path } } }';

/** @returns the secret of what was made, which is shown once */
async function make(gateway: Gateway, document: string, input: object): Promise<string> {
  const { answer } = await gateway.query<{ answer: { secret: string | null } }>(document, { input });
  if (answer.secret === null)
    throw new GatewayError('INTERNAL_SERVER_ERROR', "The gateway's answer has no secret.");
  return answer.secret;
}
