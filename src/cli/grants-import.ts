// npm run cli -- grants import: gives what a file says out of a campaign, and writes down what became of each line.
import { open, readFile } from 'node:fs/promises';
import { type GrantFileFormat, grantsIn } from '../grants/import-file';
import { type ImportedGrant, importGrants } from '../grants/import-grants';
import { Problem } from '../kernel/problems';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withGateway } from './gateway';
import { given } from './given';

export const IMPORT_HELP = `Usage: npm run cli -- grants import --file FILE --campaign KEY --out FILE [--format csv|jsonl] [--json]
Gives credits out of a campaign, a grant a line: userId, credits, key, reason and perhaps expiresAt. What became of each line is written
to --out, an object a line. The same file again gives nothing twice. Ends with 1 when a line was refused.`;

export const grantsImport: Command = async (args, config) => {
  const { file, campaign, out, json, ...more } = given(
    args,
    ['file', 'campaign', 'out', 'format'],
    ['json'],
    IMPORT_HELP,
  );
  const format = more.format ?? (file?.endsWith('.jsonl') ? 'jsonl' : 'csv');
  if (!file || !campaign || !out || !['csv', 'jsonl'].includes(format)) throw new UsageError(IMPORT_HELP);
  const lines = await linesOf(file, format as GrantFileFormat);
  return withGateway(config, async (deps) => {
    await using written = await open(out, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `--out: ${out} cannot be made: ${error.code === 'EEXIST' ? 'it is there already' : error.message}.`,
      );
    });
    const counts = { granted: 0, replayed: 0, refused: 0 };
    await importGrants(deps, commandLine(), { campaign, lines }, async (results) => {
      for (const { result } of results) counts[result.outcome]++;
      await written.appendFile(results.map((one) => `${JSON.stringify(shown(one))}\n`).join(''));
    });
    const said = `${counts.granted} granted, ${counts.replayed} given before, ${counts.refused} refused: ${out}`;
    process.stdout.write(`${json ? JSON.stringify({ ...counts, file: out }) : said}\n`);
    return counts.refused === 0 ? 0 : 1;
  });
};

/** @throws UsageError that names what is wrong with it */
async function linesOf(file: string, format: GrantFileFormat) {
  const content = await readFile(file).catch((error: Error) => {
    throw new UsageError(`--file: ${file} cannot be read: ${error.message}.`);
  });
  try {
    return grantsIn(content, format);
  } catch (error) {
    throw error instanceof Problem ? new UsageError(`${file}: ${error.message}`) : error;
  }
}

const shown = ({ line, result }: ImportedGrant) => ({
  line,
  key: result.key,
  outcome: result.outcome,
  grantId: result.grantId,
  ...(result.outcome === 'refused' ? { code: result.problem.code, message: result.problem.message } : {}),
});
