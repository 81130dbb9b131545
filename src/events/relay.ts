// Carries hints between processes through Redis. Nothing depends on it: without it, or while it is away, the poll finds
// the same changes a little later.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from '../telemetry/logger';
import type { Hub } from './hub';

const CHANNEL = 'credits-gateway:changed';

/** Joins this process's hub to all others on the same Redis. The subscriber needs a connection of its own. */
export function relayThroughRedis(hub: Hub, publisher: Redis, subscriber: Redis, log: Logger): void {
  let waiting: string[] = [];
  // Hints of one turn of the event loop travel as one message.
  const flush = () => {
    const subjects = [...new Set(waiting)];
    waiting = [];
    publisher.publish(CHANNEL, JSON.stringify(subjects)).catch((error: unknown) => {
      log.warn('events.relay_failed', { error: String(error) });
    });
  };
  hub.relayThrough((subjects) => {
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(...subjects);
  });
  subscriber.on('message', (channel, message) => {
    if (channel === CHANNEL) hub.wake(subjectsIn(message));
  });
  // After a break hints were lost: everybody looks.
  const listen = () => {
    subscriber.subscribe(CHANNEL).then(
      () => hub.wake([...hub.open().keys()]),
      (error: unknown) => log.warn('events.relay_failed', { error: String(error) }),
    );
  };
  subscriber.on('ready', listen);
  if (subscriber.status === 'ready') listen();
}

// Whoever reaches this Redis may write there. What is thrown in this listener would end the process.
const hints = z.array(z.string());

function subjectsIn(message: string): readonly string[] {
  try {
    return hints.parse(JSON.parse(message));
  } catch {
    return [];
  }
}
