// How load comes: from callers who each wait for an answer before they ask again (closed), or at a fixed rate whatever becomes of
// what was asked before (open), where an operation's time counts from when it was planned to come.
import { Connection } from './connection';

export interface Load {
  /** What was answered as it should be, and how long that took in milliseconds, in no order. */
  readonly timesMs: number[];
  readonly seconds: number;
  /** Answered 503, which only `open` lets pass. */
  readonly refused: number;
  readonly errors: number;
  readonly firstError: string;
}

/** One operation. @param plannedMs when it was to come, by performance.now() @throws Error where an answer is not what it should be; Refused where it was refused early */
export type Operation = (connection: Connection, caller: number, plannedMs: number) => Promise<unknown>;

/** The server said that it has too much to do. */
export class Refused extends Error {}

function tally() {
  const load = { timesMs: [] as number[], seconds: 0, refused: 0, errors: 0, firstError: '' };
  const failed = (error: unknown) => {
    if (error instanceof Refused) {
      load.refused++;
      return;
    }
    if (load.errors++ === 0) load.firstError = String((error as Error)?.message ?? error);
  };
  return { load, failed };
}

// What cannot go on would otherwise fail as often as the processor can.
const ERRORS_MAX = 100;

/** Each connection is a caller. @param seconds after this none asks again; what is under way is waited for */
export async function closed(
  connections: readonly Connection[],
  seconds: number,
  operation: Operation,
): Promise<Load> {
  const { load, failed } = tally();
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  const caller = async (connection: Connection, at: number) => {
    for (;;) {
      const sentMs = performance.now();
      if (sentMs >= untilMs || load.errors > ERRORS_MAX) return;
      try {
        await operation(connection, at, sentMs);
        load.timesMs.push(performance.now() - sentMs);
      } catch (error) {
        failed(error);
      }
    }
  };
  await Promise.all(connections.map(caller));
  load.seconds = (performance.now() - startedMs) / 1_000;
  return load;
}

const HEALTH = 'GET /healthz HTTP/1.1\r\nhost: bench\r\n\r\n';

/** Connections that are opened as they are needed, as those of many clients are. */
export class Clients {
  private free: Connection[] = [];
  private count = 0;

  constructor(
    private readonly url: string,
    private readonly most: number,
  ) {}

  take(): Connection | null {
    const found = this.free.pop();
    if (found) return found;
    if (this.count >= this.most) return null;
    this.count++;
    return new Connection(this.url);
  }

  give(connection: Connection): void {
    this.free.push(connection);
  }

  /** Opens so many now, so that none is opened while something is measured. */
  async warm(many: number): Promise<void> {
    const taken = Array.from({ length: many }, () => this.take()).filter((one) => one !== null);
    await Promise.all(taken.map((connection) => connection.send(HEALTH)));
    for (const connection of taken) this.give(connection);
  }

  close(): void {
    for (const connection of this.free) connection.close();
  }
}

// Longer than a refusal or an answer may take at all: what is under way then counts as an error.
const DRAIN_MS = 10_000;

/**
 * Operations at a fixed rate.
 * @param perSecond how many are planned, evenly
 * @returns times from the planned instant to the answer, which the generator's own delay is part of
 */
export async function open(
  clients: Clients,
  perSecond: number,
  seconds: number,
  operation: Operation,
): Promise<Load> {
  const { load, failed } = tally();
  const startedMs = performance.now();
  const planned = Math.round(perSecond * seconds);
  let [sent, done] = [0, 0];
  const start = (nth: number) => {
    const plannedMs = startedMs + (nth * 1_000) / perSecond;
    const connection = clients.take();
    const end = () => {
      done++;
    };
    if (!connection) {
      failed(new Error('Every connection is taken'));
      return end();
    }
    operation(connection, nth, plannedMs)
      .then(() => load.timesMs.push(performance.now() - plannedMs), failed)
      .finally(() => {
        clients.give(connection);
        end();
      });
  };
  while (sent < planned) {
    const due = Math.min(planned, Math.floor(((performance.now() - startedMs) * perSecond) / 1_000) + 1);
    while (sent < due) start(sent++);
    await pause(1);
  }
  load.seconds = (performance.now() - startedMs) / 1_000;
  const untilMs = performance.now() + DRAIN_MS;
  while (done < planned && performance.now() < untilMs) await pause(5);
  if (done < planned) failed(new Error(`${planned - done} have no answer after ${DRAIN_MS} ms`));
  return load;
}

/** @param signal ends it before */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
