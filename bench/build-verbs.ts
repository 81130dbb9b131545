// The verbs of a built checkout, of this version or an earlier one, on a database of its own: its own compiled code over its
// own functions, in this process.
import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { startGateway, stopGateway } from './gateway';

export interface Verbs {
  readonly pool: pg.Pool;
  readonly claim: import('../src/intents/claim').ClaimIntent;
  readonly settle: import('../src/payments/settle').Settle;
  readonly spend: import('../src/credits/spend').Spend;
  readonly hold: import('../src/credits/hold').HoldVerb;
  readonly settleHold: import('../src/credits/settle-hold').SettleHoldVerb;
  readonly releaseHold: import('../src/credits/release-hold').ReleaseHoldVerb;
}

const CONNECTIONS_MAX = 10;

/**
 * Prepares an empty database as the build does at its start, and makes its verbs.
 * @param folder of the checkout; it has to be built
 * @param risk what decisions do; nothing to builds that make none
 */
export async function openVerbs(folder: string, databaseUrl: string, risk: 'act' | 'off'): Promise<Verbs> {
  const dist = path.resolve(folder, 'dist', 'src');
  const program = path.join(dist, 'main.js');
  if (!fs.existsSync(program)) throw new Error(`${folder} is not built: npm ci && node scripts/build.mjs`);
  await stopGateway(await startGateway(databaseUrl, {}, program));
  const load = (name: string) => require(path.join(dist, `${name}.js`));
  const has = (name: string) => fs.existsSync(path.join(dist, `${name}.js`));
  const pool: pg.Pool = openPool(load, has, databaseUrl);
  // A connection that was idle while the other build had its turn would begin anew, with no plan.
  pool.options.idleTimeoutMillis = 0;
  return {
    pool,
    claim: load('intents/claim').createClaim({
      ...{ pool, mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60 },
      ...{ risk, hasCaptcha: false },
    }),
    settle: load(has('payments/settle') ? 'payments/settle' : 'intents/settle').createSettle({
      pool,
      hub: load('events/hub').createHub(),
      log: load('telemetry/logger').createLogger('silent'),
      secrets: load('kernel/secret-box').createSecretBox(['of a bench']),
      risk: { mode: risk },
      // Builds in which settling stood below what it called, and was told its name.
      door: 'settle_news',
    }),
    spend: load('credits/spend').createSpend(pool),
    hold: load('credits/hold').createHold(pool),
    settleHold: load('credits/settle-hold').createSettleHold(pool),
    releaseHold: load('credits/release-hold').createReleaseHold(pool),
  };
}

/** Before decision 34 functions stood in no schema of their release. */
function openPool(load: (name: string) => any, has: (name: string) => boolean, url: string): pg.Pool {
  const { createPool } = load('db/pool');
  const schema = has('db/code') ? [load('app/database').CODE.schema] : [];
  return createPool(url, ...schema, CONNECTIONS_MAX, () => undefined);
}
