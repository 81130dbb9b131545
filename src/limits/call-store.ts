// Where the calls that a provider's account has left are counted for all processes: in Redis, else in PostgreSQL. Both run the
// same steps (pace.sql says which and why); each is one round trip for a whole set of wishes.
import path from 'node:path';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Logger } from '../telemetry/logger';

export const PACE_SQL = path.join(__dirname, 'pace.sql');

/** Calls a second, and as many at once when nothing was called for a while. */
export interface Bucket {
  readonly rate: number;
  readonly burst: number;
}

export interface Account {
  /** Unique among providers and their keys. */
  readonly name: string;
  readonly all: Bucket;
  /** Of each operation; null: they have no limit of their own. */
  readonly operation: Bucket | null;
}

export interface Wish {
  readonly operation: string;
  readonly count: number;
  /** What it leaves of a full bucket for others, 0 to 1. */
  readonly keptShare: number;
  /** How far ahead of its time it may take, in seconds. */
  readonly creditSeconds: number;
}

export interface Lease {
  readonly granted: number;
  /** Milliseconds: of what was granted, until the last of it may leave; when nothing was, until the next may be. */
  readonly waitMs: number;
}

export interface CallStore {
  /** One answer for each wish, in their order. The first comes first. */
  lease(account: Account, wishes: readonly Wish[]): Promise<Lease[]>;
  /** Nothing may leave for so long. */
  hold(account: Account, ms: number): Promise<void>;
}

export function postgresCallStore(pool: pg.Pool): CallStore {
  return {
    lease: async ({ name, all, operation }, wishes) => {
      const { rows } = await pool.query<{ granted: number; wait_ms: number }>({
        name: 'lease_calls',
        text: 'select granted, wait_ms from lease_calls($1, $2, $3, $4, $5, $6, $7, $8, $9) order by ord',
        values: [
          ...[name, all.rate, all.burst, operation?.rate ?? 0, operation?.burst ?? 0],
          wishes.map((wish) => wish.operation),
          wishes.map((wish) => wish.keptShare),
          wishes.map((wish) => wish.creditSeconds),
          wishes.map((wish) => wish.count),
        ],
      });
      return rows.map((row) => ({ granted: row.granted, waitMs: row.wait_ms }));
    },
    hold: async ({ name, all }, ms) => {
      await pool.query('select hold_calls($1, $2, $3, $4)', [name, all.rate, all.burst, ms]);
    },
  };
}

// A bucket is a field "tokens at"; the time is Redis's own, in seconds.
const READ = `
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local function read(field, rate, burst)
  local kept = redis.call('HGET', KEYS[1], field)
  if not kept then return burst end
  local tokens, at = string.match(kept, '^(%S+) (%S+)$')
  return math.min(burst, tonumber(tokens) + math.max(0, now - tonumber(at)) * rate)
end
local function write(field, tokens)
  redis.call('HSET', KEYS[1], field, string.format('%.6f %.6f', tokens, now))
end
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
`;

const LEASE = `${READ}
local rate1, burst1 = tonumber(ARGV[3]), tonumber(ARGV[4])
local all = read('', rate, burst)
local answers = {}
for i = 5, #ARGV, 4 do
  local operation, kept, credit, count = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local floor = math.min(kept * burst, burst - 1) - credit * rate
  local granted = math.max(0, math.min(count, math.floor(all - floor)))
  local wait = (floor + 1 - all) / rate
  local one = 0
  if rate1 > 0 then
    local floor1 = math.min(kept * burst1, burst1 - 1) - credit * rate1
    one = read(operation, rate1, burst1)
    granted = math.max(0, math.min(granted, math.floor(one - floor1)))
    wait = math.max(wait, (floor1 + 1 - one) / rate1)
    one = one - granted
    write(operation, one)
  end
  all = all - granted
  if granted > 0 then
    wait = -all / rate
    if rate1 > 0 then wait = math.max(wait, -one / rate1) end
  end
  table.insert(answers, granted)
  table.insert(answers, math.ceil(math.max(0, wait) * 1000))
end
write('', all)
redis.call('PEXPIRE', KEYS[1], 3600000)
return answers`;

const HOLD = `${READ}
write('', math.min(-tonumber(ARGV[3]) / 1000 * rate, read('', rate, burst)))
redis.call('PEXPIRE', KEYS[1], 3600000)`;

// While Redis does not answer, nobody waits for it but one call in so often.
const AWAY_MS = 2_000;

/** Counts in Redis; while it is away, in PostgreSQL. */
export function redisCallStore(redis: Redis, otherwise: CallStore, log: Logger): CallStore {
  let awayUntilMs = 0;
  async function inRedis<T>(ask: () => Promise<T>, elsewhere: () => Promise<T>): Promise<T> {
    if (Date.now() < awayUntilMs) return elsewhere();
    try {
      return await ask();
    } catch (error) {
      if (awayUntilMs + AWAY_MS < Date.now()) log.warn('pace.redis_away', { error: String(error) });
      awayUntilMs = Date.now() + AWAY_MS;
      return elsewhere();
    }
  }
  const keyOf = (account: Account) => `pace:${account.name}`;
  return {
    lease: (account, wishes) =>
      inRedis(
        async () => {
          const { all, operation } = account;
          const answers = (await redis.eval(LEASE, 1, keyOf(account), [
            ...[all.rate, all.burst, operation?.rate ?? 0, operation?.burst ?? 0],
            ...wishes.flatMap((wish) => [wish.operation, wish.keptShare, wish.creditSeconds, wish.count]),
          ] as unknown as string)) as number[];
          return wishes.map((_, at) => ({ granted: answers[2 * at] ?? 0, waitMs: answers[2 * at + 1] ?? 0 }));
        },
        () => otherwise.lease(account, wishes),
      ),
    hold: (account, ms) =>
      inRedis(
        async () => {
          await redis.eval(HOLD, 1, keyOf(account), account.all.rate, account.all.burst, ms);
        },
        () => otherwise.hold(account, ms),
      ),
  };
}
