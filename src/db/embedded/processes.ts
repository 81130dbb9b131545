// What the operating system says about processes that we did not start.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** True also for a process that has ended and that its parent has not asked about yet. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a running process, words parted by spaces; null when it has ended or may not be seen. */
export function commandLineOf(pid: number): string | null {
  return fs.existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
}

// The letter after the program's name is the state. Z and X have ended; under a process 1 that does not collect its
// children they stay in the list for long.
function fromProc(pid: number): string | null {
  try {
    if (/^\d+ \(.*\) [ZX] /s.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) return null;
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return null;
  }
}

// macOS has no /proc. This branch was run on Linux only, with the ps of procps; on macOS it is untested.
function fromPs(pid: number): string | null {
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const [, state, command] = /^\s*(\S+)\s+(.*)$/m.exec(stdout ?? '') ?? [];
  return state === undefined || command === undefined || state.startsWith('Z') ? null : `${command} `;
}
