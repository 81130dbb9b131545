// Where the embedded database lives: one directory of its own below the data directory, with the files, the log and
// the socket. It is private to the account that PostgreSQL runs as, because whoever reaches the socket is let in.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigError } from '../../kernel/config';
import type { Account } from './account';

export interface Home {
  readonly dataDir: string;
  /** `postgres` below `dataDir`: all that is PostgreSQL's and nothing else, so that only this changes its owner. */
  readonly directory: string;
  readonly cluster: string;
  readonly log: string;
}

/** PostgreSQL names its socket after the port that it would listen on. */
export const SOCKET_NAME = '.s.PGSQL.5432';
// The kernel's limit of a socket's path without the final zero: sun_path is 108 bytes on Linux, 104 on macOS.
const SOCKET_PATH_BYTES_MAX = process.platform === 'darwin' ? 103 : 107;

/** Makes the data directory when there is none. @throws ConfigError when that is not possible. */
export function findHome(dataDir: string): Home {
  try {
    fs.mkdirSync(dataDir, { recursive: true });
    // One spelling of the path for one directory: a running server is recognised by it.
    const real = fs.realpathSync(dataDir);
    const directory = path.join(real, 'postgres');
    return {
      dataDir: real,
      directory,
      cluster: path.join(directory, 'cluster'),
      log: path.join(directory, 'postgres.log'),
    };
  } catch (error) {
    throw new ConfigError([`DATA_DIR: ${(error as Error).message}`]);
  }
}

/** Makes the private directory for `account`. @throws ConfigError when it is another account's. */
export function openHome(home: Home, account: Account): void {
  openPrivateDirectory(home.directory, account);
}

/** Keeps the log of the run before: it may say why that run ended. */
export function turnLog(home: Home): void {
  const previous = path.join(home.directory, 'postgres.previous.log');
  if (fs.existsSync(home.log)) fs.renameSync(home.log, previous);
}

/**
 * The directory for the socket: the home, or where its path is too long for a socket one in the system's temporary
 * directory. Its name is always the same for the same home, so that the next start takes over what a crash left.
 * @throws ConfigError when there is no place with a path short enough, or when somebody else took the name.
 */
export function openSocketDirectory(home: Home, account: Account): string {
  if (fitsSocket(home.directory)) return home.directory;
  const hash = createHash('sha256').update(home.directory).digest('hex').slice(0, 16);
  const directory = path.join(os.tmpdir(), `credits-gateway-${hash}`);
  if (!fitsSocket(directory))
    throw new ConfigError([
      `DATA_DIR: ${home.dataDir} and ${os.tmpdir()} are both too long for the path of a socket ` +
        `(${SOCKET_PATH_BYTES_MAX} bytes). Choose a shorter one`,
    ]);
  openPrivateDirectory(directory, account);
  return directory;
}

/** Takes the socket's directory away again when it is outside of the home. */
export function closeSocketDirectory(home: Home, directory: string): void {
  if (directory !== home.directory) fs.rmSync(directory, { recursive: true, force: true });
}

/** What PostgreSQL or initdb said last, for an error message. */
export function readLog(home: Home): string {
  const text = fs.readFileSync(home.log, 'utf8').trim();
  // Enough for the last few lines; the rest is in the file.
  return `${text.slice(-2000)}\n(from ${home.log})`;
}

const fitsSocket = (directory: string) =>
  Buffer.byteLength(path.join(directory, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;

function openPrivateDirectory(directory: string, { identity }: Account): void {
  const ourselves = process.geteuid?.();
  try {
    fs.mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new ConfigError([`DATA_DIR: ${(error as Error).message}`]);
  }
  // Not through a link: in a directory that everybody may write to, somebody may have made one.
  const found = fs.lstatSync(directory);
  const isOurs = found.uid === ourselves || found.uid === identity.uid;
  if (!found.isDirectory() || !isOurs || (found.mode & 0o077) !== 0)
    throw new ConfigError([
      `DATA_DIR: ${directory} must be a directory that only its owner may enter, and it belongs to user ` +
        `${found.uid}, mode ${(found.mode & 0o777).toString(8)}. Run as that user, or choose another DATA_DIR`,
    ]);
  const { uid, gid } = identity;
  if (uid !== undefined && gid !== undefined) fs.chownSync(directory, uid, gid);
}
