// Starts a program whose life is tied to ours: when this process is gone, also by kill -9, the program is asked to
// end. An exit handler cannot do that, and PostgreSQL does not notice the death of its parent.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import type { Socket } from 'node:net';
import type { Account } from './account';

export interface TiedProcess {
  /** The program itself, not the shell that started it. Does not keep our event loop alive once `unref` was called. */
  readonly child: ChildProcess;
  /** Resolves with how it ended, in words, when it did. Never rejects. */
  readonly ended: Promise<string>;
  /** True from the moment that `ended` resolves. */
  hasEnded(): boolean;
}

// Descriptor 3 is the lifeline, a socket whose other end only we hold. A small shell in the background reads from it.
// End of file means that we died: SIGINT ends PostgreSQL fast and cleanly, and makes initdb remove what it wrote. A line
// means that the program ended before us: then its number may already belong to another process, which is left alone.
// The second pair of parentheses makes the watcher no child of the program, which would take it for one of its own.
const SCRIPT = '( { read -r ended || kill -INT "$$"; } <&3 & ); exec "$@" 3<&-';

/** Runs `program` as `account`. What it prints replaces the contents of `logFile`. */
export function startTied(account: Account, program: readonly string[], logFile: string): TiedProcess {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = fs.constants;
  // The directory belongs to the account; root does not follow a link that the account may have left there.
  const log = fs.openSync(logFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...account.prefix, ...program], {
    ...account.identity,
    cwd: '/',
    // A session of its own: Ctrl+C reaches us, and we end the database after the work that needs it.
    detached: true,
    // Nothing else of our environment: it holds the providers' secrets. UTC and C make every machine's output the same.
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', log, log, 'pipe'],
  });
  fs.closeSync(log);

  const lifeline = child.stdio[3] as Socket;
  // The watcher may be gone before we write to it, and then nobody needs to hear.
  lifeline.on('error', () => undefined);
  lifeline.unref();

  let ended = false;
  const end = new Promise<string>((resolve) => {
    // Also later, when a signal cannot be sent.
    child.on('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  }).then((how) => {
    ended = true;
    lifeline.end('\n');
    return how;
  });
  return { child, ended: end, hasEnded: () => ended };
}
