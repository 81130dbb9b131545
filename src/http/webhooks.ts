// POST /webhooks/{provider}: 200 once the event is stored, 400 for one that is not theirs, 503 when it could not be
// stored, so that the provider sends it again.
import type { FastifyInstance } from 'fastify';
import { Problem } from '../kernel/problems';
import { PROVIDER_NAMES } from '../providers/descriptors';
import { type ProviderName, WebhookRejected } from '../providers/provider';
import type { WebhookDeps } from '../webhooks/deps';
import { receiveWebhook } from '../webhooks/receive';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Takes one webhook event and answers with the status that its sender is given. */
export type ReceiveWebhook = (
  provider: ProviderName,
  body: Buffer,
  headers: Headers,
) => Promise<{ readonly status: number; readonly answer: object }>;

/**
 * @param track is given the work that goes on after the answer, so that a shutdown can wait for it.
 * @returns what the routes do, for a sender in this process.
 */
export function addWebhookRoutes(
  server: FastifyInstance,
  deps: WebhookDeps,
  track: (worked: Promise<void>) => void,
): ReceiveWebhook {
  const receiveOne: ReceiveWebhook = (provider, body, headers) =>
    receive(deps, provider, body, headers, track);
  server.register(async (scope) => {
    // The signature is over the bytes as they came, so nothing may parse them first.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const provider of PROVIDER_NAMES)
      scope.post(`/webhooks/${provider}`, async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const { status, answer } = await receiveOne(provider, body, request.headers);
        return reply.code(status).send(answer);
      });
  });
  return receiveOne;
}

async function receive(
  deps: WebhookDeps,
  provider: ProviderName,
  body: Buffer,
  headers: Headers,
  track: (worked: Promise<void>) => void,
): Promise<{ status: number; answer: object }> {
  try {
    const received = await receiveWebhook(deps, provider, body, headers);
    track(received.worked);
    return { status: 200, answer: { received: true, duplicate: !received.isNew } };
  } catch (error) {
    if (error instanceof WebhookRejected) {
      const { log } = deps.intents;
      if (error.reason === 'signature') log.critical('webhook.forged', { provider, reason: error.reason });
      else log.warn('webhook.rejected', { provider, reason: error.reason });
      return { status: 400, answer: { error: error.reason } };
    }
    if (error instanceof Problem && error.code === 'NOT_FOUND')
      return { status: 404, answer: { error: 'NOT_FOUND' } };
    deps.intents.log.error('webhook.not_stored', { provider, error: String(error) });
    return { status: 503, answer: { error: 'NOT_STORED' } };
  }
}
