// Processor time of other processes, from Linux' /proc.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of processor time that these processes have used so far; one that has ended counts as none. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS_PER_SECOND;
}

/**
 * The same in nanoseconds, of processes with a single thread such as PostgreSQL's backends: the first field of
 * /proc/<pid>/schedstat is the time on a processor (Documentation/scheduler/sched-stats.rst).
 */
export const nanosecondsOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + onProcessorOf(pid), 0);

function onProcessorOf(pid: number): number {
  try {
    return Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

function ticksOf(pid: number): number {
  try {
    // After the name in brackets, which may hold blanks: proc(5) calls the 14th and 15th field utime and stime.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
