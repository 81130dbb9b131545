// A program of the cluster, started and ended by its id, with what it logged in a file.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

// A node that died copies and replays what it missed; on a machine that does other things as well that has taken more than a minute.
const READY_WITHIN_MS = 180_000;
const GONE_WITHIN_MS = 10_000;
/** PostgreSQL and PgBouncer refuse to run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** @param isSo asked again and again; what it throws counts as no */
export async function until(what, isSo, withinMs = READY_WITHIN_MS) {
  for (const untilMs = performance.now() + withinMs; ; await pause(100)) {
    if (await Promise.resolve(isSo()).catch(() => false)) return;
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${withinMs / 1_000} s`);
  }
}

/** Whether somebody listens there. */
export const listens = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

export class Machine {
  child = null;

  /** @param plan name, command, words, folder of its log, isNobody, isReady */
  constructor(plan) {
    this.plan = plan;
  }

  get isUp() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  async start() {
    const { name, command, words, folder, isNobody, isReady, env = {} } = this.plan;
    const log = fs.openSync(path.join(folder, `${name.replaceAll(' ', '-')}.log`), 'a');
    this.child = spawn(command, words, {
      stdio: ['ignore', log, log],
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...env },
      ...(isNobody ? NOBODY : {}),
    });
    fs.closeSync(log);
    this.child.on('error', () => undefined);
    await until(name, () => {
      if (!this.isUp) throw new Error(`${name} ended`);
      return isReady();
    });
  }

  /** Its id and those of all that it started. */
  family(pid = this.child.pid) {
    const out = execFileSync('ps', ['-o', 'pid=,ppid=', '-e'], { encoding: 'utf8' });
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const found = [pid];
    for (const one of found) for (const [id, parent] of rows) if (parent === one) found.push(id);
    return found;
  }

  /** To it and all that it started. */
  signal(name, pids = this.family()) {
    for (const pid of pids)
      try {
        process.kill(pid, name);
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
  }

  /** Ends it: by a signal that it hears, and by kill -9 when it does not. */
  async end(signal = 'SIGTERM') {
    if (!this.isUp) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    const family = this.family();
    this.signal('SIGCONT', family);
    if (signal === 'SIGKILL') this.signal('SIGKILL', family);
    else this.child.kill(signal);
    const late = setTimeout(() => this.signal('SIGKILL', family), GONE_WITHIN_MS);
    await gone;
    clearTimeout(late);
    // What it left behind, as PostgreSQL may be left by what watched it.
    this.signal('SIGKILL', family.slice(1));
  }
}
