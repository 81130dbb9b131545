// An archive of what retention drops: files of JSON lines, packed, beside a manifest that says what each holds and its hash. What
// stands in the manifest is whole on the disk; a run that was cut off goes on behind it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, gzipSync } from 'node:zlib';
import type pg from 'pg';
import { InvalidStateProblem, invalidInput } from '../kernel/problems';
import { VERSION } from '../kernel/version';
import { ARCHIVE_LISTS, type Place } from './archive-lists';

interface Part {
  readonly list: string;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of the file as it lies there. */
  readonly sha256: string;
  /** Where the list goes on; null: this is its last. */
  readonly next: Place | null;
}

export interface Manifest {
  readonly format: 1;
  readonly version: string;
  /** Whose rows they are. */
  readonly gatewayId: string;
  readonly cell: string | null;
  /** What is older stands in it, where it may go. */
  readonly before: string;
  readonly parts: readonly Part[];
  readonly isComplete: boolean;
  /** Whether all that it holds was dropped from the database, as far as it still might go. */
  readonly isDropped: boolean;
}

export interface ArchiveDeps {
  readonly pool: pg.Pool;
  readonly gatewayIds: readonly [string, ...string[]];
  readonly config: { readonly cell: string };
}

// Some megabytes packed: little is written anew after a stop.
const PART_ROWS = 20_000;
const DROP_AT_ONCE = 1_000;
const MANIFEST = 'manifest.json';
/** What is younger never goes, by settings or otherwise. */
export const ARCHIVE_AGE_DAYS_MIN = 30;

/**
 * Works on archives beside nobody else: a second one in the same folder would write over what the first has dropped already.
 * @throws Problem INVALID_STATE while another process does
 */
