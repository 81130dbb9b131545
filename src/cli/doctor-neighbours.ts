// What a gateway with these settings stands beside: Redis, whoever publishes the keys of its tokens, a collector of traces. They are
// asked also while the database is away.
import { askForKeys } from '../callers/published-keys';
import { connectRedis } from '../db/redis';
import { type Config, ConfigError } from '../kernel/config';
import { createLogger } from '../telemetry/logger';
import type { Finding } from './doctor';

/** A person waits. */
const ANSWER_WITHIN_MS = 5_000;
/** A set without a span, which a collector takes as it takes any. */
const NO_SPANS = '{"resourceSpans":[]}';

export async function askNeighbours(config: Config): Promise<Finding[]> {
  const { redisUrl, auth, tracing } = config;
  const published = auth.issuers.map(({ jwksUrl }) => jwksUrl).filter((url) => url !== '');
  return Promise.all([
    ...(redisUrl ? [askRedis(redisUrl)] : []),
    ...published.map(askForPublishedKeys),
    ...(tracing ? [askCollector(tracing)] : []),
  ]);
}

async function askRedis(url: string): Promise<Finding> {
  try {
    const redis = await connectRedis(url, createLogger('silent'));
    try {
      await redis.commands.ping();
      return { name: 'redis', state: 'ok', detail: 'takes commands' };
    } finally {
      await redis.close();
    }
  } catch (error) {
    const detail =
      error instanceof ConfigError
        ? error.problems.join('; ')
        : 'REDIS_URL: no answer. Nothing is lost; limits are counted in each process, and streams hear of changes later';
    return { name: 'redis', state: 'bad', detail };
  }
}

async function askForPublishedKeys(url: string): Promise<Finding> {
  const name = 'sign-in keys';
  try {
    const { keys } = await askForKeys(url);
    return { name, state: 'ok', detail: `${keys.length} at ${url}` };
  } catch (error) {
    return {
      name,
      state: 'bad',
      detail: `AUTH_JWKS_URL: no keys are published at ${url}: ${reasonOf(error)}`,
    };
  }
}

async function askCollector({ url, headers }: NonNullable<Config['tracing']>): Promise<Finding> {
  const name = 'traces';
  try {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: NO_SPANS,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (ok) return { name, state: 'ok', detail: `taken at ${url}` };
    return { name, state: 'warn', detail: `the collector at ${url} answers ${status}: no span is taken` };
  } catch (error) {
    return { name, state: 'warn', detail: `no collector answers at ${url}: ${reasonOf(error)}` };
  }
}

/** fetch says that it failed, and keeps why inside; of an answer in another form its first words are enough. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const told = (cause ?? error) as Error & { code?: string };
  if (told.name === 'ZodError') return 'what is there is no set of keys';
  return told.code && !told.message ? told.code : told.message;
}
