// The database goes back to a moment ago, while the providers have moved on: docs/operations/disaster.md, step by step.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Backup } from '../backup';
import { type Money, markLost, markPurchases, moneyOf } from '../lost';
import type { Stage } from '../stage';
import { type Clients, type Fault, lasting } from './fault';

// Providers may answer oddly meanwhile, and then it is begun again.
const TRIES_MAX = 12;
// What a gateway that is gone has sent arrives, or never will.
const ON_ITS_WAY_MS = 300;
const NEWEST = `select to_char(max(at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as newest from events`;

export const RESTORE_FAULTS: readonly Fault[] = [
  {
    name: 'database restored to a moment ago',
    isLong: true,
    run: async (stage, random, clients) => {
      const backup = await Backup.make(stage.postgres, path.join(stage.directory, 'backup'));
      await lasting(random, 300, 1_500);
      const momentMs = performance.now();
      await backup.mark();
      await lasting(random, 800, 3_000);
      const closedMs = performance.now();
      stage.isOpen = false;
      await Promise.all(stage.nodes.map(({ program }) => program.end('SIGKILL')));
      for (const door of stage.doors) door.cut();
      await pause(ON_ITS_WAY_MS);
      await backup.restore();
      const [ours, theirs] = [await stage.postgres.owner(), await stage.providersClient()];
      try {
        await recovered(stage, clients, { ours, theirs, momentMs, closedMs });
      } finally {
        await ours.end();
        await theirs.end();
      }
    },
  },
];

interface Books {
  readonly ours: pg.Client;
  readonly theirs: pg.Client;
  readonly momentMs: number;
  readonly closedMs: number;
}

async function recovered(
  stage: Stage,
  clients: Clients,
  { ours, theirs, momentMs, closedMs }: Books,
): Promise<void> {
  const { history } = clients;
  const lost = await markLost(history, ours, momentMs);
  const before = await moneyOf(clients, ours, theirs, null);
  const { rows } = await ours.query(NEWEST);
  const [first, ...others] = stage.nodes;
  // Nobody is let in, which is what PAYMENTS_ENABLED=false is for.
  await first?.program.start();
  const { tries, spends } = await recover(stage, rows[0].newest);
  const after = await moneyOf(clients, ours, theirs, new Set([...before.paid, ...before.unknown]));
  history.violations.push(...left(after, before), ...unreported(stage, lost, spends));
  await markPurchases(clients, ours, before.unknown);
  await Promise.all(others.map(({ program }) => program.start()));
  stage.isOpen = true;
  history.restores.push({
    ...{ lost, tries, closedMs: performance.now() - closedMs },
    madeAgain: before.unknown.length - after.unknown.length,
    paymentsFound: before.missing.length - after.missing.length,
  });
}

/** Runs it until nothing is left over. @returns the transactions that it says are gone */
async function recover(stage: Stage, since: string): Promise<{ tries: number; spends: ReadonlySet<string> }> {
  const file = path.join(stage.directory, 'deliveries.jsonl');
  fs.writeFileSync(file, [...stage.receiver.spends.values(), ''].join('\n'));
  for (let tries = 1; ; tries++) {
    const { code, out, err } = await stage.cli('recover', '--from', since, '--spends', file, '--json');
    if (code === 0) {
      const { spends } = JSON.parse(out) as { spends: { lost: { transactionId: string }[] } };
      return { tries, spends: new Set(spends.lost.map(({ transactionId }) => transactionId)) };
    }
    if (tries === TRIES_MAX)
      throw new Error(`recover ended with ${code} after ${tries} tries: ${out} ${err}`);
  }
}

const left = (after: Money, before: Money) => [
  ...after.unknown.map((id) => `${id} is at the provider, and recover has not made it again`),
  ...after.missing
    .filter((id) => before.paid.includes(id))
    .map((id) => `${id} was paid at the provider, and recover has not brought its credits`),
];

/** Spends that were told to a client and to the back end, and are gone: the report names each. */
const unreported = (
  { receiver }: Stage,
  lost: readonly Clients['history']['operations'][number][],
  spends: ReadonlySet<string>,
) =>
  lost
    .filter(
      ({ verb, told }) =>
        verb === 'spend' && receiver.spends.has(told?.id ?? '') && !spends.has(told?.id ?? ''),
    )
    .map(({ told }) => `the spend ${told?.id} is gone, and recover does not report it`);
