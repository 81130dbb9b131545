import { checkLedger } from '../credits/check-ledger';
import { lastLedgerResult } from '../credits/start-ledger-check';
import type { Config } from '../kernel/config';
import { withDatabase } from './database';
import { given } from './given';

// A line a second is a sign of life; more is noise.
const TELL_EVERY_MS = 1_000;

export const VERIFY_HELP = `Usage: npm run cli -- ledger verify [--json]
Recomputes every hash, total and lot, and names the first bad row. Ends with 1 when the ledger is broken.`;

/** Recomputes the whole ledger and prints what it finds, the first bad row first. @returns the exit code: 1 when it is broken. */
export async function ledgerVerify(args: readonly string[], config: Config): Promise<number> {
  const { json } = given(args, [], ['json'], VERIFY_HELP);
  return withDatabase(config, async (pool) => {
    let toldMs = performance.now();
    const tell = async ({ done, total, message }: { done: number; total: number; message: string }) => {
      if (performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      process.stderr.write(`${message}: ${done} of ${total}\n`);
    };
    const result = await checkLedger(pool, tell, null, await lastLedgerResult({ pool }));
    if (json) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
      return result.ok ? 0 : 1;
    }
    const { ok, checkedEntries, headNumber, headHash, sealedUpTo, imbalance, problems, unsealed, emptied } =
      result;
    const lines = [
      ok ? 'The ledger is whole.' : 'The ledger is broken:',
      ...problems.map((problem) => `  - ${problem}`),
      `${checkedEntries} entries of ${headNumber} sealed postings, imbalance ${imbalance}`,
      ...(unsealed.postings === '0'
        ? []
        : [
            `${unsealed.entries} entries of ${unsealed.postings} postings are not sealed yet, since ${unsealed.since}; their sums were checked`,
          ]),
      ...(emptied === 0 ? [] : [`${emptied} postings whose texts were emptied`]),
      `sealed up to ${sealedUpTo ?? 'nothing yet'}, head ${headHash ?? 'none'}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return ok ? 0 : 1;
  });
}
