// Who moves the clock has it alone, over all processes: two who move it at the same time follow each other, so that three days and
// five days are eight. No transaction is open meanwhile, because the providers are asked and whatever came due is worked.
import type pg from 'pg';
import { pause } from '../kernel/clock';
import { Problem } from '../kernel/problems';

/** Says whether the turn is still ours. @throws when the connection that had it is gone. */
export type KeepTurn = () => Promise<void>;

const NAME = `hashtextextended('the clock', 0)`;
const ASK_EVERY_MS = 100;
// 400 days with little in them take half as long. Who waits longer is told, rather than kept.
const WAIT_MS = 60_000;

/**
 * Runs `work` when nobody else moves the clock. The turn is a lock of one connection: it ends with the process that had it.
 * @throws Problem IN_PROGRESS when somebody moves it for a minute.
 */
export async function inTurn<Result>(
  pool: pg.Pool,
  work: (keepTurn: KeepTurn) => Promise<Result>,
): Promise<Result> {
  const client = await takeTurn(pool);
  let broken: Error | undefined;
  try {
    return await work(async () => {
      await client.query('select');
    });
  } finally {
    await client.query(`select pg_advisory_unlock(${NAME})`).catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}

/** No connection is held while one waits: enough who wait would keep the one who moves from working. */
async function takeTurn(pool: pg.Pool): Promise<pg.PoolClient> {
  for (const untilMs = performance.now() + WAIT_MS; performance.now() < untilMs; await pause(ASK_EVERY_MS)) {
    const client = await pool.connect();
    const isMine = await tryTurn(client).catch((error: Error) => {
      client.release(error);
      throw error;
    });
    if (isMine) return client;
    client.release();
  }
  throw new Problem('IN_PROGRESS', 'Somebody else moves the clock. Look where it stands, and ask again.');
}

async function tryTurn(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_lock(${NAME}) as mine`);
  return rows[0]?.mine === true;
}
