// A gateway whose provider is the simulator in another process, and purchases there.
import net, { type AddressInfo } from 'node:net';
import { cpuOf } from '../cpu';
import * as ask from './ask';
import { asked, type Connection, connections, requestText } from './connection';
import { pause } from './drive';
import type { Stand, Stands } from './stands';

const CALLERS = 64;
const USERS = 2_000;
// What a purchase takes after its webhook event was sent: seconds only where a machine is busy.
export const WORKED_WITHIN_MS = 30_000;

export interface Apart {
  readonly stand: Stand;
  readonly simulatorUrl: string;
  readonly simulatorPid: number;
  readonly users: readonly string[];
  /** Processor time so far of what PostgreSQL does for the simulator, in seconds. */
  simulatorsPostgres(): Promise<number>;
  stop(): Promise<void>;
}

/** A gateway and, in a process and a database of its own, the simulated provider. @param webhooks null: the gateway's */
export async function apart(stands: Stands, name: string, webhooks: string | null): Promise<Apart> {
  const port = await freePort();
  const theirs = await stands.database(`credits_gateway_bench_${name}_simulator`);
  const simulator = await stands.simulator(theirs, webhooks ?? `http://127.0.0.1:${port}/webhooks`);
  const stand = await stands.stand(await stands.database(`credits_gateway_bench_${name}`), {
    ...{ PORT: String(port), STRIPE_API_BASE: simulator.url },
  });
  const users = Array.from({ length: USERS }, (_, at) => `u${at}`);
  await Promise.all(users.map((user) => stands.addToken(user, 'user')));
  return {
    ...{ stand, users, simulatorUrl: simulator.url, simulatorPid: simulator.child.pid as number },
    simulatorsPostgres: async () => {
      const { rows } = await stand.owner.query('select pid from pg_stat_activity where datname = $1', [
        theirs.replace(/^.*\/([^/?]+).*$/, '$1'),
      ]);
      return cpuOf(rows.map(({ pid }) => pid));
    },
    stop: async () => {
      await stands.end(stand.gateway);
      await stands.end(simulator);
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const play = (connection: Connection, id: string) =>
  asked(connection, requestText('/simulator/play', '', JSON.stringify({ id, outcome: 'succeed' })), '{');

/** Creates one at the gateway and pays it at the simulator. @returns its id */
export function buying({ users, simulatorUrl }: Apart, stands: Stands) {
  const userOf = ask.eachInTurn(users);
  const create = ask.createAt(stands, userOf);
  const atSimulator = connections(simulatorUrl, CALLERS);
  return async (connection: Connection, caller: number): Promise<string> => {
    const { id, providerIntentId } = await create(connection, caller);
    await play(atSimulator[caller % CALLERS] as Connection, providerIntentId);
    return id;
  };
}

export async function untilPaid({ owner }: Stand, ids: readonly string[]): Promise<void> {
  const untilMs = performance.now() + WORKED_WITHIN_MS;
  for (;;) {
    const { rows } = await owner.query(
      `select count(*)::integer as paid from intents where id = any($1) and status = 'succeeded'`,
      [ids],
    );
    if (rows[0].paid === ids.length) return;
    if (performance.now() > untilMs) throw new Error(`${rows[0].paid} of ${ids.length} are paid`);
    await pause(10);
  }
}
