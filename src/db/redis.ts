// Connections to Redis, when there is one. Nothing that decides anything is kept there, so that a Redis that is slow or
// gone costs time at the most: every command fails quickly instead of waiting.
import { Redis } from 'ioredis';
import { ConfigError } from '../kernel/config';
import type { Logger } from '../telemetry/logger';

export interface RedisConnections {
  readonly commands: Redis;
  /** A subscribed connection can do nothing else, so it is one of its own. */
  readonly subscriber: Redis;
  close(): Promise<void>;
}

// Beyond this the database answers faster than the cache in front of it.
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_WAIT_MS = 1_000;

/** What Redis says to a name, a password or a database that it does not know: it will say the same for ever. */
const REFUSALS =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (DB index|invalid DB|AUTH|Client sent AUTH|invalid password))/;

/**
 * Connects, but waits for Redis a moment only: the gateway starts without it.
 * @throws ConfigError when Redis is there and refuses.
 */
export async function connectRedis(url: string, log: Logger): Promise<RedisConnections> {
  const options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (times: number) => Math.min(times * 100, 2_000),
  };
  const commands = new Redis(url, options);
  // Subscribing waits for its connection, and must not be given up.
  const subscriber = new Redis(url, { ...options, commandTimeout: undefined as unknown as number });
  let isAway = false;
  let refusal: string | null = null;
  commands.on('error', (error) => {
    if (!isAway) log.warn('redis.away', { variable: 'REDIS_URL', error: String(error) });
    if (REFUSALS.test(error.message)) refusal ??= error.message;
    isAway = true;
  });
  commands.on('ready', () => {
    isAway = false;
  });
  subscriber.on('error', () => undefined);
  const close = async () => {
    for (const connection of [commands, subscriber]) connection.disconnect();
  };
  await Promise.all([commands, subscriber].map(ready));
  if (refusal !== null) {
    await close();
    throw new ConfigError([
      `REDIS_URL: Redis lets nobody in by it: ${refusal}. Mend its user, password or database, or leave it out`,
    ]);
  }
  return { commands, subscriber, close };
}

function ready(connection: Redis): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CONNECT_WAIT_MS);
    connection.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
