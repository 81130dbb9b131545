// The files of the database: made whole or not at all, and read only by programs of the version that wrote them.
import fs from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../kernel/config';
import { Fault } from '../../kernel/invariant';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { type Home, readLog } from './home';
import { processExists } from './processes';
import { startTied } from './tied-process';

const UNFINISHED = 'cluster.init-';

/**
 * Makes an empty database where there is none. initdb writes its version file early, so it works in a directory beside,
 * which is renamed at the end: a first start that was interrupted leaves no half database.
 * @param sync false: the files may be lost with the machine's power, which is faster.
 */
export async function createCluster(home: Home, binaries: Binaries, account: Account, sync: boolean) {
  const unfinished = path.join(home.directory, `${UNFINISHED}${process.pid}`);
  remove(unfinished);
  const { child, ended } = startTied(
    account,
    [
      ...[binaries.initdb, '-D', unfinished, '--username=postgres', '--no-instructions', '--encoding=UTF8'],
      // The socket's directory keeps strangers out. Over TCP nobody gets in, whatever a setting makes it listen to.
      ...['--auth-local=trust', '--auth-host=reject'],
      // The provider that comes with PostgreSQL sorts the same on every machine; the system's locale would not.
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...(sync ? [] : ['--no-sync']),
    ],
    home.log,
  );
  const how = await ended;
  if (child.exitCode !== 0) {
    remove(unfinished);
    throw new Fault(`initdb ended with ${how}: ${readLog(home)}`);
  }
  try {
    fs.renameSync(unfinished, home.cluster);
  } catch (error) {
    remove(unfinished);
    // Another start was faster. Who may use its database is decided later, by the lock.
    if (!fs.existsSync(home.cluster)) throw error;
  }
  if (sync) syncDirectory(home.directory);
}

/** @throws ConfigError when the programs cannot read these files, in words for the person who upgraded. */
export function checkVersion(home: Home, majorVersion: number): void {
  const written = fs.readFileSync(path.join(home.cluster, 'PG_VERSION'), 'utf8').trim();
  if (written === String(majorVersion)) return;
  throw new ConfigError([
    `DATA_DIR: the database in ${home.cluster} was written by PostgreSQL ${written}, and the installed programs are ` +
      `version ${majorVersion}, which cannot read it. Install version ${written} again to dump it, or choose another ` +
      'DATA_DIR to begin empty',
  ]);
}

/** Removes what first starts left that died so hard that initdb could not clean up, e.g. with the machine. */
export function removeUnfinished(home: Home): void {
  for (const name of fs.readdirSync(home.directory)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const pid = Number(name.slice(UNFINISHED.length));
    // In a container every start may have the same number, and ours has finished.
    if (pid !== process.pid && processExists(pid)) continue;
    try {
      remove(path.join(home.directory, name));
    } catch {
      // It is in nobody's way, and the next start tries again.
    }
  }
}

// An initdb that is just ending may still write into the directory, and then removing it takes more than one try.
const remove = (directory: string) =>
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

/** Makes the new name as durable as the files: a payment must not outlive the directory it was written to. */
function syncDirectory(directory: string): void {
  const descriptor = fs.openSync(directory, 'r');
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
}
