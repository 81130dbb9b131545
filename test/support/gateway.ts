// Gateways as the outside sees them: a process of its own with a port and an address, driven over HTTP and WebSocket.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { Client } from './client';

const ROOT = path.resolve(__dirname, '..', '..');
const READY_WITHIN_MS = 60_000;

export interface GatewayProcess {
  readonly url: string;
  readonly pid: number;
  /** A caller of this gateway, with a token of its own. */
  as(userId: string, role?: string): Promise<Client>;
  anonymous(): Client;
  /** Every line it logged. */
  readonly log: readonly string[];
  signal(name: NodeJS.Signals): void;
  /** kill -9, and only then: back when it is gone. */
  kill(): Promise<void>;
  /** Ctrl-C, or as a deployment does it. @returns its exit code. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Starts the built gateway on a free port. Mock mode, unless `env` says otherwise. @param root another checkout */
export async function startGateway(env: Record<string, string>, root = ROOT): Promise<GatewayProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/src/main.js'], {
    cwd: root,
    // Many callers of many tests share an address; those about limits switch them on.
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PORT: '0',
      // The same tests hold for both ways through /graphql.
      GRAPHQL_LANE: process.env.GRAPHQL_LANE ?? '',
      // Tests ask much at a time of a machine that does other things as well; those about load switch it on.
      ADMIT_WITHIN_MS: '0',
      ...(isLive(env) ? {} : { RATE_LIMITS: 'off' }),
      ...(process.env.TEST_CONNECTIONS_MAX
        ? { DATABASE_CONNECTIONS_MAX: process.env.TEST_CONNECTIONS_MAX }
        : {}),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const log: string[] = [];
  const url = await readyUrl(child, log);
  const exited = () => (child.exitCode ?? child.signalCode) !== null;
  const gone = () =>
    new Promise<void>((resolve) => (exited() ? resolve() : child.once('exit', () => resolve())));
  return {
    url,
    pid: child.pid ?? 0,
    log,
    as: (userId, role = 'user') => Client.signedIn(url, userId, role),
    anonymous: () => new Client(url, null),
    signal: (name) => {
      child.kill(name);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone();
    },
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      await gone();
      return child.exitCode;
    },
  };
}

const isLive = (env: Record<string, string>) =>
  /_live_/.test(`${env.STRIPE_SECRET_KEY}${env.RAZORPAY_KEY_ID}`);

/** Ends what a test file left running. */
export async function stopGateways(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return gone;
    }),
  );
}

function readyUrl(child: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`The gateway did not start: ${why}\n${log.slice(-20).join('\n')}`));
    const timer = setTimeout(() => fail('no answer in time'), READY_WITHIN_MS);
    let rest = '';
    const take = (chunk: Buffer) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        log.push(line);
        const url = /"url":"([^"]*)".*"event":"gateway.ready"/.exec(line)?.[1];
        if (url === undefined) continue;
        clearTimeout(timer);
        resolve(url);
      }
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code, signal) => fail(`it ended with ${code ?? signal}`));
  });
}
