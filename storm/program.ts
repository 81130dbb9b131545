// A program that a storm starts, kills, freezes and starts again, as whoever supervises it would.
import { type ChildProcess, spawn } from 'node:child_process';

export interface Plan {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly env: () => NodeJS.ProcessEnv;
  /** What it prints when it is ready; the first group is its address. */
  readonly ready: RegExp;
}

const READY_WITHIN_MS = 90_000;
const GONE_WITHIN_MS = 12_000;
const LINES_KEPT = 4_000;

export class Program {
  url = '';
  /** Ends that nobody asked for, in words. */
  readonly unexpected: string[] = [];
  readonly log: string[] = [];
  private child: ChildProcess | null = null;
  private isWanted = false;

  constructor(private readonly plan: Plan) {}

  get name(): string {
    return this.plan.name;
  }

  get pid(): number | null {
    return this.child && this.child.exitCode === null && this.child.signalCode === null
      ? (this.child.pid ?? null)
      : null;
  }

  /** What it is started with, for another program that is to find the same. */
  get env(): NodeJS.ProcessEnv {
    return this.plan.env();
  }

  /**
   * Starts it, and again while it ends by itself before it is ready.
   * @param extra on top of its environment
   * @param words in place of its own: another release of it
   * @throws Error when it is not ready in time
   */
  async start(extra: NodeJS.ProcessEnv = {}, words = this.plan.words): Promise<void> {
    this.isWanted = true;
    const untilMs = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const why = await this.once(extra, words, untilMs - performance.now());
      if (why === null || !this.isWanted) return;
      if (performance.now() > untilMs)
        throw new Error(`${this.name}: ${why}\n${this.log.slice(-20).join('\n')}`);
      this.log.push(`(it did not start: ${why})`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  signal(name: NodeJS.Signals): void {
    if (this.pid !== null) this.child?.kill(name);
  }

  /** kill -9, or another end; back when it is gone. @returns its exit code, null where a signal ended it */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.isWanted = false;
    const { child } = this;
    if (!child || this.pid === null) return child?.exitCode ?? null;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }, GONE_WITHIN_MS);
    await gone;
    clearTimeout(late);
    return child.exitCode;
  }

  /** @returns null when it is ready, else why it is not */
  private once(extra: NodeJS.ProcessEnv, words: readonly string[], withinMs: number): Promise<string | null> {
    const { command, env, ready } = this.plan;
    const child = spawn(command, [...words], {
      env: { ...env(), ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.url = '';
    return new Promise((resolve) => {
      const late = setTimeout(() => child.kill('SIGKILL'), Math.max(1_000, withinMs));
      let isReady = false;
      let rest = '';
      const take = (piece: Buffer) => {
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          this.log.push(line);
          const found = isReady ? null : ready.exec(line);
          if (!found) continue;
          isReady = true;
          this.url = found[1] ?? '';
          clearTimeout(late);
          resolve(null);
        }
        if (this.log.length > LINES_KEPT) this.log.splice(0, LINES_KEPT / 2);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', (error) => resolve(String(error)));
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        this.url = '';
        if (!isReady) return resolve(`it ended with ${code ?? signal}`);
        if (!this.isWanted || this.child !== child) return;
        this.unexpected.push(`${this.name} ended with ${code ?? signal}: ${this.lastWords()}`);
        // As a supervisor does.
        this.start(extra, words).catch((error) => this.unexpected.push(String(error)));
      });
    });
  }

  private lastWords(): string {
    const bad = this.log.filter((line) => /CRITICAL|uncaught|FATAL|Error:/.test(line));
    return (bad.at(-1) ?? this.log.at(-1) ?? '').slice(0, 400);
  }
}
