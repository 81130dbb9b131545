// Apollo and TypeORM with one and with two transactions, each with the pool that it does best with.

import * as ask from '../ask';
import { connections } from '../connection';
import { closed } from '../drive';
import { type Side, type Turns, told } from '../rounds';
import type { Stand, Stands } from '../stands';
import { addsRows } from '../verify';

const CONNECTIONS = 64;
const POOLS = [5, 10, 20, 40];
const TRY_SECONDS = 1;
const OPEN_SECONDS = 0.3;

interface Team {
  readonly side: Side;
  readonly tried: string;
  stop(): Promise<void>;
}

/** @returns the one with one transaction, and the one with two */
export async function bestOfTeams(
  stands: Stands,
  stand: Stand & { users: readonly string[] },
  turns: Turns,
): Promise<[Team, Team]> {
  const found: Team[] = [];
  for (const transactions of [1, 2]) {
    const tried = new Map<number, number>();
    for (const pool of POOLS) {
      turns.progress(`Apollo and TypeORM, ${transactions} transactions: a pool of ${pool}`);
      const team = await start(stands, stand, transactions, pool);
      await team.side.run(TRY_SECONDS);
      const { operations, seconds, errors } = await team.side.run(TRY_SECONDS);
      if (errors === 0) tried.set(pool, operations / seconds);
      await team.stop();
    }
    const [best] = [...tried].sort((a, b) => b[1] - a[1])[0] ?? [POOLS[0] as number];
    const figures = [...tried]
      .map(([pool, perSecond]) => `${perSecond.toFixed(0)}/s with ${pool}`)
      .join(', ');
    found.push({
      ...(await start(stands, stand, transactions, best)),
      tried: `a pool of ${best} (tried: ${figures})`,
    });
  }
  return found as [Team, Team];
}

async function start(
  stands: Stands,
  stand: Stand & { users: readonly string[] },
  transactions: number,
  pool: number,
): Promise<Team> {
  const peer = await stands.peer('apollo', {
    DATABASE_URL: stand.databaseUrl,
    POOL: String(pool),
    TRANSACTIONS: String(transactions),
  });
  const kept = connections(peer.url, CONNECTIONS);
  const create = ask.create(stands, ask.eachInTurn(stand.users));
  const rows = addsRows(stand.owner, 'team.intents');
  return {
    side: {
      name: `Apollo and TypeORM, ${transactions === 1 ? 'one transaction' : 'two transactions'}`,
      pids: [peer.child.pid as number],
      run: async (seconds) => told(await closed(kept, seconds, create)),
      ...rows,
      before: async () => {
        // Its pool lets go of connections that are idle.
        await closed(kept, OPEN_SECONDS, create);
        await rows.before();
      },
    },
    tried: '',
    stop: async () => {
      for (const connection of kept) connection.close();
      await stands.end(peer);
    },
  };
}
