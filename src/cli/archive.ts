// npm run cli -- archive: what retention would drop, in files of one's own.
import { audited } from '../callers/audit';
import { Problem } from '../kernel/problems';
import { archivingAlone, dropArchived, type Manifest, verifyArchive, writeArchive } from '../reports/archive';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withGateway } from './gateway';
import { given, instantOf } from './given';

export const ARCHIVE_HELP = `Usage: npm run cli -- archive --before DATE --to FOLDER [--drop] [--json]
       npm run cli -- archive --verify --to FOLDER [--json]
Writes what retention would drop of before that day to files of JSON lines, packed, with a manifest of their hashes. The same
command goes on where it was cut off. --drop then drops exactly that from the database, once all files are read again and
whole. --verify reads them again and ends with 1 where one is not what was written.`;

export const archive: Command = async (args, config) => {
  const options = given(args, ['before', 'to'], ['drop', 'verify', 'json'], ARCHIVE_HELP);
  const { before, to, drop = false, verify = false, json = false } = options;
  if (to === undefined || verify === (before !== undefined) || (verify && drop))
    throw new UsageError(ARCHIVE_HELP);
  if (verify) {
    const { manifest, problems } = await verified(to);
    const told = problems.length === 0 ? `${summary(manifest)} All of it is whole.` : problems.join('\n');
    process.stdout.write(`${json ? JSON.stringify({ ...manifest, problems }) : told}\n`);
    return problems.length === 0 ? 0 : 1;
  }
  const until = instantOf(before as string, ARCHIVE_HELP);
  return withGateway(config, async (deps) => {
    // Who may read everything is written down before it is read.
    await audited(
      deps.pool,
      commandLine(),
      async () => undefined,
      () => ({ action: 'archive', diff: { before: until.toISOString(), drop } }),
    );
    const { manifest, dropped } = await archivingAlone(deps, async () => ({
      manifest: await writeArchive(deps, to, until),
      dropped: drop ? await dropArchived(deps, to) : null,
    }));
    if (json) return JSON.stringify({ ...manifest, dropped });
    if (!dropped) return summary(manifest);
    const counts = Object.entries(dropped).map(([list, count]) => `${count} ${list}`);
    return `${summary(manifest)} Dropped: ${counts.join(', ')}.`;
  });
};

const verified = (folder: string) =>
  verifyArchive(folder).catch((error: unknown) => {
    throw error instanceof Problem ? new UsageError(error.message) : error;
  });

function summary({ parts, before }: Manifest): string {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return `${rows} rows of before ${before} in ${parts.length} files, ${bytes} bytes.`;
}
