// Random histories of several users against a small model: same answers, same figures, every invariant after every step.
// LEDGER_SEEDS and LEDGER_STEPS for a long run (npm run test:ledger), LEDGER_SEED to play one again. LEDGER_LEFT: a folder for
// what each history left (npm run compare:ledgers).
import { randomInt, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { CreditDeps } from '../../src/credits/deps';
import { createWallet } from '../../src/wallets/create-wallet';
import { setWalletMember } from '../../src/wallets/set-wallet-member';
import { OWNER, service } from '../credits/stand';
import { adjustments } from './commands/adjust';
import { applications } from './commands/apply';
import { redemptions, revokedCampaigns } from './commands/campaign';
import { disputes } from './commands/dispute';
import { expiries } from './commands/expire';
import { failures } from './commands/fail';
import { fullWallets } from './commands/full';
import { changes } from './commands/grow';
import { holds } from './commands/hold';
import { limits } from './commands/limit';
import { looks } from './commands/look';
import { losses } from './commands/lost';
import { lows } from './commands/low';
import { moves } from './commands/move';
import { paymentsForNothing } from './commands/pay-for-nothing';
import { promotions, revocations } from './commands/promote';
import { purchases } from './commands/purchase';
import { refunds } from './commands/refund';
import { releases } from './commands/release';
import { reopenings } from './commands/reopen';
import { resolutions } from './commands/resolve';
import { reversals } from './commands/reverse';
import { reviews } from './commands/review';
import { settlements } from './commands/settle';
import { spends } from './commands/spend';
import { manySpends } from './commands/spend-many';
import { PRICED, settlementsByUsage, uses } from './commands/use';
import { wins } from './commands/won';
import { LedgerModel } from './ledger-model';
import { leftBehind } from './left';
import { type LedgerCommand, useWorld } from './world';

const SEEDS = Number(process.env.LEDGER_SEEDS ?? 1);
const STEPS = Number(process.env.LEDGER_STEPS ?? 100);
const SEED = Number(process.env.LEDGER_SEED ?? randomInt(1_000_000_000));
const LEFT = process.env.LEDGER_LEFT;
const SECONDS_MAX = 60 + STEPS; // A step takes a few hundredths; on a busy machine far more.

const step: fc.Arbitrary<LedgerCommand> = fc.oneof(
  { weight: 5, arbitrary: purchases },
  { weight: 4, arbitrary: spends },
  { weight: 4, arbitrary: uses },
  { weight: 2, arbitrary: settlementsByUsage },
  { weight: 7, arbitrary: holds },
  { weight: 3, arbitrary: settlements },
  { weight: 2, arbitrary: releases },
  { weight: 1, arbitrary: expiries },
  { weight: 2, arbitrary: adjustments },
  { weight: 3, arbitrary: promotions },
  { weight: 1, arbitrary: revocations },
  { weight: 2, arbitrary: redemptions },
  { weight: 1, arbitrary: revokedCampaigns },
  { weight: 2, arbitrary: manySpends },
  { weight: 3, arbitrary: reversals },
  { weight: 5, arbitrary: moves },
  { weight: 1, arbitrary: lows },
  { weight: 2, arbitrary: limits },
  { weight: 4, arbitrary: refunds },
  { weight: 2, arbitrary: resolutions },
  { weight: 3, arbitrary: failures },
  { weight: 4, arbitrary: disputes },
  { weight: 3, arbitrary: changes },
  { weight: 2, arbitrary: wins },
  { weight: 2, arbitrary: losses },
  { weight: 1, arbitrary: reopenings },
  { weight: 3, arbitrary: looks },
  { weight: 3, arbitrary: paymentsForNothing },
  { weight: 2, arbitrary: applications },
  { weight: 5, arbitrary: reviews },
  { weight: 1, arbitrary: fullWallets },
);

/** The third user is a shared wallet, of an owner and the two members of whom limits are told. */
async function sharedWallet(deps: CreditDeps, run: string): Promise<string> {
  const input = { name: run, ownerId: OWNER, idempotencyKey: run };
  const { id: walletId } = (await createWallet(deps, service, input)).wallet;
  for (const userId of ['mel', 'max'])
    await setWalletMember(deps, service, { walletId, userId, role: 'member' });
  return walletId;
}

/** What failed, and how to play it again. */
function reporter({ failed, seed, errorInstance }: fc.RunDetails<[LedgerCommand[]]>): void {
  if (failed)
    throw new Error(`LEDGER_SEED=${seed} LEDGER_STEPS=${STEPS}: ${(errorInstance as Error).message}`);
}

describe.each(Array.from({ length: SEEDS }, (_, nth) => SEED + nth))('Seed %i', (seed) => {
  const world = useWorld();
  beforeAll(() => world.owner.query(PRICED));

  it(
    `a history of ${STEPS} purchases, spends, holds, refunds, disputes and whatever else moves credits goes as the model says`,
    async () => {
      const run = randomUUID().slice(0, 8);
      const names = [`${run}_0`, `${run}_1`, await sharedWallet(world.stand.deps, run)];
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), (steps) =>
          fc.asyncModelRun(() => ({ model: new LedgerModel(names), real: world }), steps),
        ),
        // Smaller histories would each take as long again, and a thousand steps are no message.
        { numRuns: 1, endOnFailure: true, seed, reporter },
      );
      if (LEFT)
        fs.writeFileSync(
          path.join(LEFT, `${seed}.json`),
          JSON.stringify(await leftBehind(world.owner, names), null, 1),
        );
    },
    SECONDS_MAX * 1000,
  );
});