export async function archivingAlone<Result>(
  { pool }: Pick<ArchiveDeps, 'pool'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    // Nothing else is done by this connection: its transaction holds the name, and no snapshot.
    await client.query('begin');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query<{ mine: boolean }>(
      "select pg_try_advisory_xact_lock(hashtextextended('archive', 0)) as mine",
    );
    if (!rows[0]?.mine)
      throw new InvalidStateProblem('Another archive is at work: wait for its end.', 'busy', []);
    return await work();
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

/**
 * Writes what is old into a folder, or goes on where an earlier run was cut off. Nothing is dropped.
 * @param before the same as of that run
 * @throws Problem INVALID_INPUT for a folder that holds something else, and for an instant within the last month
 */
export async function writeArchive(deps: ArchiveDeps, folder: string, before: Date): Promise<Manifest> {
  const text = 'select $1 <= instant() - make_interval(days => $2) as is_old';
  const { rows } = await deps.pool.query<{ is_old: boolean }>(text, [before, ARCHIVE_AGE_DAYS_MIN]);
  if (!rows[0]?.is_old)
    throw invalidInput(`What is younger than ${ARCHIVE_AGE_DAYS_MIN} days is not archived.`, 'before');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let manifest = (await readManifest(folder)) ?? empty(deps, before);
  if (manifest.before !== before.toISOString() || manifest.gatewayId !== deps.gatewayIds[0])
    throw invalidInput(
      `${folder} holds an archive of gateway ${manifest.gatewayId} from before ${manifest.before}: name another folder.`,
      'to',
    );
  if (manifest.isComplete) return manifest;
  for (const list of Object.keys(ARCHIVE_LISTS))
    for (let at = placeOf(manifest, list); at !== 'over'; at = placeOf(manifest, list)) {
      const part = await writePart(deps.pool, folder, list, manifest, at);
      manifest = await save(folder, { ...manifest, parts: [...manifest.parts, part] });
    }
  return save(folder, { ...manifest, isComplete: true });
}

/**
 * Reads every file again.
 * @returns what is wrong, in a sentence each; none: it is whole
 */
export async function verifyArchive(
  folder: string,
): Promise<{ readonly manifest: Manifest; readonly problems: readonly string[] }> {
  const manifest = await readManifest(folder);
  if (!manifest) throw invalidInput(`${folder} has no ${MANIFEST}.`, 'to');
  const problems = manifest.isComplete ? [] : ['It is not complete: run the same command again.'];
  for (const { file, rows, sha256 } of manifest.parts)
    try {
      if ((await hashOf(path.join(folder, file))) !== sha256)
        problems.push(`${file} is not what was written.`);
      else {
        let count = 0;
        for await (const _ of rowsOf(path.join(folder, file))) count++;
        if (count !== rows) problems.push(`${file} has ${count} rows in place of ${rows}.`);
      }
    } catch (error) {
      problems.push(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  return { manifest, problems };
}

/**
 * Drops from the database what a whole archive holds, as far as it still may go.
 * @returns how many rows, by list
 * @throws Problem INVALID_INPUT where the archive is of another gateway, not complete, or not whole
 */
export async function dropArchived(
  deps: ArchiveDeps,
  folder: string,
): Promise<Readonly<Record<string, number>>> {
  const { manifest, problems } = await verifyArchive(folder);
  const isOurs = manifest.gatewayId === deps.gatewayIds[0];
  const why = isOurs ? problems : [`It is of gateway ${manifest.gatewayId}.`, ...problems];
  if (why.length > 0) throw invalidInput(`Nothing was dropped. ${why.join(' ')}`, 'to');
  const dropped: Record<string, number> = {};
  const before = new Date(manifest.before);
  for (const { list, file } of manifest.parts) {
    const drop = async (ids: readonly string[]) => {
      const count = (await ARCHIVE_LISTS[list]?.drop(deps.pool, ids, before)) ?? 0;
      dropped[list] = (dropped[list] ?? 0) + count;
    };
    let ids: string[] = [];
    for await (const { id } of rowsOf(path.join(folder, file))) {
      ids.push(String(id));
      if (ids.length < DROP_AT_ONCE) continue;
      await drop(ids);
      ids = [];
    }
    await drop(ids);
  }
  await save(folder, { ...manifest, isDropped: true });
  return dropped;
}

const empty = ({ gatewayIds, config }: ArchiveDeps, before: Date): Manifest => ({
  ...{ format: 1, version: VERSION, gatewayId: gatewayIds[0], cell: config.cell || null },
  ...{ before: before.toISOString(), parts: [], isComplete: false, isDropped: false },
});

/** Where a list goes on; null: at its beginning. */
function placeOf({ parts }: Manifest, list: string): Place | null | 'over' {
  const last = parts.filter((part) => part.list === list).at(-1);
  return last ? (last.next ?? 'over') : null;
}

async function writePart(
  pool: pg.Pool,
  folder: string,
  list: string,
  manifest: Manifest,
  from: Place | null,
): Promise<Part> {
  const packed: Buffer[] = [];
  let rows = 0;
  let next: Place | null = from;
  do {
    const page = await ARCHIVE_LISTS[list]?.read(pool, next, new Date(manifest.before));
    next = page?.next ?? null;
    const lines = page?.lines ?? [];
    rows += lines.length;
    // Members of one file of gzip, one after the other, are read as one.
    if (lines.length > 0) packed.push(gzipSync(lines.map((line) => `${line}\n`).join('')));
  } while (next !== null && rows < PART_ROWS);
  const nth = manifest.parts.filter((part) => part.list === list).length + 1;
  const file = `${list}-${String(nth).padStart(4, '0')}.ndjson.gz`;
  const content = packed.length === 0 ? gzipSync('') : Buffer.concat(packed);
  await writeWhole(folder, file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { list, file, rows, bytes: content.length, sha256, next };
}

async function save(folder: string, manifest: Manifest): Promise<Manifest> {
  await writeWhole(folder, MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}

/** On the disk, and only then under its name. Readable by its owner alone. */
async function writeWhole(folder: string, name: string, content: Buffer): Promise<void> {
  const beside = path.join(folder, `${name}.part`);
  const file = await open(beside, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path.join(folder, name));
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Null: there is none. @throws Problem INVALID_INPUT for one that cannot be read */
async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.format === 1 && Array.isArray(manifest.parts)) return manifest;
  } catch {}
  throw invalidInput(`${path.join(folder, MANIFEST)} is no manifest of an archive.`, 'to');
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function* rowsOf(file: string): AsyncGenerator<{ readonly id: string | number }> {
  const unpacked = createReadStream(file).pipe(createGunzip());
  for await (const line of createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== '') yield JSON.parse(line);
}
