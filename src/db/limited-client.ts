// A connection on which no call waits for ever. PostgreSQL's own limits end what is slow; they cannot end a wait for a
// server that was cut off without a reset, of which nothing ever comes. pg's query_timeout gives the caller an error and
// leaves the connection as stuck as it was, so here it is thrown away, and the pool opens another.
import pg from 'pg';
import { type Preamble, SharedQuery } from './shared-query';

/** The server said nothing for as long as a statement may take: whether it did anything is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(afterMs: number) {
    super(`The database did not answer within ${afterMs} ms`);
  }
}

/** A second more than the server allows a statement (pool.ts), so that where the server lives it is the one to say so. */
export const QUERY_TIMEOUT_MS = 11_000;

/** For what may rightly take long, such as a check of the whole ledger. */
const PATIENT_MS = 3_600_000;

/** Lets each statement of this connection take up to an hour, until it is let go. */
export function bePatient(client: object): void {
  if (client instanceof LimitedClient) client.timeoutMs = PATIENT_MS;
}

type Send = (...given: unknown[]) => unknown;
type Callback = (error: unknown, result?: unknown) => void;
interface Statement {
  readonly name?: string;
  readonly query_timeout?: number;
}
interface Connection {
  readonly stream: { destroy(error: Error): void };
  readonly parsedStatements: Record<string, string>;
}

export interface LimitedConfig extends pg.ClientConfig {
  /** What each transaction begins with, where a connection is shared by transaction. */
  readonly preamble?: Preamble | undefined;
  /** Who is asked what this connection failed to answer, of a replica: reads outside of a transaction. */
  readonly elsewhere?: Pick<pg.Pool, 'query'> | undefined;
}

/** What may be asked a second time of somebody else. */
const READ = /^\s*(select|with)\b/i;

export class LimitedClient extends pg.Client {
  timeoutMs = QUERY_TIMEOUT_MS;

  constructor(config?: LimitedConfig) {
    super(config);
    // Looked up anew each time: what watches the driver's calls stands on its prototype.
    const plainly: Send = (...given) => (pg.Client.prototype.query as Send).apply(this, given);
    const preamble = config?.preamble;
    const send: Send = preamble ? (...given) => this.shared(plainly, preamble, given) : plainly;
    this.query = ((...given: unknown[]) => {
      const [statement] = given;
      // Cursors and streams answer in parts.
      if (typeof (statement as { submit?: unknown } | null)?.submit === 'function') return send(...given);
      const callback = typeof given.at(-1) === 'function' ? (given.pop() as Callback) : null;
      const answer = config?.elsewhere
        ? this.orElsewhere(config.elsewhere, send, given)
        : this.answered(send, given);
      if (!callback) return answer;
      void answer.then(
        (result) => callback(null, result),
        (error: unknown) => callback(error),
      );
      return undefined;
    }) as typeof this.query;
  }

  private shared(send: Send, preamble: Preamble, [config, values]: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      send(
        new SharedQuery(
          preamble,
          () => this.isInTransaction(),
          config,
          values,
          (error, result) => {
            if (error) reject(error as Error);
            else resolve(result);
          },
        ),
      );
    });
  }

  private isInTransaction(): boolean {
    return this.getTransactionStatus() !== 'I';
  }

  private async orElsewhere(
    elsewhere: Pick<pg.Pool, 'query'>,
    send: Send,
    given: readonly unknown[],
  ): Promise<unknown> {
    const text = typeof given[0] === 'string' ? given[0] : (given[0] as { readonly text: string }).text;
    try {
      return await this.answered(send, given);
    } catch (error) {
      if (this.isInTransaction() || !READ.test(text)) throw error;
      return (elsewhere.query as (...asked: unknown[]) => Promise<unknown>)(...given);
    }
  }

  private async answered(send: Send, asked: readonly unknown[]): Promise<unknown> {
    const { name, query_timeout = this.timeoutMs } = (
      typeof asked[0] === 'object' ? asked[0] : {}
    ) as Statement;
    // pg's own timer would let go of the query and keep the connection.
    const given =
      query_timeout === this.timeoutMs
        ? asked
        : [{ ...(asked[0] as Statement), query_timeout: undefined }, ...asked.slice(1)];
    try {
      return await this.inTime(send(...given) as Promise<unknown>, query_timeout);
    } catch (error) {
      if (name === undefined || !isStalePlan(error)) throw error;
      // A table changed under it, by a migration while we run. In a transaction it is too late: that one has failed.
      const text = `deallocate ${pg.escapeIdentifier(name)}`;
      const isFree = await this.inTime(send(text) as Promise<unknown>, query_timeout).then(
        () => true,
        () => false,
      );
      if (!isFree) throw error;
      delete this.wire.parsedStatements[name];
      return this.inTime(send(...given) as Promise<unknown>, query_timeout);
    }
  }

  /** @throws NoAnswer after `ms` milliseconds; the connection is gone then. */
  private async inTime(answer: Promise<unknown>, ms: number): Promise<unknown> {
    const timer = setTimeout(() => this.wire.stream.destroy(new NoAnswer(ms)), ms);
    timer.unref();
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  private get wire(): Connection {
    return (this as unknown as { readonly connection: Connection }).connection;
  }
}

const isStalePlan = (error: unknown) =>
  error instanceof Error && /cached plan must not change result type/.test(error.message);
