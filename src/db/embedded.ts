// A PostgreSQL of our own for development and demonstration: nothing to install, no port, no password, and it ends when
// this process ends, however that happens. Production sets DATABASE_URL and never comes here.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../kernel/invariant';
import { type Account, chooseAccount } from './embedded/account';
import { findBinaries } from './embedded/binaries';
import { checkVersion, createCluster, removeUnfinished } from './embedded/cluster';
import {
  closeSocketDirectory,
  findHome,
  type Home,
  openHome,
  openSocketDirectory,
  readLog,
  SOCKET_NAME,
  turnLog,
} from './embedded/home';
import { awaitFreeLock, lockFile, readLock, retireLock } from './embedded/lock';
import { startTied, type TiedProcess } from './embedded/tied-process';

export interface EmbeddedPostgres {
  /** For `pg`, TypeORM and psql, from any process of the same user. */
  readonly url: string;
  /** The directory of the socket. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
  readonly pid: number;
  /** Ends the server: its clients are cut off, what was committed is kept. Later calls wait for the first one. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made when missing. One running server at a time. */
  readonly dataDir: string;
  /** More settings of the server, e.g. `{ fsync: 'off' }` for tests. The socket's are fixed. */
  readonly settings?: Readonly<Record<string, string>>;
}

const USER = 'postgres';
const DATABASE = 'postgres';
const POLL_MS = 10;
// A server that died with its machine first replays its log, at most 1 GB of it (max_wal_size).
const START_MAX_MS = 60_000;
// Below the 10 s that `docker stop` grants. A server that was cut short recovers at its next start and loses nothing.
const STOP_MAX_MS = 8_000;
// After a server was killed, each of its processes notices by itself; one in a long computation takes its time.
const SURVIVORS_MAX_MS = 5_000;

/**
 * Starts the server on `dataDir`, after making an empty database there at the first start.
 * The server never keeps this process alive, and ends with it.
 * @throws ConfigError when it cannot work in this place, in words for the person who runs it: no programs for this
 * platform, nobody to run as, a directory in use or of another version.
 * @throws Fault with the end of the log when the server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, settings = {} } = options;
  const binaries = findBinaries();
  const home = findHome(dataDir);
  const { account, majorVersion } = chooseAccount(binaries.postgres, home.dataDir, home.cluster);
  openHome(home, account);
  if (!existsSync(home.cluster)) await createCluster(home, binaries, account, settings['fsync'] !== 'off');
  checkVersion(home, majorVersion);
  removeUnfinished(home);
  await awaitFreeLock(home.cluster);

  const host = openSocketDirectory(home, account);
  const program = [binaries.postgres, ...serverArguments(home, host, settings)];
  const server = await launch(home, account, host, program);
  let stopped: Promise<void> | undefined;
  return {
    url: urlAt(host),
    host,
    user: USER,
    database: DATABASE,
    pid: server.child.pid as number,
    stop: () => {
      // Before the server lets go of its lock: after that the directory may be the next one's.
      if (!stopped) closeSocketDirectory(home, host);
      stopped ??= stop(server);
      return stopped;
    },
  };
}

/** The address of a server by the directory of its socket. */
export const urlAt = (host: string): string =>
  `postgresql://${USER}@/${DATABASE}?host=${encodeURIComponent(host)}`;

function serverArguments(home: Home, host: string, settings: Readonly<Record<string, string>>): string[] {
  const all: Record<string, string> = {
    // Several gateways of 10 connections each, their listeners, and a person with psql.
    max_connections: '100',
    shared_buffers: '64MB',
    ...settings,
    // The socket in the private directory is the only way in.
    listen_addresses: '',
    unix_socket_directories: `"${host.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
  return ['-D', home.cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Starts the server and waits until it takes connections. */
async function launch(home: Home, account: Account, host: string, program: string[]): Promise<TiedProcess> {
  turnLog(home);
  const startedMs = performance.now();
  for (;;) {
    for (const file of [lockFile(home.cluster), path.join(host, `${SOCKET_NAME}.lock`)])
      retireLock(file, home.cluster);
    const server = startTied(account, program, home.log);
    if (await isReady(server, home.cluster)) {
      server.child.unref();
      return server;
    }
    const how = await server.ended;
    const log = readLog(home);
    // Another start may have been faster; it is named here.
    await awaitFreeLock(home.cluster);
    const hasSurvivors = log.includes('pre-existing shared memory block');
    if (!hasSurvivors || performance.now() - startedMs > SURVIVORS_MAX_MS)
      throw new Fault(`PostgreSQL ended with ${how} before it was ready: ${log}`);
    await delay(POLL_MS);
  }
}

/** Resolves with true when the server takes connections, with false when it ended before that. */
async function isReady(server: TiedProcess, cluster: string): Promise<boolean> {
  const startedMs = performance.now();
  while (!server.hasEnded()) {
    const lock = readLock(lockFile(cluster));
    // The number matters: a start that was faster than ours writes the same file.
    if (lock?.pid === server.child.pid && lock?.state === 'ready') return true;
    if (performance.now() - startedMs > START_MAX_MS) {
      await stop(server);
      throw new Fault(
        `PostgreSQL was not ready after ${START_MAX_MS / 1000} s, see the log beside ${cluster}`,
      );
    }
    await delay(POLL_MS);
  }
  return false;
}

async function stop(server: TiedProcess): Promise<void> {
  server.child.ref();
  server.child.kill('SIGINT');
  const limit = setTimeout(() => server.child.kill('SIGQUIT'), STOP_MAX_MS);
  await server.ended;
  clearTimeout(limit);
}
