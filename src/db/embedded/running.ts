// Finds the server that a gateway on this machine already runs, for a program that only wants to look.
import fs from 'node:fs';
import { findHome } from './home';
import { lockFile, readLock } from './lock';
import { processExists } from './processes';

/** The directory of the socket of the server on `dataDir` that takes connections now; null when there is none. */
export function runningSocketDirectory(dataDir: string): string | null {
  if (!fs.existsSync(dataDir)) return null;
  const file = lockFile(findHome(dataDir).cluster);
  const lock = readLock(file);
  if (lock?.state !== 'ready' || !processExists(lock.pid)) return null;
  // The fifth line of PostgreSQL's pidfile.h.
  return fs.readFileSync(file, 'utf8').split('\n')[4]?.trim() || null;
}
