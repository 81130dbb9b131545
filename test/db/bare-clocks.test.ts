// The gateway's clock can be moved in mock mode, so what is a rule about time asks instant(), or readInstant in TypeScript.
// Who asks a machine's own clock stands below with the reason: what is measured while something runs, or belongs to a world
// that the clock of the gateway does not move.
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
const FOLDERS = ['src', 'packages/simulator/src'];

const BARE: Readonly<Record<'sql' | 'ts', RegExp>> = {
  sql: /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\(\)|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b/i,
  // Statements stand in TypeScript too. performance.now() tells no time of day.
  ts: /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|(?<![.\w])now\(\)|\b(clock|statement|transaction)_timestamp\(\)|\bcurrent_(timestamp|date|time)\b|\blocaltime/i,
};

const KEPT_A_WHILE = 'How long this process keeps what it has read.';
const PACE = 'Limits of what callers and providers bear in a second of theirs.';
const TOKENS = 'Tokens and keys are believed by parties whose clocks do not move.';
const TIMEOUT = 'How long somebody waits.';
const SET_ASIDE = 'How long a row that could not be worked is left alone by loops that run in real time.';
const PROCESSES = 'Which processes live, and what they have installed.';
const BANK =
  'A simulated provider: its own clock is this one and an offset, and a receiver is patient in real time.';

const ALLOWED: Readonly<Record<string, string>> = {
  'src/db/instant.sql': 'The gateway’s clock is made of it.',
  'src/db/replica.ts': 'How late a server is, by its primary.',
  'src/kernel/clock.ts': 'Signatures are as old as the world says.',
  'src/kernel/ids.ts': 'What is made later has a later id, whatever the clock says: no rule reads it.',
  'src/limits/pace.ts': PACE,
  'src/limits/pace.sql': PACE,
  'src/limits/call-queue.ts': PACE,
  'src/limits/call-store.ts': PACE,
  'src/limits/window.ts': PACE,
  'src/callers/api-keys.ts': TOKENS,
  'src/callers/create-api-key.ts': TOKENS,
  'src/callers/issuer.ts': TOKENS,
  'src/callers/known-tokens.ts': TOKENS,
  'src/callers/sign-in.ts': TOKENS,
  'src/callers/token.ts': TOKENS,
  'src/graphql/execution.ts': TOKENS,
  'src/http/sessions.ts': TOKENS,
  'src/packages/find.ts': KEPT_A_WHILE,
  'src/idempotency/replay-cache.ts': KEPT_A_WHILE,
  'src/providers/transport.ts': 'A provider says when it may be asked again, by a clock that does not move.',
  'src/deliveries/post.ts': 'A receiver says when it may be asked again, by its clock.',
  'src/cli/listen-lines.ts': 'A developer reads beside each event when it came.',
  'src/deliveries/send.ts': 'A receiver compares the signature with its clock.',
  'src/intents/wait.ts': TIMEOUT,
  'src/db/migrate.ts': TIMEOUT,
  'src/users/reseal-users.ts': SET_ASIDE,
  'src/jobs/quarantine.ts': SET_ASIDE,
  'src/reviews/overdue.ts': SET_ASIDE,
  'src/jobs/job-loop.ts': SET_ASIDE,
  'src/jobs/turns.ts': 'Loops go round in real time, whatever they find to be due.',
  'src/db/code.ts': PROCESSES,
  'src/db/indexes.ts': PROCESSES,
  'src/db/processes.ts': PROCESSES,
  'src/telemetry/otlp.ts': 'A collector compares spans of many services by the world’s clock.',
  'src/reports/provider-troubles.ts': 'Whether a provider answers now.',
  'src/reports/sweep.ts': 'Files have the times of the disk that they lie on.',
  'src/cli/doctor-database.ts': 'Whether the clocks of two machines agree.',
  'src/cli/doctor-providers.ts': 'A provider is asked about its own time.',
  'src/cli/seed.ts': 'A history ends on a day of whoever makes it.',
  'src/cli/seed-play.ts': 'How far the clock of mock mode has to stand behind the real one.',
  'src/cli/seed-stage.ts': 'The two weeks before now, once a history has arrived there.',
  'packages/simulator/src/schema.sql': BANK,
  'packages/simulator/src/simulator.ts': BANK,
  'packages/simulator/src/loop.ts': BANK,
};

function linesWithBareClocks(file: string): string[] {
  const isSql = file.endsWith('.sql');
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const code = isSql
    ? text.replace(/--.*$/gm, '')
    : text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  return code.split('\n').filter((line) => BARE[isSql ? 'sql' : 'ts'].test(line));
}

const files = FOLDERS.flatMap((folder) =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(sql|ts)$/.test(file))
    .map((file) => path.join(folder, file)),
);

test('nothing asks a clock that does not move, but what is named here with its reason', () => {
  expect(files.length).toBeGreaterThan(300);
  const bare = files
    .filter((file) => ALLOWED[file] === undefined)
    .flatMap((file) => linesWithBareClocks(file).map((line) => `${file}: ${line.trim()}`));
  expect(bare).toEqual([]);
});

test.each(Object.keys(ALLOWED))('%s stands in the list for something', (file) => {
  expect(linesWithBareClocks(file)).not.toEqual([]);
});
