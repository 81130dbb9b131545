// The last release, built from what test/fixtures/releases keeps of it, and the database that it left.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import pg from 'pg';
import { onServer, urlOf } from '../support/database';

const ROOT = path.resolve(__dirname, '..', '..');
const RELEASES = path.join(ROOT, 'test', 'fixtures', 'releases');

/** Its name, such as v0.1.0. @throws when none is kept */
export function lastRelease(): string {
  const names = fs.existsSync(RELEASES) ? fs.readdirSync(RELEASES) : [];
  const last = names.sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
  if (last === undefined)
    throw new Error(`No release in ${RELEASES}: node scripts/keep-release.mjs <tag> keeps one`);
  return last;
}

export interface Built {
  /** Where its dist is. */
  readonly root: string;
  remove(): void;
}

export function buildRelease(release: string): Built {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), `credits-gateway-${release}-`));
  execFileSync(process.execPath, ['scripts/unpack-release.mjs', release, root], { cwd: ROOT });
  return { root, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}

/** A database as the release left it. @returns its address */
export async function restoreDatabase(release: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} template template0`);
  const dump = brotliDecompressSync(fs.readFileSync(path.join(RELEASES, release, 'database.sql.br')));
  const client = new pg.Client({ connectionString: urlOf(name) });
  await client.connect();
  await client.query(dump.toString());
  await client.end();
  return urlOf(name);
}
