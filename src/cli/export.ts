// npm run cli -- export: a whole list as a file, as it is at one moment.
import { access, open, rename, rm } from 'node:fs/promises';
import { audited } from '../callers/audit';
import { readInstant } from '../db/instant';
import { aboutOf, inColumns } from '../reports/bookkeeping';
import { EXPORTS, type ExportName } from '../reports/lists';
import { originOf } from '../reports/origin';
import { readList } from '../reports/read-list';
import { type Format, rowWriter } from '../reports/rows';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withGateway } from './gateway';
import { given } from './given';

const NAMES = Object.keys(EXPORTS) as ExportName[];

export const EXPORT_HELP = `Usage: npm run cli -- export --list ${NAMES.join('|')} --out FILE [--format csv|jsonl|spreadsheet|journal] [--json]
Writes the list as it is at one moment, readable by its owner alone. An existing file is not overwritten.`;

export const exportList: Command = async (args, config) => {
  const { list, out, format = 'csv', json } = given(args, ['list', 'out', 'format'], ['json'], EXPORT_HELP);
  const isJournal = format === 'journal' && list !== 'ledger';
  const isKnown =
    !isJournal &&
    NAMES.includes(list as ExportName) &&
    ['csv', 'jsonl', 'spreadsheet', 'journal'].includes(format);
  if (!isKnown || out === undefined) throw new UsageError(EXPORT_HELP);
  const name = list as ExportName;
  return withGateway(config, async (deps) => {
    await assertFree(out);
    // Under its own name only once it is whole: what was cut off passes for no export.
    const beside = `${out}.part`;
    await rm(beside, { force: true });
    await using file = await open(beside, 'wx', 0o600).catch((error: Error) => {
      throw new UsageError(`--out: ${out} cannot be made: ${error.message}.`);
    });
    // Who may read everything is written down before it is read.
    await audited(
      deps.pool,
      commandLine(),
      async () => undefined,
      () => ({ action: 'startExport', diff: { name, format } }),
    );
    const made = await readInstant(deps.pool);
    const rows = await readList(deps, name, {} as never, async (read) => {
      const reader = name === 'ledger' ? inColumns(read, format as Format) : read;
      const writer = rowWriter(format as Format, reader.columns, aboutOf(name, {}, made, originOf(deps)));
      await file.appendFile(writer.head);
      let written = 0;
      for await (const page of reader.pages) {
        await file.appendFile(page.map(writer.line).join(''));
        written += page.length;
      }
      return written;
    });
    await file.sync();
    await assertFree(out);
    await rename(beside, out);
    const { gatewayId, cell } = originOf(deps);
    if (json) return JSON.stringify({ list: name, format, file: out, rows, gatewayId, cell });
    return `${rows} rows${cell === null ? '' : ` of cell ${cell}`} in ${out}.`;
  });
};

/** @throws UsageError where there is a file already */
async function assertFree(out: string): Promise<void> {
  const isThere = await access(out).then(
    () => true,
    () => false,
  );
  if (isThere) throw new UsageError(`--out: ${out} cannot be made: it is there already.`);
}
