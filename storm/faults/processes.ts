// What happens to processes of the gateway: killed, frozen, rolled, out of files, on a machine whose clock is wrong.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, lasting } from './fault';

const SKEW = path.join(__dirname, '..', '..', '..', 'storm', 'skew.cjs');
// Beyond the five minutes for which a signature holds.
const SKEWS_MS = [-600_000, -45_000, 45_000, 600_000];
// What a process said while it ended, and a little before.
const LAST_LINES = 20;
// Fewer than a process has open, so that the next one fails.
const FILES_MAX = 24;

const isUp = (pid: number | null): pid is number => pid !== null;

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'process killed',
    run: async ({ nodes }, random) => {
      const { program } = random.pick(nodes);
      await program.end('SIGKILL');
      await lasting(random, 100, 800);
      await program.start();
    },
  },
  {
    name: 'all processes killed',
    run: async ({ nodes }, random) => {
      await Promise.all(nodes.map(({ program }) => program.end('SIGKILL')));
      await lasting(random, 100, 300);
      await Promise.all(nodes.map(({ program }) => program.start()));
    },
  },
  {
    name: 'process frozen, and wakes',
    run: async ({ nodes }, random) => {
      const { program } = random.pick(nodes);
      program.signal('SIGSTOP');
      await lasting(random, 500, 4_000);
      program.signal('SIGCONT');
    },
  },
  {
    name: 'process rolled',
    run: async ({ nodes }, random) => {
      const { program } = random.pick(nodes);
      const code = await program.end('SIGTERM');
      const last = program.log.slice(-LAST_LINES).join('\n');
      // Another fault may keep what is under way for longer than a process has to end: then it is cut off, and says so.
      if (code !== 0 && !last.includes('gateway.stopped_late')) {
        program.unexpected.push(`${program.name} ended with ${code} when it was told to end:\n${last}`);
      }
      await program.start();
    },
  },
  {
    name: 'clock of a process is wrong',
    run: async ({ nodes }, random) => {
      const { program } = random.pick(nodes);
      await program.end('SIGKILL');
      await program.start({ NODE_OPTIONS: `--require ${SKEW}`, SKEW_MS: String(random.pick(SKEWS_MS)) });
      await lasting(random, 1_500, 4_000);
      await program.end('SIGKILL');
      await program.start();
    },
  },
  {
    name: 'a process of the last release beside',
    isLong: true,
    possible: ({ release }) => release !== null,
    run: async ({ nodes, release }, random) => {
      const { program } = random.pick(nodes);
      await program.end('SIGTERM');
      try {
        await program.start({}, ['--enable-source-maps', release?.main ?? '']);
        await lasting(random, 3_000, 6_000);
      } finally {
        // As docs/operations/upgrading.md says of it: a second signal means at once.
        const gone = program.end('SIGTERM');
        await pause(1_000);
        program.signal('SIGTERM');
        await gone;
        await program.start();
      }
    },
  },
  {
    name: 'process out of files',
    possible: () => hasLimits,
    run: async ({ nodes }, random) => {
      const { pid } = random.pick(nodes).program;
      if (!isUp(pid)) return;
      limitFiles(pid, FILES_MAX);
      await lasting(random, 500, 2_000);
      limitFiles(pid, 4_096);
    },
  },
];

/** The soft limit alone, which can be raised again. */
function limitFiles(pid: number, files: number): void {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`], { stdio: 'ignore' });
  } catch {
    // It ended meanwhile, or is another one's.
  }
}

const hasLimits = (() => {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
