// A client that does not read what it asked for makes us keep it. It is sent away with a code that says to come back and
// go on from its cursor, which loses nothing.
import type { WebSocket } from 'ws';

// Several of the largest answers.
const WAITING_BYTES_MAX = 1024 * 1024;
// A phone in a tunnel is back within this.
const STANDSTILL_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

interface Standing {
  bytes: number;
  sinceMs: number;
}

/** @returns what stops the watching. */
export function sendSlowReadersAway(sockets: ReadonlySet<WebSocket>, code: number): () => void {
  const standing = new WeakMap<WebSocket, Standing>();
  const isTooSlow = (socket: WebSocket): boolean => {
    const bytes = socket.bufferedAmount;
    const before = standing.get(socket);
    const isStill = bytes > 0 && before?.bytes === bytes;
    const now = { bytes, sinceMs: isStill ? before.sinceMs : performance.now() };
    standing.set(socket, now);
    return bytes > WAITING_BYTES_MAX || performance.now() - now.sinceMs > STANDSTILL_MS;
  };
  const looking = setInterval(() => {
    for (const socket of sockets)
      if (socket.readyState === socket.OPEN && isTooSlow(socket))
        socket.close(code, 'Too slow: resume from your cursor');
  }, LOOK_EVERY_MS);
  looking.unref();
  return () => clearInterval(looking);
}
