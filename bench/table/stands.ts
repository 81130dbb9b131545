// What the rows are measured on: databases of one server, gateways on them, and the peers' programs; whatever was started is ended.
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../../src/app/database';
import type { Role } from '../../src/callers/caller';
import { issueToken } from '../../src/callers/token';
import { searchPathOf } from '../../src/db/code';
import { readConfig } from '../../src/providers/read-config';
import { databaseOf } from '../database';
import { type BenchGateway, startGateway, startProgram, stopGateway } from '../gateway';
import { type Seeded, seed } from './seed';

const JWT_SECRET = 'of-a-benchmark-and-nobody-else-32-characters';
const ROOT = path.join(__dirname, '..', '..', '..');
const SERVER = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
// Two runs would end each other's databases.
const LOCK = 7_301_450;
const HOUR_SECONDS = 3_600;

export interface Stand {
  readonly databaseUrl: string;
  readonly gateway: BenchGateway;
  readonly pid: number;
  /** Of the tables' owner. */
  readonly owner: pg.Client;
}

export class Stands {
  private readonly running = new Set<BenchGateway>();
  private readonly databases: string[] = [];
  /** What is closed before the databases go. */
  private readonly closings: (() => Promise<unknown>)[] = [];
  private readonly tokens = new Map<string, string>();
  private readonly auth = readConfig({ AUTH_JWT_SECRET: JWT_SECRET }).auth;
  private main: Promise<Stand & Seeded> | null = null;
  private stopping: Promise<void> | null = null;

  private constructor(
    private readonly admin: pg.Client,
    readonly server: string,
    /** Any process of the server; null where it runs elsewhere. */
    readonly backend: number | null,
  ) {}

  /** @throws Error where another run holds the server, or there is none */
  static async open(): Promise<Stands> {
    const admin = new pg.Client({ connectionString: SERVER });
    await admin.connect();
    const { rows } = await admin.query(
      `select pg_try_advisory_lock(${LOCK}) as ours, pg_backend_pid() as pid, current_setting('server_version') as version,
         current_setting('fsync') as fsync, current_setting('shared_buffers') as buffers`,
    );
    const [{ ours, pid, version, fsync, buffers }] = rows;
    if (!ours) throw new Error('Another benchmark runs on this PostgreSQL');
    const isHere = /^(127\.|localhost|\[?::1|$)/.test(new URL(SERVER).hostname);
    const server = `PostgreSQL ${version}, fsync ${fsync}, shared_buffers ${buffers}`;
    return new Stands(admin, server, isHere ? pid : null);
  }

  /** The one that most rows are measured on: mock mode, filled once. */
  mock(): Promise<Stand & Seeded> {
    this.main ??= this.filled();
    return this.main;
  }

  private async filled(): Promise<Stand & Seeded> {
    const databaseUrl = await this.database('credits_gateway_bench');
    const stand = await this.stand(databaseUrl);
    const seeded = await seed(databaseUrl, stand.owner, (id) => this.addToken(id, 'user'));
    this.closings.push(seeded.close);
    return { ...stand, ...seeded };
  }

  /** A gateway on a database, without limits on how much may be asked. */
  async stand(databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<Stand> {
    const gateway = await this.kept(
      startGateway(databaseUrl, { RATE_LIMITS: 'off', AUTH_JWT_SECRET: JWT_SECRET, ...env }),
    );
    const owner = new pg.Client(databaseUrl);
    owner.on('error', () => undefined);
    await owner.connect();
    // What the ledger's invariants ask.
    await owner.query(`set search_path = ${searchPathOf(CODE.schema)}`);
    this.closings.push(() => owner.end());
    return { databaseUrl, gateway, owner, pid: gateway.child.pid as number };
  }

  /** A program of bench/peers. */
  peer(name: string, env: NodeJS.ProcessEnv = {}): Promise<BenchGateway> {
    const program = path.join(ROOT, 'dist', 'bench', 'peers', `${name}.js`);
    const all = { AUTH_JWT_SECRET: JWT_SECRET, BENCH_ROOT: ROOT, ...env };
    return this.kept(startProgram([program], all, /listens at (\S+)/));
  }

  /** The simulated providers, in a process of their own. @param webhooks where their events go */
  simulator(databaseUrl: string, webhooks: string): Promise<BenchGateway> {
    const program = path.join(ROOT, 'dist', 'src', 'cli', 'cli.js');
    const words = [program, 'simulator', '--port', '0', '--webhooks', webhooks];
    return this.kept(
      startProgram(words, { DATABASE_URL: databaseUrl, LOG_LEVEL: 'info' }, /STRIPE_API_BASE=(\S+)/),
    );
  }

  /** Ends one before the others. */
  async end(program: BenchGateway): Promise<void> {
    await stopGateway(program);
    this.running.delete(program);
  }

  /** Ends what a row has started and not ended; the gateway that most rows share stays. */
  async endOthers(): Promise<void> {
    const main = await this.main?.catch(() => null);
    await Promise.all(
      [...this.running].filter((program) => program !== main?.gateway).map((one) => this.end(one)),
    );
  }

  /** A fresh database of that name. @returns its URL */
  async database(name: string): Promise<string> {
    this.databases.push(name);
    await this.admin.query(`drop database if exists ${name} with (force)`);
    await this.admin.query(`create database ${name}`);
    return databaseOf(SERVER, name);
  }

  /** One that was made before by `addToken`. */
  token(userId: string): string {
    const token = this.tokens.get(userId);
    if (!token) throw new Error(`${userId} has no token`);
    return token;
  }

  async addToken(id: string, role: Role): Promise<void> {
    if (!this.tokens.has(id)) this.tokens.set(id, await issueToken(this.auth, { id, role }, HOUR_SECONDS));
  }

  /** Ends whatever was started, and drops the databases. May be called twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    await Promise.all([...this.running].map(stopGateway));
    await Promise.all(this.closings.map((close) => close().catch(() => undefined)));
    for (const name of this.databases)
      await this.admin.query(`drop database if exists ${name} with (force)`).catch(() => undefined);
    await this.admin.end();
  }

  private async kept(starting: Promise<BenchGateway>): Promise<BenchGateway> {
    const program = await starting;
    // Stopped while it started.
    if (this.stopping) await stopGateway(program);
    this.running.add(program);
    return program;
  }
}
