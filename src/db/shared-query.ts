// A statement on a connection that others share: behind a pooler in transaction mode the server's connection is ours from the
// first message to the end of the transaction, and nothing set on it stays ours. So each transaction brings its role, path and
// limits along, in the message that begins it: no round trip more, and a transaction on which the role did not take is none.
import pg from 'pg';

/** What holds for each transaction: the role first, then the rest, by the names of PostgreSQL's settings. */
export type Settings = Readonly<Record<string, string>>;

/** The driver's query as it is, of which its types say little. */
interface DriversQuery {
  readonly text: string;
  name: string | undefined;
  submit(connection: Connection): Error | null;
  prepare(connection: Connection): void;
  requiresPreparation(): boolean;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  query(text: string): void;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: { readonly statement: string }): void;
  execute(message: { readonly portal: string }): void;
}

type Callback = (error: unknown, result?: unknown) => void;

const DriversQuery = pg.Query as unknown as new (
  config: unknown,
  values: unknown,
  callback: Callback,
) => DriversQuery;

/** As PostgreSQL's `set local`, for the transaction that one message of several statements is. */
const asStatements = (settings: Settings): readonly string[] =>
  Object.entries(settings).map(
    // A list is one of literals: quoted as a whole it would be one name.
    ([name, value]) => `set local ${name} = ${value.split(',').map(pg.escapeLiteral).join(', ')}`,
  );

/** As one statement, for the transaction that messages up to a Sync are. */
const asSelect = (settings: Settings): string =>
  `select ${Object.entries(settings)
    .map(([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`)
    .join(', ')}`;

/** The ways to say the settings, written once for a pool. */
export interface Preamble {
  readonly statements: readonly string[];
  readonly select: string;
}

/** @param settings what each transaction begins with */
export const preambleOf = (settings: Settings): Preamble => ({
  statements: asStatements(settings),
  select: asSelect(settings),
});

export class SharedQuery extends DriversQuery {
  /** How many statements of the preamble have not answered yet. */
  private unanswered = 0;

  /** @param isInTransaction whether one is open, which has its settings */
  constructor(
    private readonly preamble: Preamble,
    private readonly isInTransaction: () => boolean,
    config: unknown,
    values: unknown,
    callback: Callback,
  ) {
    super(config, values, callback);
    // Under its name a statement is known to one connection of the server, and the next call may come to another.
    this.name = undefined;
  }

  override submit(connection: Connection): Error | null {
    if (this.isInTransaction() || this.requiresPreparation()) return super.submit(connection);
    const { statements } = this.preamble;
    this.unanswered = statements.length;
    // Several statements in a message are one transaction, and a `begin` among them makes it one that stays open.
    connection.query([...statements, this.text].join('; '));
    return null;
  }

  override prepare(connection: Connection): void {
    if (!this.isInTransaction()) {
      this.unanswered = 1;
      connection.parse({ text: this.preamble.select, name: '' });
      connection.bind({ statement: '' });
      connection.execute({ portal: '' });
    }
    super.prepare(connection);
  }

  override handleRowDescription(message: unknown): void {
    if (this.unanswered === 0) super.handleRowDescription(message);
  }

  override handleDataRow(message: unknown): void {
    if (this.unanswered === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.unanswered > 0) this.unanswered -= 1;
    else super.handleCommandComplete(message, connection);
  }
}
