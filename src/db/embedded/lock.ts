// The lock of a cluster: PostgreSQL's own postmaster.pid. One server at a time works on the files; a lock that a crash
// left behind stops nobody.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../../kernel/config';
import { commandLineOf, processExists } from './processes';

export interface Lock {
  /** NaN while the file has been made and not yet written. */
  readonly pid: number;
  /** starting, ready or stopping; empty for the first moments. */
  readonly state: string;
}

// Long enough for a server whose gateway was just killed to hear of it; a gateway in good health is refused this late.
const GRACE_MS = 1_000;
// A server that is stopping writes its last checkpoint. On a slow disk that takes seconds.
const STOPPING_MAX_MS = 30_000;
const POLL_MS = 10;
// Above every system's highest process number (4194304 on Linux, 99998 on macOS), within PostgreSQL's 32 bits.
const NO_PROCESS = 2 ** 30;

export const lockFile = (cluster: string) => path.join(cluster, 'postmaster.pid');

/** A lock as it stands; null when there is none. The lines are those of PostgreSQL's pidfile.h. */
export function readLock(file: string): Lock | null {
  try {
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    return { pid: Number.parseInt(lines[0] ?? '', 10), state: (lines[7] ?? '').trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Waits until no server has the cluster: one that is on its way out is given the time it needs.
 * @throws ConfigError naming the process that keeps the cluster.
 */
export async function awaitFreeLock(cluster: string): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const lock = readLock(lockFile(cluster));
    if (!lock) return;
    const isUnwritten = Number.isNaN(lock.pid);
    if (!isUnwritten && !isServing(lock.pid, cluster)) return;
    const patienceMs = lock.state === 'stopping' ? STOPPING_MAX_MS : GRACE_MS;
    if (performance.now() - startedMs > patienceMs) {
      // The machine died before the file's contents reached the disk.
      if (isUnwritten) return fs.promises.rm(lockFile(cluster), { force: true });
      throw new ConfigError([
        `DATA_DIR: the database in ${cluster} is in use by the PostgreSQL process ${lock.pid} of another gateway. ` +
          'Stop that gateway, choose another DATA_DIR, or set DATABASE_URL for both',
      ]);
    }
    await delay(POLL_MS);
  }
}

/**
 * PostgreSQL ignores a lock whose process is gone, but not when the number belongs to another process by now, or to
 * one that has ended and was not collected. The lock is not removed: its other lines lead PostgreSQL to the shared
 * memory, by which it refuses to start while any process of the dead server still writes to these files.
 * @param file the cluster's lock or the one beside the socket; both begin with the number of the server's process.
 */
export function retireLock(file: string, cluster: string): void {
  const lock = readLock(file);
  if (!lock || !processExists(lock.pid) || isServing(lock.pid, cluster)) return;
  const { O_NOFOLLOW, O_RDWR } = fs.constants;
  const descriptor = fs.openSync(file, O_RDWR | O_NOFOLLOW);
  const retired = fs.readFileSync(descriptor, 'utf8').replace(/^-?\d+/, String(NO_PROCESS));
  fs.writeSync(descriptor, retired, 0);
  fs.closeSync(descriptor);
}

const isServing = (pid: number, cluster: string) => commandLineOf(pid)?.includes(` -D ${cluster} `) ?? false;
