// npm run cli -- <command>: one line here, one file beside.
import 'reflect-metadata';
import fs from 'node:fs';
import { ConfigError } from '../kernel/config';

type Command = (args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  seed: async () => (await import('./seed.js')).seed,
};

async function main(): Promise<number> {
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command) return (await command())(args);
  process.stderr.write(`Usage: npm run cli -- <${Object.keys(COMMANDS).join('|')}> [--help]\n`);
  return 2;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const told = error instanceof ConfigError || (error instanceof Error && error.name === 'StartRefused');
    process.stderr.write(`${told ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`);
    process.exit(1);
  },
);
