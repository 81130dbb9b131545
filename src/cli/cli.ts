// npm run cli -- <command>: what is done from a terminal. One line a command, one file beside. What was asked for goes to stdout, what
// went wrong to stderr; the exit code is 0 done, 1 failed or found something, 2 called wrongly.
import fs from 'node:fs';
import { isOneSlip } from '../kernel/mistyped';
import { VERSION } from '../kernel/version';
import { type Command, UsageError } from './command';

interface Loaded {
  readonly help: string;
  readonly run: Command;
}

interface Entry {
  readonly does: string;
  /** Read when it is asked for: whoever wants to know what there is does not wait for all of it. */
  readonly load: () => Promise<Loaded>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  doctor: {
    does: 'asks all that a gateway with these settings stands on',
    load: () => import('./doctor.js').then((file) => ({ help: file.DOCTOR_HELP, run: file.doctor })),
  },
  'ledger verify': {
    does: 'recomputes the ledger and names the first bad row',
    load: () =>
      import('./ledger-verify.js').then((file) => ({ help: file.VERIFY_HELP, run: file.ledgerVerify })),
  },
  recover: {
    does: 'after a restore, brings the database up to what the providers have',
    load: () => import('./recover.js').then((file) => ({ help: file.RECOVER_HELP, run: file.recover })),
  },
  'webhooks list': {
    does: 'shows what the providers sent, and how it was worked',
    load: () => import('./webhooks.js').then((file) => ({ help: file.LIST_HELP, run: file.webhooksList })),
  },
  'webhooks replay': {
    does: 'works webhook events again',
    load: () =>
      import('./webhooks.js').then((file) => ({ help: file.REPLAY_HELP, run: file.webhooksReplay })),
  },
  'webhooks dismiss': {
    does: 'ends webhook events of which nothing follows',
    load: () =>
      import('./webhooks.js').then((file) => ({ help: file.DISMISS_HELP, run: file.webhooksDismiss })),
  },
  reconcile: {
    does: "holds a provider's books against ours",
    load: () => import('./reconcile.js').then((file) => ({ help: file.RECONCILE_HELP, run: file.reconcile })),
  },
  export: {
    does: 'writes a whole list to a file',
    load: () => import('./export.js').then((file) => ({ help: file.EXPORT_HELP, run: file.exportList })),
  },
  archive: {
    does: 'writes what retention would drop to files, and drops it',
    load: () => import('./archive.js').then((file) => ({ help: file.ARCHIVE_HELP, run: file.archive })),
  },
  'grants import': {
    does: 'gives credits that a file names, a grant a line',
    load: () =>
      import('./grants-import.js').then((file) => ({ help: file.IMPORT_HELP, run: file.grantsImport })),
  },
  'keys list': {
    does: 'shows the keys of back ends',
    load: () => import('./keys.js').then((file) => ({ help: file.LIST_HELP, run: file.keysList })),
  },
  'keys create': {
    does: 'makes a key for a back end',
    load: () => import('./keys.js').then((file) => ({ help: file.CREATE_HELP, run: file.keysCreate })),
  },
  'keys revoke': {
    does: 'ends a key',
    load: () => import('./keys.js').then((file) => ({ help: file.REVOKE_HELP, run: file.keysRevoke })),
  },
  seed: {
    does: 'makes weeks of lifelike history in mock mode',
    load: () => import('./seed.js').then((file) => ({ help: file.SEED_HELP, run: file.seed })),
  },
  simulator: {
    does: 'serves both simulated providers over HTTP',
    load: () => import('./simulator.js').then((file) => ({ help: file.SIMULATOR_HELP, run: file.simulator })),
  },
  listen: {
    does: 'brings webhook events to the gateway and shows each',
    load: () => import('./listen.js').then((file) => ({ help: file.LISTEN_HELP, run: file.listen })),
  },
  clock: {
    does: 'shows the clock of mock mode, or moves it forward',
    load: () => import('./clock.js').then((file) => ({ help: file.CLOCK_HELP, run: file.clock })),
  },
  token: {
    does: 'makes a token for an operator',
    load: () => import('./token.js').then((file) => ({ help: file.TOKEN_HELP, run: file.token })),
  },
  'risk backtest': {
    does: 'says what other rules would have stopped',
    load: () =>
      import('./risk-backtest.js').then((file) => ({ help: file.BACKTEST_HELP, run: file.riskBacktest })),
  },
  'risk lists': {
    does: 'shows the blocklist and the allowlist',
    load: () => import('./risk-reads.js').then((file) => ({ help: file.LISTS_HELP, run: file.riskLists })),
  },
  'risk rules': {
    does: 'shows the versions of the rules',
    load: () => import('./risk-reads.js').then((file) => ({ help: file.RULES_HELP, run: file.riskRules })),
  },
  'risk decisions': {
    does: 'shows what was decided, and why',
    load: () =>
      import('./risk-reads.js').then((file) => ({ help: file.DECISIONS_HELP, run: file.riskDecisions })),
  },
  'erase-user': {
    does: 'takes away what says who a user is',
    load: () => import('./erase-user.js').then((file) => ({ help: file.ERASE_HELP, run: file.eraseUser })),
  },
};

