// npm run cli -- risk backtest --rules rules.json --from 2026-11-01 --to 2026-12-01: what other rules would have done.
import fs from 'node:fs';
import { Problem } from '../kernel/problems';
import { backtestRiskRules } from '../reviews/backtest';
import { backtestText } from './backtest-text';
import { type Command, UsageError } from './command';
import { withDatabase } from './database';
import { given, instantOf } from './given';

export const BACKTEST_HELP = `Usage: npm run cli -- risk backtest --rules FILE --from 2026-11-01 --to 2026-12-01 [--json]
       npm run cli -- risk backtest --version 4 --from 2026-11-01 --to 2026-12-01 [--json]
  --rules    a document of rules; docs/risk-rules.schema.json is its form
  --version  in its place one that was proposed: risk rules lists them
  --from     the first instant, e.g. 2026-11-01 or 2026-11-01T12:00:00Z
  --to       the end, which is not in it
  --json     all figures as JSON`;
// A line a second is a sign of life; more is noise.
const TELL_EVERY_MS = 1_000;

export const riskBacktest: Command = async (args, config) => {
  const { rules, version, from, to, json } = given(
    args,
    ['rules', 'version', 'from', 'to'],
    ['json'],
    BACKTEST_HELP,
  );
  if ((rules === undefined) === (version === undefined) || from === undefined || to === undefined)
    throw new UsageError(BACKTEST_HELP);
  if (version !== undefined && !/^\d{1,9}$/.test(version)) throw new UsageError(BACKTEST_HELP);
  const range = { from: instantOf(from, BACKTEST_HELP), before: instantOf(to, BACKTEST_HELP) };
  const asked =
    version === undefined ? { document: documentIn(rules as string) } : { version: Number(version) };
  let toldMs = performance.now();
  const tell = (done: number, total: number) => {
    if (performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    process.stderr.write(`${done} of ${total} decisions\n`);
  };
  try {
    const backtest = await withDatabase(config, (pool) =>
      backtestRiskRules({ pool }, { ...asked, ...range }, tell),
    );
    if (json) return JSON.stringify(backtest, bigintsAsText, 2);
    return backtestText(rules ?? `Version ${version}`, backtest);
  } catch (error) {
    throw error instanceof Problem ? new UsageError(error.message) : error;
  }
};

/** @throws UsageError */
function documentIn(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--rules: ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}

const bigintsAsText = (_name: string, value: unknown) =>
  typeof value === 'bigint' ? value.toString() : value;
