// Everything that a storm is about, started and ended: the gateways' PostgreSQL and Redis, the simulated providers with a PostgreSQL
// that no fault reaches, two gateways and a worker, and a proxy on each way between two of them.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { Role } from '../src/callers/caller';
import { issueToken } from '../src/callers/token';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/db/embedded';
import { readConfig } from '../src/providers/read-config';
import { Postgres } from './postgres';
import { Program } from './program';
import { TcpProxy } from './proxy';
import type { Random } from './random';
import { Receiver } from './receiver';
import { type Release, unpackLastRelease } from './release';
import { Wire } from './wire';

const ROOT = path.join(__dirname, '..', '..');
const JWT_SECRET = 'of-a-storm-and-nobody-else-32-characters-long';
// Full in a minute's fault, and room for ten minutes of purchases beside 16 MB pieces of log.
const DISK_MB = 1_200;
// A minute's purchases are listed in a second or two; what hangs is given up.
const CLI_WITHIN_MS = 60_000;
const TOKEN_SECONDS = 4 * 3_600;
// A worker of the last release has no address.
const GATEWAY_READY = /(?:"url":"([^"]*)".*)?"event":"gateway.ready"/;

/** A process of the gateway, with the ways to what it needs. */
export interface Node {
  readonly program: Program;
  readonly database: TcpProxy;
  readonly redis: TcpProxy;
  /** What clients call: it keeps its port when the process behind it is another one. Null before a worker. */
  readonly door: TcpProxy | null;
}

export class Stage {
  readonly nodes: Node[] = [];
  /** What each call of the gateways to a provider goes through. */
  providers!: Wire;
  /** What each webhook event goes through. */
  webhooks!: Wire;
  postgres!: Postgres;
  redis!: Program;
  simulator!: Program;
  providersDatabase!: EmbeddedPostgres;
  receiver!: Receiver;
  redisPort = 0;
  /** Null where no release is kept. */
  release: Release | null = null;
  /** Whether anybody is let in to the gateways. */
  isOpen = true;
  readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-storm-'));
  private readonly closings: (() => Promise<unknown>)[] = [];
  private readonly auth = readConfig({ AUTH_JWT_SECRET: JWT_SECRET }).auth;

