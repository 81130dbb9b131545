// What a gateway has on the machine that it runs on: a directory for the database that it brings along, and the built pages.
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { builtFolder } from '../http/static';
import type { Config } from '../kernel/config';
import type { Finding } from './doctor';

/** A year of a busy shop. */
const ROOM_MIN_BYTES = 1_000_000_000;

export async function askPlace(config: Config): Promise<Finding[]> {
  return [...(config.databaseUrl ? [] : [await storage(config)]), await pages()];
}

async function storage({ dataDir }: Config): Promise<Finding> {
  const name = 'storage';
  // It is made at the first file.
  const place = await existing(path.resolve(dataDir));
  const isWritable = await fs.access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable)
    return { name, state: 'bad', detail: `DATA_DIR: ${place} takes no files, where the database is` };
  const { bavail, bsize } = await fs.statfs(place);
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free in ${place}`;
  return { name, state: free < ROOM_MIN_BYTES ? 'warn' : 'ok', detail };
}

async function existing(place: string): Promise<string> {
  const isThere = await fs.access(place).then(
    () => true,
    () => false,
  );
  return isThere || path.dirname(place) === place ? place : existing(path.dirname(place));
}

async function pages(): Promise<Finding> {
  const isBuilt = await fs.access(path.join(builtFolder(), 'console', 'index.html')).then(
    () => true,
    () => false,
  );
  return {
    name: 'pages',
    state: isBuilt ? 'ok' : 'warn',
    detail: isBuilt ? 'shop, console and documents are built' : 'not built: npm run build:web',
  };
}
