// Holds a process to a share of one core, as a container's limit does: by a control group of the kernel where this user may make
// one, else by stopping and continuing it.
import fs from 'node:fs';
import path from 'node:path';

// The kernel's own period (Documentation/scheduler/sched-bwc.rst).
const PERIOD_MS = 100;
const V1 = '/sys/fs/cgroup/cpu';

export interface Held {
  readonly how: string;
  /** Lets it run as before. */
  release(): void;
}

/** @param share of one core, below 1 */
export function held(pid: number, share: number): Held {
  try {
    return byGroup(pid, share);
  } catch {
    return bySignals(pid, share);
  }
}

function byGroup(pid: number, share: number): Held {
  const group = path.join(V1, `credits-gateway-bench-${pid}`);
  const before =
    /^\d+:(?:.*,)?cpu(?:,.*)?:(.*)$/m.exec(fs.readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '/';
  fs.mkdirSync(group, { recursive: true });
  try {
    fs.writeFileSync(path.join(group, 'cpu.cfs_period_us'), String(PERIOD_MS * 1_000));
    fs.writeFileSync(path.join(group, 'cpu.cfs_quota_us'), String(PERIOD_MS * 1_000 * share));
    fs.writeFileSync(path.join(group, 'cgroup.procs'), String(pid));
  } catch (error) {
    fs.rmdirSync(group);
    throw error;
  }
  return {
    how: 'a control group',
    release: () => {
      try {
        fs.writeFileSync(path.join(V1, before, 'cgroup.procs'), String(pid));
      } catch {
        // It has ended, and is in no group any more.
      }
      fs.rmdirSync(group);
    },
  };
}

function bySignals(pid: number, share: number): Held {
  let stopping: NodeJS.Timeout | undefined;
  const turn = () => {
    signal(pid, 'SIGCONT');
    stopping = setTimeout(() => signal(pid, 'SIGSTOP'), PERIOD_MS * share);
  };
  const turns = setInterval(turn, PERIOD_MS);
  turn();
  return {
    how: 'SIGSTOP and SIGCONT',
    release: () => {
      clearInterval(turns);
      clearTimeout(stopping);
      signal(pid, 'SIGCONT');
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
