// What a soak runs: a PostgreSQL for the gateways and one for the simulated providers, a Redis, a gateway and a worker as they are built, and a
// back end where deliveries go. Nothing stands between them, and each port is one that was free.
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Role } from '../../src/callers/caller';
import { issueToken } from '../../src/callers/token';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded';
import { readConfig } from '../../src/providers/read-config';
import { Program } from '../program';

const ROOT = path.join(__dirname, '..', '..', '..');
const JWT_SECRET = 'of-a-soak-and-nobody-else-32-characters-long';
const TOKEN_SECONDS = 12 * 3_600;
const GATEWAY_READY = /"url":"([^"]*)".*"event":"gateway.ready"/;

export class Stand {
  gateway!: Program;
  worker!: Program;
  simulator!: Program;
  postgres!: EmbeddedPostgres;
  receiverUrl = '';
  delivered = 0;
  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-soak-'));
  private readonly closings: (() => Promise<unknown>)[] = [];
  private readonly auth = readConfig({ AUTH_JWT_SECRET: JWT_SECRET }).auth;
  private readonly tokens = new Map<string, Promise<string>>();

  static async open(): Promise<Stand> {
    const stand = new Stand();
    try {
      await stand.start();
      return stand;
    } catch (error) {
      await stand.close();
      throw error;
    }
  }

  token(id: string, role: Role): Promise<string> {
    const name = `${role} ${id}`;
    const token = this.tokens.get(name) ?? issueToken(this.auth, { id, role }, TOKEN_SECONDS);
    this.tokens.set(name, token);
    return token;
  }

  /** Where a process of this name leaves what storm/soak/probe.cjs finds. */
  probeFile(name: string): string {
    return path.join(this.directory, `${name}.json`);
  }

  /** Ends all that was started, the last one first. May be called twice. */
  async close(): Promise<void> {
    for (let close = this.closings.pop(); close; close = this.closings.pop())
      await close().catch((error) => process.stderr.write(`${String(error)}\n`));
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async start(): Promise<void> {
    fs.chmodSync(this.directory, 0o711);
    // As it is set by default, fsync and autovacuum included: what those cost is part of it.
    this.postgres = await startEmbeddedPostgres({ dataDir: path.join(this.directory, 'data') });
    this.closings.push(() => this.postgres.stop());
    const theirs = await startEmbeddedPostgres({
      dataDir: path.join(this.directory, 'providers'),
      settings: { fsync: 'off' },
    });
    this.closings.push(() => theirs.stop());
    const redis = await this.startRedis();
    await this.startReceiver();
    // The simulator has to know where its events go, and the gateway where the simulator is: the events' way is a proxy of one line.
    const door = http.createServer((request, response) => this.pass(request, response));
    const webhooks = await listen(door);
    this.closings.push(async () => door.close());
    this.simulator = await this.program('simulator', /Simulated .* at (\S+)/, {
      words: [
        path.join('src', 'cli', 'cli.js'),
        'simulator',
        '--port',
        '0',
        '--webhooks',
        `${webhooks}/webhooks`,
      ],
      env: { DATABASE_URL: theirs.url },
    });
    const env = {
      ...{ DATABASE_URL: this.postgres.url, DATA_DIR: path.join(this.directory, 'exports') },
      REDIS_URL: redis,
      ...{ AUTH_JWT_SECRET: JWT_SECRET, METRICS_TOKEN: 'soak', RATE_LIMITS: 'off', RISK: 'observe' },
      ...{ STRIPE_API_BASE: this.simulator.url, RAZORPAY_API_BASE: this.simulator.url },
    };
    const main = path.join('src', 'main.js');
    this.gateway = await this.program('gateway', GATEWAY_READY, {
      ...{ words: [main], env: { ...env, ROLE: 'api', PORT: '0' } },
    });
    this.worker = await this.program('worker', GATEWAY_READY, {
      ...{ words: [main], env: { ...env, ROLE: 'worker', WORKER_PORT: '0' } },
    });
  }

  private async program(
    name: string,
    ready: RegExp,
    { words, env }: { words: readonly [string, ...string[]]; env: NodeJS.ProcessEnv },
  ): Promise<Program> {
    const [file, ...more] = words;
    const probe = ['--expose-gc', '--require', path.join(ROOT, 'storm', 'soak', 'probe.cjs')];
    const program = new Program({
      ...{ name, ready, command: process.execPath },
      words: [...probe, path.join(ROOT, 'dist', file), ...more],
      env: () => ({
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        SOAK_PROBE: this.probeFile(name),
        ...env,
      }),
    });
    this.closings.push(() => program.end('SIGTERM'));
    await program.start();
    return program;
  }

  /** Without it each process keeps the newest 50,000 keys in memory: its heap would grow for the first hours, and be flat after them. */
  private async startRedis(): Promise<string> {
    const port = await freePort();
    const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const redis = new Program({
      ...{ name: 'redis', command: 'redis-server', words, env: () => ({ PATH: process.env.PATH ?? '' }) },
      ready: /(Ready to accept)/,
    });
    this.closings.push(() => redis.end());
    await redis.start();
    return `redis://127.0.0.1:${port}`;
  }

  private async startReceiver(): Promise<void> {
    const server = http.createServer((request, response) => {
      this.delivered += 1;
      request.resume().once('end', () => response.writeHead(204).end());
    });
    this.receiverUrl = `${await listen(server)}/hook`;
    this.closings.push(async () => {
      server.closeAllConnections();
      server.close();
    });
  }

  private pass(request: http.IncomingMessage, response: http.ServerResponse): void {
    const on = http.request(
      `${this.gateway.url}${request.url}`,
      { method: request.method ?? 'POST', headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    on.on('error', () => response.writeHead(502).end());
    request.pipe(on);
  }
}

async function listen(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
