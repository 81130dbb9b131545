// A standby that long and wide reads are sent to, so that they cost the primary nothing. Who asks it sees all that was committed
// before they asked: the primary says how far it is, the replica is waited for until it is as far, and where that takes too long, or
// it is away, the primary is read. So nobody misses what they have just written, in whichever process.
import pg from 'pg';
import { batch } from '../kernel/batch';
import { pause } from '../kernel/clock';
import { createPool, HeardPool, type Pooling } from './pool';

/** Of a replica that was away or late: reads go to the primary for so long before it is asked again. */
const AGAIN_AFTER_MS = 1_000;
/** A replica beside its primary is some milliseconds late. */
const LOOK_EVERY_MS = 3;
/** One for what waits, one for what is shown. */
const CONNECTIONS_MAX = 2;
/** As many as may ask in one round. */
const TOGETHER_MAX = 1_000;

const THERE = 'select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::pg_lsn as "isThere"';
// Until it is as far as the primary, it is as old as the last transaction that it has.
const STANDING = `select pg_is_in_recovery() as "isStandby", pg_last_wal_replay_lsn() >= $1::pg_lsn as "isThere",
  greatest(extract(epoch from $2::timestamptz - pg_last_xact_replay_timestamp()), 0)::float8 as seconds`;
const PRIMARY = 'select pg_current_wal_flush_lsn()::text as lsn, clock_timestamp() as now';

export interface Standing {
  /** How old what it has is; null: it does not answer, or is no standby. */
  readonly behindSeconds: number | null;
  /** Whether reads are sent there now. */
  readonly isRead: boolean;
}

export interface Replica {
  /** Whether all that is committed by now can be read there; waits for it for a moment. Never throws. */
  isCaughtUp(): Promise<boolean>;
  /** It failed whoever was sent there: the primary is read for a while. */
  suspend(): void;
  /** Never throws. */
  standing(): Promise<Standing>;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  readonly url: string;
  readonly pooling: Pooling;
  readonly codeSchema: string;
  /** How long a read waits for it to be as far as the primary, in milliseconds. */
  readonly waitMs: number;
  /** Under the application's role. */
  readonly primary: Pick<pg.Pool, 'query'>;
  readonly onError: (error: Error) => void;
}

export function createReplica(options: ReplicaOptions): Replica {
  const { url, codeSchema, pooling, waitMs, primary, onError } = options;
  const own = createPool(url, codeSchema, CONNECTIONS_MAX, onError, pooling);
  let againAtMs = 0;
  const suspend = () => {
    againAtMs = performance.now() + AGAIN_AFTER_MS;
  };
  const ask = async (text: string, values: unknown[]) =>
    (await own.query({ text, values, query_timeout: waitMs + LOOK_EVERY_MS } as pg.QueryConfig)).rows[0];

  async function catchUp(): Promise<boolean> {
    const { lsn } = (await primary.query(PRIMARY)).rows[0];
    for (const untilMs = performance.now() + waitMs; performance.now() < untilMs; await pause(LOOK_EVERY_MS))
      if ((await ask(THERE, [lsn])).isThere) return true;
    return false;
  }
  /** Whoever asks meanwhile is in the next round: this one's answer may be older than what they wrote. */
  const round = batch<null, boolean>({
    itemsMax: TOGETHER_MAX,
    send: async (asked) => {
      const late = pause(waitMs + LOOK_EVERY_MS).then(() => false);
      const isThere = await Promise.race([catchUp().catch(() => false), late]);
      if (!isThere) suspend();
      return asked.map(() => isThere);
    },
  });
  return {
    isCaughtUp: async () => performance.now() >= againAtMs && (await round(null)),
    suspend,
    standing: async () => {
      try {
        const { lsn, now } = (await primary.query(PRIMARY)).rows[0];
        const { isStandby, isThere, seconds } = await ask(STANDING, [lsn, now]);
        if (!isStandby) return { behindSeconds: null, isRead: false };
        const behindSeconds = isThere ? 0 : seconds;
        return { behindSeconds, isRead: behindSeconds * 1_000 <= waitMs && performance.now() >= againAtMs };
      } catch {
        return { behindSeconds: null, isRead: false };
      }
    },
    close: () => own.end(),
  };
}

export interface ReadPoolConfig extends pg.PoolConfig {
  readonly replica: Replica;
  /** Of the connections to the primary, which are as many. */
  readonly primary: pg.PoolConfig;
}

type Connected = (
  error: Error | undefined,
  client?: pg.PoolClient,
  release?: pg.PoolClient['release'],
) => void;

/** Connections to the replica while it is as far as the primary, and to the primary while it is not. For reads alone. */
export class ReadPool extends HeardPool {
  private readonly replica: Replica;
  private readonly primary: pg.Pool;

  constructor({ replica, primary, ...config }: ReadPoolConfig) {
    const instead = new HeardPool(primary);
    super({ ...config, elsewhere: instead });
    this.replica = replica;
    this.primary = instead;
    instead.on('error', (error, client) => this.emit('error', error, client));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const taken = this.take();
    if (!callback) return taken;
    void taken.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: Error) => callback(error),
    );
    return undefined;
  }

  private async take(): Promise<pg.PoolClient> {
    if (await this.replica.isCaughtUp()) {
      try {
        return await super.connect();
      } catch {
        this.replica.suspend();
      }
    }
    return this.primary.connect();
  }

  override async end(): Promise<void> {
    await Promise.all([super.end(), this.primary.end()]);
  }
}
