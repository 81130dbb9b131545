// A caller from outside: GraphQL over HTTP and graphql-ws, nothing of the gateway's own code.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface Answer<Data = Record<string, any>> {
  readonly status: number;
  readonly data: Data;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

export class Client {
  constructor(
    readonly url: string,
    readonly token: string | null,
  ) {}

  static async signedIn(url: string, userId: string, role: string): Promise<Client> {
    const response = await fetch(`${url}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId, role }),
    });
    return new Client(url, ((await response.json()) as { token: string }).token);
  }

  /** One operation over HTTP. */
  async query(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.authorization() },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  }

  /** A mutation's payload. */
  async mutate(
    name: string,
    input: Record<string, unknown>,
    selection: string,
    type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`,
  ): Promise<Record<string, any>> {
    const answer = await this.query(
      `mutation Call($input: ${type}!) { ${name}(input: $input) { ${selection} errors { __typename code message path } } }`,
      { input },
    );
    if (!answer.data?.[name]) throw new Error(`${name} answered ${JSON.stringify(answer)}`);
    return answer.data[name];
  }

  /** Opens a socket and collects what a subscription sends. */
  subscribe(query: string, variables: Record<string, unknown> = {}): Subscription {
    return new Subscription(this.url, this.token, query, variables);
  }

  private authorization(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }
}

/** The events of one subscription over its own WebSocket. */
export class Subscription {
  readonly events: any[] = [];
  readonly errors: unknown[] = [];
  isComplete = false;
  private readonly client;
  private socket: WebSocket | null = null;
  private changed: () => void = () => undefined;

  constructor(url: string, token: string | null, query: string, variables: Record<string, unknown>) {
    const remember = (socket: WebSocket) => {
      this.socket = socket;
    };
    this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(address: string, protocols: string[]) {
          super(address, protocols);
          remember(this);
        }
      },
      retryAttempts: 0,
      connectionParams: token ? { authorization: `Bearer ${token}` } : {},
    });
    this.client.subscribe(
      { query, variables },
      {
        next: (result) => {
          if (result.errors) this.errors.push(...result.errors);
          if (result.data) this.events.push(Object.values(result.data)[0]);
          this.changed();
        },
        error: (error) => {
          this.errors.push(...(Array.isArray(error) ? error : [error]));
          this.changed();
        },
        complete: () => {
          this.isComplete = true;
          this.changed();
        },
      },
    );
  }

  /** Resolves when `isEnough`; fails with what came when it does not within `timeoutMs`. */
  async until(isEnough: (subscription: Subscription) => boolean, timeoutMs = 30_000): Promise<this> {
    const untilMs = Date.now() + timeoutMs;
    while (!isEnough(this)) {
      const restMs = untilMs - Date.now();
      if (restMs <= 0)
        throw new Error(
          `Waited ${timeoutMs} ms; came: ${JSON.stringify(this.events)} ${JSON.stringify(this.errors)}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this;
  }

  count(number: number, timeoutMs?: number): Promise<this> {
    return this.until(({ events }) => events.length >= number, timeoutMs);
  }

  /** As a cable that is pulled: no goodbye. */
  cut(): void {
    this.socket?.terminate();
  }

  close(): Promise<void> | void {
    return this.client.dispose();
  }
}
