// One live subscription of a page that comes back: to any door, from the cursor of the last event that it saw.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Random } from './random';
import type { Stage } from './stage';

// As pages do: sooner the first time, and not hundreds of them at once, again and again, on gateways that are closed.
const COMES_BACK_MS = { least: 150, most: 2_400 } as const;
// A page that hears nothing for so long, not even an answer to its ping, opens another connection.
const PING_MS = 2_500;

export interface Watched {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export class Watcher {
  /** Of each event by its version: how often it came. */
  readonly seen = new Map<number, number>();
  /** Where the first snapshot stood. */
  from = -1;
  gaps = 0;
  connections = 0;
  private heard = 0;
  isComplete = false;
  private cursor: string | null = null;
  private isOver = false;
  private leave: () => void = () => undefined;

  constructor(
    readonly watched: Watched,
    private readonly token: string,
    private readonly stage: Stage,
    private readonly random: Random,
  ) {}

  /** Follows until it is complete or told to stop. */
  async run(): Promise<void> {
    let waitMs: number = COMES_BACK_MS.least;
    while (!this.isOver && !this.isComplete) {
      const { heard } = this;
      this.connections += 1;
      await this.once();
      waitMs = this.heard > heard ? COMES_BACK_MS.least : Math.min(2 * waitMs, COMES_BACK_MS.most);
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + this.random.next() / 2)));
    }
  }

  /** As a page that is loaded again: what it saw is gone. Only when no connection is open. */
  reload(): void {
    if (this.isComplete) return;
    this.cursor = null;
    this.from = -1;
    this.seen.clear();
  }

  stop(): void {
    this.isOver = true;
    this.leave();
  }

  /** The newest version that it has seen. */
  get newest(): number {
    return Math.max(this.from, ...this.seen.keys());
  }

  /** Those between where it began and `to` that never came. */
  missing(to: number): number[] {
    const all = Array.from({ length: Math.max(0, to - this.from) }, (_, at) => this.from + 1 + at);
    return all.filter((version) => !this.seen.has(version));
  }

  private once(): Promise<void> {
    return new Promise((resolve) => {
      let socket: WebSocket | null = null;
      let late: NodeJS.Timeout | undefined;
      const client = createClient({
        url: `${this.random.pick(this.stage.doors).url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        lazy: true,
        keepAlive: PING_MS,
        connectionParams: { authorization: `Bearer ${this.token}` },
        on: {
          opened: (opened) => {
            socket = opened as WebSocket;
          },
          ping: (isReceived) => {
            if (!isReceived) late = setTimeout(() => socket?.terminate(), PING_MS);
          },
          pong: (isReceived) => {
            if (isReceived) clearTimeout(late);
          },
        },
      });
      // A handshake that nobody answers is given up as well.
      const silent = setTimeout(() => done(), 2 * PING_MS);
      const done = () => {
        clearTimeout(silent);
        clearTimeout(late);
        socket?.terminate();
        // It waits for a connection that is on its way, and that may fail.
        Promise.resolve(client.dispose()).catch(() => undefined);
        resolve();
      };
      this.leave = done;
      const { query, variables } = this.watched;
      client.subscribe<Record<string, any>>(
        { query, variables: { ...variables, after: this.cursor } },
        {
          next: ({ data }) => {
            clearTimeout(silent);
            if (data) this.take(Object.values(data)[0]);
          },
          error: done,
          complete: () => {
            // A server that says so by itself has told all there was; one that ends is not complete but cut.
            if (!this.isOver && this.from >= 0) this.isComplete = this.watched.name.startsWith('intent');
            done();
          },
        },
      );
    });
  }

  private take(event: { kind: string; cursor: string }): void {
    const version = Number(Buffer.from(event.cursor, 'base64url').toString().split(' ')[1]);
    this.cursor = event.cursor;
    this.heard += 1;
    if (this.from < 0) this.from = version;
    else if (event.kind === 'change') this.seen.set(version, (this.seen.get(version) ?? 0) + 1);
    else this.gaps += 1;
  }
}