/** @param names of which commands */
function usage(names: readonly string[] = Object.keys(COMMANDS)): string {
  const lines = names.map((name) => `  ${name.padEnd(17)} ${COMMANDS[name]?.does}`);
  return [
    'npm run cli -- <command>, with --help for what it takes',
    ...lines,
    '  --version         which version this is',
  ].join('\n');
}

const asksForHelp = (word: string | undefined) => ['help', '--help', '-h'].includes(word ?? '');

/** What a person asked to read; null: something is to be done. */
async function read(argv: readonly string[], name: string | undefined): Promise<string | null> {
  if (argv[0] === '--version') return VERSION;
  const wanted = asksForHelp(argv[0]) ? argv.slice(1) : argv;
  const isAsked = wanted.length < argv.length || wanted.some((word) => word === '--help' || word === '-h');
  if (!isAsked) return null;
  if (name !== undefined) return (await COMMANDS[name]?.load())?.help ?? null;
  const words = wanted.filter((word) => !asksForHelp(word)).join(' ');
  const group = Object.keys(COMMANDS).filter((known) => known.startsWith(`${words} `));
  return words === '' ? usage() : group.length > 0 ? usage(group) : null;
}

function unknown(given: string): UsageError {
  const meant = Object.keys(COMMANDS).find((known) => isOneSlip(given, known));
  return new UsageError(meant ? `There is no ${given}; did you mean ${meant}?` : usage());
}

async function main(argv: readonly string[]): Promise<number> {
  const words = asksForHelp(argv[0]) ? argv.slice(1) : argv;
  const given = words.join(' ');
  const name = Object.keys(COMMANDS).find((known) => given === known || given.startsWith(`${known} `));
  // Entities are read with their decorators' metadata.
  await import('reflect-metadata');
  const asked = await read(argv, name);
  if (asked !== null) {
    process.stdout.write(`${asked.trimEnd()}\n`);
    return 0;
  }
  const entry = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || !entry) throw unknown(given);
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const { readConfig } = await import('../providers/read-config.js');
  const { run } = await entry.load();
  const done = await run(words.slice(name.split(' ').length), readConfig(process.env));
  if (typeof done === 'number') return done;
  process.stdout.write(`${done}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // What was given wrongly is told in a sentence; anything else is a fault and shown whole.
    const isTold = error instanceof UsageError || (error instanceof Error && error.name === 'ConfigError');
    process.stderr.write(`${isTold ? error.message : String((error as Error)?.stack ?? error)}\n`);
    process.exitCode = isTold ? 2 : 1;
  },
);
