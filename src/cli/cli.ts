// npm run cli -- <command> …: what is done from a terminal, one file a command.
import 'reflect-metadata';
import fs from 'node:fs';
import { ConfigError, readConfig } from '../kernel/config';
import { type Command, UsageError } from './command';
import { eraseUser } from './erase-user';
import { token } from './token';

const COMMANDS: Readonly<Record<string, Command>> = {
  'erase-user': eraseUser,
  token,
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`Say what to do: ${Object.keys(COMMANDS).join(', ')}`);
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  process.stdout.write(`${await command(args, readConfig(process.env))}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isTold = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`${isTold ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exitCode = 1;
});
