// npm run cli -- <command>: what is done from a terminal. One line a command, one file beside.
import 'reflect-metadata';
import fs from 'node:fs';
import { ConfigError } from '../kernel/config';
import { readConfig } from '../providers/read-config';
import { clock } from './clock';
import { type Command, UsageError } from './command';
import { eraseUser } from './erase-user';
import { ledgerVerify } from './ledger-verify';
import { listen } from './listen';
import { seed } from './seed';
import { simulator } from './simulator';
import { token } from './token';

interface Entry {
  readonly does: string;
  readonly run: Command;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  'ledger verify': { does: 'recomputes the ledger and names the first bad row', run: ledgerVerify },
  seed: { does: 'makes weeks of lifelike history in mock mode: --intents 5000', run: seed },
  simulator: { does: 'serves both simulated providers over HTTP', run: simulator },
  listen: { does: 'brings webhook events to the gateway and shows each: listen --help', run: listen },
  clock: { does: 'shows the clock of mock mode, or moves it forward: clock advance 31d', run: clock },
  token: { does: 'makes a token for an operator: --user ada --role support', run: token },
  'erase-user': { does: 'takes away what says who a user is', run: eraseUser },
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(20)} ${does}`);
  return `npm run cli -- <command>\n${lines.join('\n')}`;
}

async function main(argv: readonly string[]): Promise<number> {
  const given = argv.join(' ');
  const name = Object.keys(COMMANDS).find((known) => given === known || given.startsWith(`${known} `));
  const command = name === undefined ? undefined : COMMANDS[name]?.run;
  if (name === undefined || !command) throw new UsageError(usage());
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const done = await command(argv.slice(name.split(' ').length), readConfig(process.env));
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
    const isTold = error instanceof UsageError || error instanceof ConfigError;
    process.stderr.write(`${isTold ? error.message : String((error as Error)?.stack ?? error)}\n`);
    process.exitCode = 2;
  },
);
