// Users who have bought credits, by the verbs themselves, so that the books balance before anything is measured.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { createPool } from '../../src/db/pool';
import { createHub } from '../../src/events/hub';
import { createClaim } from '../../src/intents/claim';
import { newId } from '../../src/kernel/ids';
import { createSecretBox } from '../../src/kernel/secret-box';
import { createSettle } from '../../src/payments/settle';
import { createLogger } from '../../src/telemetry/logger';
import { inParallel } from '../load';
import { CAPTURED, CLAIM } from '../purchases';

export interface Seeded {
  /** Each has bought once, and far more credits than are spent of it. */
  readonly users: readonly string[];
  /** Makes more of them. @returns all of them, so many */
  upTo(count: number): Promise<readonly string[]>;
  /** One who is spent of alone. */
  readonly hot: string;
  /** Each has `READERS_HAVE` intents. */
  readonly readers: readonly string[];
  close(): Promise<void>;
}

// So many wallets that sets seldom meet the same one twice.
export const USERS = 2_000;
const READERS = 64;
const READERS_HAVE = 40;
// Of one purchase: more than all rounds spend of one wallet.
const CREDITS = 10_000_000n;
const UNDER_WAY = 512;

/** @param hasToken hears of each user */
export async function seed(
  databaseUrl: string,
  owner: pg.Client,
  hasToken: (userId: string) => Promise<void>,
): Promise<Seeded> {
  await owner.query(
    `insert into packages (id, name, credits, currency) values ('bench', 'Bench', $1, 'INR')`,
    [CREDITS],
  );
  await owner.query(`insert into prices (package_id, currency, amount_minor) values ('bench', 'INR', 35000)`);
  const pool = createPool(databaseUrl, CODE.schema, 8, () => undefined);
  const users: string[] = [];
  const readers = Array.from({ length: READERS }, (_, at) => `u${at}`);
  const hot = 'hot';
  const claim = createClaim({
    ...{ pool, mode: 'mock', ttlSeconds: 86_400, leaseSeconds: 3_600, risk: 'off', hasCaptcha: false },
  });
  const settle = createSettle({
    ...{ pool, hub: createHub(), log: createLogger('silent'), secrets: createSecretBox(['of a bench']) },
    risk: { mode: 'off' },
  });
  const claimed = async (userId: string, what: object = {}): Promise<string> => {
    const id = newId('intent');
    const { outcome } = await claim({ ...CLAIM, ...what, id, userId, createdBy: userId, key: `seed_${id}` });
    if (outcome !== 'created') throw new Error(`A claim was ${outcome}`);
    return id;
  };
  const bought = (buyers: readonly string[]) =>
    inParallel(UNDER_WAY, buyers, async (userId) => {
      const intentId = await claimed(userId, { packageId: 'bench', credits: CREDITS });
      const facts = [{ ...CAPTURED, paymentId: `ch_${intentId}` }];
      await settle({ intentId, facts, readNumber: null, object: null, actor: 'provider', note: null });
      await hasToken(userId);
    });
  const upTo = async (count: number) => {
    const more = Array.from(
      { length: Math.max(0, count - users.length) },
      (_, at) => `u${users.length + at}`,
    );
    await bought(more);
    users.push(...more);
    return users.slice(0, count);
  };
  await upTo(USERS);
  await bought([hot]);
  const pages = readers.flatMap((reader) => Array.from({ length: READERS_HAVE }, () => reader));
  await inParallel(UNDER_WAY, pages, (reader) => claimed(reader));
  await owner.query('vacuum analyze');
  return { users: users.slice(), hot, readers, upTo, close: () => pool.end() };
}