  static async open(random: Random, say: (line: string) => void): Promise<Stage> {
    const stage = new Stage();
    try {
      await stage.start(random, say);
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  get doors(): readonly TcpProxy[] {
    return this.nodes.flatMap(({ door }) => (door ? [door] : []));
  }

  token(id: string, role: Role): Promise<string> {
    return issueToken(this.auth, { id, role }, TOKEN_SECONDS);
  }

  /** The providers' own memory. */
  async providersClient(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.providersDatabase.url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Asks the simulated bank, which no fault keeps from answering. */
  async bank(route: string, body: object): Promise<{ status: number; body: any }> {
    const answer = await fetch(`${this.simulator.url}/simulator/${route}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }

  /** Runs a command as whoever has the machine of a gateway. @returns its exit code and what it printed */
  cli(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = this.nodes[0]?.program.env;
    const cli = path.join(ROOT, 'dist', 'src', 'cli', 'cli.js');
    return new Promise((resolve) =>
      execFile(process.execPath, [cli, ...words], { env, timeout: CLI_WITHIN_MS }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }),
      ),
    );
  }

  /** Leaves what the processes logged where it can be read. */
  keepLogs(say: (line: string) => void): void {
    const folder = path.join('.data', 'storm');
    fs.mkdirSync(folder, { recursive: true });
    for (const { program } of this.nodes)
      fs.writeFileSync(
        path.join(folder, `${program.name.replace(' ', '-')}.log`),
        `${program.log.join('\n')}\n`,
      );
    say(`logs in ${folder}`);
  }

  /** Ends all that was started, the last one first. May be called twice. */
  async close(): Promise<void> {
    for (let close = this.closings.pop(); close; close = this.closings.pop())
      await close().catch((error) => process.stderr.write(`${String(error)}\n`));
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async start(random: Random, say: (line: string) => void): Promise<void> {
    fs.chmodSync(this.directory, 0o711);
    say('two PostgreSQLs, Redis, the simulated providers and the last release');
    const unpacking = unpackLastRelease(path.join(this.directory, 'release'));
    this.postgres = await Postgres.open(this.directory, DISK_MB);
    this.closings.push(() => this.postgres.stop());
    this.providersDatabase = await startEmbeddedPostgres({
      dataDir: path.join(this.directory, 'providers'),
      settings: { fsync: 'off' },
    });
    this.closings.push(() => this.providersDatabase.stop());
    await this.startRedis();
    this.webhooks = await Wire.open(random.fork('webhooks'), () => `${random.pick(this.doors).url}/webhooks`);
    this.closings.push(() => this.webhooks.close());
    await this.startSimulator();
    this.providers = await Wire.open(random.fork('providers'), () => this.simulator.url);
    this.closings.push(() => this.providers.close());
    this.receiver = await Receiver.open();
    this.closings.push(() => this.receiver.close());
    this.release = await unpacking;
    if (this.release) await this.beginWith(this.release);
    say('two gateways and a worker');
    for (const [name, role] of [
      ['gateway 1', 'api'],
      ['gateway 2', 'api'],
      ['worker', 'worker'],
    ] as const)
      await this.startNode(name, role);
  }

  private async startRedis(): Promise<void> {
    this.redisPort = await freePort();
    const words = [
      '--port',
      String(this.redisPort),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    this.redis = new Program({
      ...{ name: 'redis', command: 'redis-server', words, env: () => process.env },
      ready: /(Ready to accept)/,
    });
    await this.redis.start();
    this.closings.push(() => this.redis.end());
  }

  private async startSimulator(): Promise<void> {
    const cli = path.join(ROOT, 'dist', 'src', 'cli', 'cli.js');
    this.simulator = new Program({
      ...{ name: 'simulator', command: process.execPath },
      words: [cli, 'simulator', '--port', '0', '--webhooks', this.webhooks.url],
      env: () => ({ ...programs(), DATABASE_URL: this.providersDatabase.url }),
      ready: /Simulated .* at (\S+)/,
    });
    await this.simulator.start();
    this.closings.push(() => this.simulator.end());
  }

  /** Makes the database by the last release, which runs beside this one only where it has been before. */
  private async beginWith({ name, main }: Release): Promise<void> {
    const env = () => ({ ...programs(), PORT: '0', DATABASE_URL: this.postgres.url });
    const program = new Program({
      ...{ name, env, command: process.execPath, ready: GATEWAY_READY },
      words: ['--enable-source-maps', main],
    });
    await program.start();
    await program.end('SIGTERM');
  }

  private async startNode(name: string, role: 'api' | 'worker'): Promise<void> {
    const database = await TcpProxy.open(() => this.postgres.target());
    const redis = await TcpProxy.open(() => ({ host: '127.0.0.1', port: this.redisPort }));
    const env = () => ({
      ...programs(),
      ROLE: role,
      PORT: '0',
      ...(role === 'worker' ? { WORKER_PORT: '0' } : {}),
      DATABASE_URL: `postgresql://postgres@127.0.0.1:${database.port}/postgres`,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      DATA_DIR: path.join(this.directory, 'exports'),
      AUTH_JWT_SECRET: JWT_SECRET,
      // Mock mode, where deliveries may go to this machine; the providers are the ones outside all the same.
      STRIPE_API_BASE: this.providers.url,
      RAZORPAY_API_BASE: this.providers.url,
      // Calls that hang are given up within a storm of a minute; the lease of what a dead process held follows from it.
      PROVIDER_TIMEOUT_MS: '2000',
      RATE_LIMITS: 'off',
      // Few payers buy here as fast as they can, which is what rules of risk are there to stop.
      RISK: 'observe',
      DRAIN_SECONDS: '1',
      METRICS_TOKEN: 'storm',
    });
    const program = new Program({
      ...{ name, env, command: process.execPath, ready: GATEWAY_READY },
      words: ['--enable-source-maps', path.join(ROOT, 'dist', 'src', 'main.js')],
    });
    await program.start();
    const behind = () =>
      this.isOpen && program.url ? { host: '127.0.0.1', port: Number(new URL(program.url).port) } : null;
    const door = role === 'api' ? await TcpProxy.open(behind) : null;
    this.nodes.push({ program, database, redis, door });
    this.closings.push(async () => {
      await program.end();
      for (const proxy of [database, redis, door]) await proxy?.close();
    });
  }
}

/** What any program needs, and nothing of the settings of whoever starts a storm. */
const programs = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' });

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
