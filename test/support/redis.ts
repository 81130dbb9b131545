// A redis-server of a test's own.
import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from './ports';

export interface RedisServer {
  readonly port: number;
  /** kill -9: back when it is gone. */
  kill(): Promise<void>;
  /** The same port again, with nothing in it. */
  start(): Promise<void>;
}

// A port that was free a moment ago may be another process's by now: then it is asked for the next one.
const TRIES = 10;

export async function startRedis(): Promise<RedisServer> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const first = await readyOn(port);
    if (first) return serverOn(port, first);
    if (tries === TRIES) throw new Error('redis-server does not start');
  }
}

function serverOn(port: number, first: ChildProcess): RedisServer {
  let child = first;
  return {
    port,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
    start: async () => {
      const next = await readyOn(port);
      if (!next) throw new Error(`Port ${port} was taken meanwhile`);
      child = next;
    },
  };
}

/** @returns null when it ended instead. */
function readyOn(port: number): Promise<ChildProcess | null> {
  const child = spawn('redis-server', [
    ...['--port', String(port), '--bind', '127.0.0.1'],
    ...['--save', '', '--appendonly', 'no'],
  ]);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(null));
    child.stdout?.on('data', (chunk) => String(chunk).includes('Ready to accept') && resolve(child));
  });
}
