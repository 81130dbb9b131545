// The gateways' PostgreSQL: one that can be frozen, crashed, filled up and started again.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../src/app/database';
import { searchPathOf } from '../src/db/code';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/db/embedded';

// Three processes of 15 connections each, the storm's own, and few more: so that they can be used up.
const CONNECTIONS_MAX = 70;

export class Postgres {
  private server: EmbeddedPostgres | null = null;

  /** @param disk a file system of its own that it stands on, null where none could be mounted */
  private constructor(
    private readonly dataDir: string,
    readonly disk: string | null,
  ) {}

  /** @param diskMb how large a disk of its own it gets, where this user may mount one */
  static async open(directory: string, diskMb: number | null): Promise<Postgres> {
    const disk = diskMb === null ? null : mounted(path.join(directory, 'disk'), diskMb);
    const postgres = new Postgres(disk ?? path.join(directory, 'data'), disk);
    await postgres.start();
    return postgres;
  }

  async start(): Promise<void> {
    this.server = await startEmbeddedPostgres({
      dataDir: this.dataDir,
      // What a power cut would take is no part of a storm; all else survives without fsync.
      settings: {
        max_connections: String(CONNECTIONS_MAX),
        fsync: 'off',
        max_wal_size: '96MB',
        wal_level: 'replica',
        // What was written since a base backup is still there when it is restored, a few seconds later.
        wal_keep_size: '192MB',
      },
    });
  }

  get url(): string {
    return this.server?.url ?? '';
  }

  /** Its files. */
  get cluster(): string {
    return path.join(this.dataDir, 'postgres', 'cluster');
  }

  /** Where it listens. */
  target(): net.NetConnectOpts {
    return { path: `${this.server?.host}/.s.PGSQL.5432` };
  }

  get isRunning(): boolean {
    return this.pids().length > 0;
  }

  /** The postmaster first, then its children. */
  pids(): number[] {
    const pid = this.server?.pid;
    if (!pid || !fs.existsSync(`/proc/${pid}`)) return [];
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  }

  signal(name: NodeJS.Signals, to: readonly number[] = this.pids()): void {
    for (const pid of to)
      try {
        process.kill(pid, name);
      } catch {
        // It ended meanwhile.
      }
  }

  /** Ends it by a signal to the postmaster, and starts it again. */
  async restart(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    await this.end(signal);
    await this.start();
  }

  /** Ends it by a signal to the postmaster; back when it is gone. */
  async end(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const [postmaster = 0] = this.pids();
    this.signal(signal, [postmaster]);
    for (let tries = 0; fs.existsSync(`/proc/${postmaster}`) && tries < 1_000; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** A connection of the owner's that finds this release's functions. */
  async owner(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      options: `-c search_path=${searchPathOf(CODE.schema)}`,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Statements of the owner, on a connection of their own. */
  async run(...statements: string[]): Promise<void> {
    const client = await this.owner();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    await this.server?.stop();
    if (this.disk) execFileSync('umount', ['-l', this.disk]);
  }
}

/** Only root may, and not in every container. */
function mounted(directory: string, mb: number): string | null {
  fs.mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m,mode=0711`, 'tmpfs', directory], {
      stdio: 'ignore',
    });
    return directory;
  } catch {
    return null;
  }
}
