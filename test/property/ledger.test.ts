// Random histories of several users against a small model: same answers, same figures, every invariant after every step.
// LEDGER_SEEDS and LEDGER_STEPS for a long run (npm run test:ledger), LEDGER_SEED to play one again.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { useCreditStand } from '../credits/stand';
import { adjustments } from './commands/adjust';
import { expiries } from './commands/expire';
import { holds } from './commands/hold';
import { purchases } from './commands/purchase';
import { releases } from './commands/release';
import { settlements } from './commands/settle';
import { spends } from './commands/spend';
import { LedgerModel } from './ledger-model';
import type { LedgerCommand } from './world';

const stand = useCreditStand();
const SEEDS = Number(process.env.LEDGER_SEEDS ?? 1);
const STEPS = Number(process.env.LEDGER_STEPS ?? 100);
const SEED = process.env.LEDGER_SEED ? { seed: Number(process.env.LEDGER_SEED) } : {};
const SECONDS_MAX = 60 + SEEDS * STEPS; // A step takes a few hundredths; on a busy machine far more.

const step: fc.Arbitrary<LedgerCommand> = fc.oneof(
  { weight: 4, arbitrary: purchases },
  { weight: 4, arbitrary: spends },
  { weight: 5, arbitrary: holds },
  { weight: 4, arbitrary: settlements },
  { weight: 2, arbitrary: releases },
  { weight: 3, arbitrary: expiries },
  { weight: 2, arbitrary: adjustments },
);

test(
  'a history of purchases, spends, holds, settlements, releases, expiry and adjustments goes as the model says',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
        const run = randomUUID().slice(0, 8);
        const names = [0, 1, 2].map((nth) => `${run}_${nth}`);
        await fc.asyncModelRun(() => ({ model: new LedgerModel(names), real: { stand } }), steps);
      }),
      // The first failure says its seed; smaller histories would each take as long again.
      { numRuns: SEEDS, endOnFailure: true, ...SEED },
    );
  },
  SECONDS_MAX * 1000,
);
