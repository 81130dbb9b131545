// npm run cli -- <command>. One line a command.
import 'reflect-metadata';
import fs from 'node:fs';
import { type Config, ConfigError, readConfig } from '../kernel/config';
import { ledgerVerify } from './ledger-verify';
import { seed } from './seed';

interface Command {
  readonly does: string;
  /** @returns the exit code. */
  readonly run: (config: Config, args: readonly string[]) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  'ledger verify': { does: 'recomputes the ledger and names the first bad row', run: ledgerVerify },
  seed: { does: 'makes weeks of lifelike history, in mock mode', run: seed },
};

async function main(argv: readonly string[]): Promise<number> {
  const name = Object.keys(COMMANDS).find((known) => argv.join(' ').startsWith(known));
  const command = name ? COMMANDS[name] : undefined;
  if (!name || !command) {
    const usage = Object.entries(COMMANDS).map(([known, { does }]) => `  ${known.padEnd(20)} ${does}`);
    process.stderr.write(`npm run cli -- <command>\n${usage.join('\n')}\n`);
    return 2;
  }
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  return command.run(readConfig(process.env), argv.slice(name.split(' ').length));
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // A wrong setting is told in a sentence; anything else is a fault and shown whole.
    const isTold = error instanceof ConfigError;
    process.stderr.write(`${isTold ? error.message : String((error as Error)?.stack ?? error)}\n`);
    process.exitCode = 2;
  },
);
