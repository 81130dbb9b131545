// The house rules of the functions in the database: they are small, they call down the layers, and few write each table that
// holds money.
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const SRC = path.join(ROOT, 'src');
const LINES_MAX = 70;
const DECIDE_LOOP_LINES_MAX = 150;

// From the ground up, as in test/architecture.test.ts.
const LAYERS = [
  ...[
    'db',
    'events',
    'callers',
    'jobs',
    'limits',
    'idempotency',
    'simulator',
    'ledger',
    'wallets',
    'credits',
    'grants',
    'risk',
    'payments',
    'intents',
  ],
  ...['refunds', 'disputes', 'reviews', 'webhooks', 'deliveries', 'reconciliation', 'reports'],
];

/** Who may write the tables that hold money. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  journal: [
    'post',
    // Of what nobody sealed as text, for a user who is to be forgotten.
    'empty_posting_texts',
  ],
  entries: ['post'],
  lots: ['add_lots', 'split_lots', 'write_lots', 'write_set_aside', 'end_lots', 'revive_lots'],
  wallets: ['lock_wallets', 'make_shared_wallet', 'move_wallets', 'watch_wallet', 'limit_wallet'],
};
/** One loop a verb decides over plain variables what is then written in sets. */
const DECIDE_LOOPS: readonly string[] = [
  'spend_credits',
  'hold_credits',
  'settle_holds',
  'judge_facts',
  'decide_risks',
  'grant_credits',
  'revoke_grants',
];

interface SqlFunction {
  readonly name: string;
  readonly file: string;
  readonly layer: string;
  readonly lines: number;
  readonly body: string;
}

const functions: readonly SqlFunction[] = fs
  .readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile() && item.name.endsWith('.sql'))
  .flatMap((item) => functionsIn(path.join(item.parentPath, item.name)));

function functionsIn(file: string): SqlFunction[] {
  const text = fs.readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/^create (?:or replace )?function (\w+)\([\s\S]*?\bas\s+\$\$\n?([\s\S]*?)\$\$.*;$/gm),
  ].map((match) => ({
    name: match[1] ?? '',
    file: path.relative(ROOT, file),
    layer: path.relative(SRC, file).split(path.sep)[0] ?? '',
    lines: match[0].split('\n').length,
    body: (match[2] ?? '').replace(/--.*$/gm, ''),
  }));
}

const writersOf = (table: string): string[] =>
  functions
    .filter(({ body }) => new RegExp(`\\b(insert into|update|delete from)\\s+${table}\\b`, 'i').test(body))
    .map(({ name }) => name)
    .sort();

const callsOf = (caller: SqlFunction): SqlFunction[] =>
  functions.filter(({ name }) => name !== caller.name && new RegExp(`\\b${name}\\s*\\(`).test(caller.body));

describe('The functions in the database', () => {
  it('are all seen by this test', () => {
    const declared = [...new Set(functions.map(({ file }) => file))].reduce(
      (count, file) =>
        count +
        (fs.readFileSync(path.join(ROOT, file), 'utf8').match(/^create (or replace )?function /gm) ?? [])
          .length,
      0,
    );
    expect(functions).toHaveLength(declared);
    expect(functions.length).toBeGreaterThan(50);
  });

  it('stand in folders that the layers name', () => {
    const unknown = functions.filter(({ layer }) => !LAYERS.includes(layer));
    expect(unknown.map(({ file }) => file)).toEqual([]);
  });

  it('call downwards only', () => {
    const upward = functions.flatMap((caller) =>
      callsOf(caller)
        .filter((called) => LAYERS.indexOf(called.layer) > LAYERS.indexOf(caller.layer))
        .map((called) => `${caller.layer}/${caller.name} -> ${called.layer}/${called.name}`),
    );
    expect(upward).toEqual([]);
  });

  it(`have at most ${LINES_MAX} lines; a loop that decides, one a verb, at most ${DECIDE_LOOP_LINES_MAX}`, () => {
    const long = functions
      .filter(({ name, lines }) => lines > (DECIDE_LOOPS.includes(name) ? DECIDE_LOOP_LINES_MAX : LINES_MAX))
      .map(({ name, lines }) => `${name}: ${lines}`);
    expect(long).toEqual([]);
  });

  it.each(Object.entries(WRITERS))('that write %s are these', (table, writers) => {
    expect(writersOf(table).filter((name) => !writers.includes(name))).toEqual([]);
  });
});
