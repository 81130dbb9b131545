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

/**
 * Seconds of processor time of a whole PostgreSQL server so far: the process that started the others, each that it has now, and
 * those that have ended, which it counts as its children (proc(5): cutime and cstime). Other databases' work is part of it.
 * @param backend any process of the server
 */
export function cpuOfServer(backend: number): number {
  const server = Number(fieldsOf(backend)[1]);
  const children = fs
    .readFileSync(`/proc/${server}/task/${server}/children`, 'utf8')
    .split(' ')
    .filter(Boolean);
  const [, , , , , , , , , , , utime, stime, cutime, cstime] = fieldsOf(server).map(Number);
  const own = [utime, stime, cutime, cstime].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0);
  return own / TICKS_PER_SECOND + cpuOf(children.map(Number));
}

/** Bytes that a process has in memory now. */
export function memoryOf(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

function onProcessorOf(pid: number): number {
  try {
    return Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

function ticksOf(pid: number): number {
  try {
    const fields = fieldsOf(pid);
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

/** After the name in brackets, which may hold blanks: proc(5) calls the first of these the third, and the 14th and 15th utime and stime. */
const fieldsOf = (pid: number): string[] =>
  fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
