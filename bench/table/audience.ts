// Who listens over sockets, to the gateway and to its peer, and what changes what they hear.
import { memoryOf } from '../cpu';
import { inParallel } from '../load';
import { asked, requestText } from './connection';
import { WATCH } from './documents';
import { type Operation, pause } from './drive';
import { peerTables } from './peer-tables';
import { Listener } from './socket';
import type { Stands } from './stands';

const OPENED_AT_ONCE = 128;
const MESSAGE = '"type":"next"';

export interface Server {
  readonly url: string;
  readonly pid: number;
}

/** Somebody's sockets on a server, and what is heard on each. */
export interface Audience {
  readonly listeners: Listener[];
  /** By the user: when the change was planned that has not been heard of; removed when it was. */
  readonly waiting: Map<string, number>;
  heardMs: number[];
  heard: number;
  /** Called once when so many have been heard. */
  until: { heard: number; reached: () => void } | null;
  readonly kiloBytes: number;
}

/** @param isGateway by GraphQL over the socket; else by the peer's own words */
export async function audience(
  stands: Stands,
  server: Server,
  users: readonly string[],
  isGateway: boolean,
): Promise<Audience> {
  const url = new URL(server.url.replace(/^http/, 'ws'));
  if (isGateway) url.pathname = '/graphql';
  const waiting = new Map<string, number>();
  const made = {
    listeners: [] as Listener[],
    waiting,
    heardMs: [] as number[],
    heard: 0,
    until: null as Audience['until'],
  };
  const before = memoryOf(server.pid);
  await inParallel(OPENED_AT_ONCE, users, async (user) => {
    let watches: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      watches = resolve;
    });
    let isWatching = false;
    const listener = new Listener(url, isGateway ? 'graphql-transport-ws' : '', (text) => {
      if (isGateway && text.includes('"connection_ack"'))
        return listener.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WATCH } }));
      if (isGateway && !text.includes(MESSAGE)) return;
      if (!isWatching) {
        isWatching = true;
        return watches();
      }
      if (++made.heard === made.until?.heard) made.until.reached();
      const plannedMs = waiting.get(user);
      if (plannedMs === undefined) return;
      waiting.delete(user);
      made.heardMs.push(performance.now() - plannedMs);
    });
    made.listeners.push(listener);
    await listener.open();
    const token = stands.token(user);
    listener.send(
      isGateway
        ? JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
        : token,
    );
    await ready;
  });
  await pause(1_000);
  return Object.assign(made, { kiloBytes: (memoryOf(server.pid) - before) / users.length / 1_000 });
}

/** A change at the peer. */
export const changeAtPeer =
  (stands: Stands) =>
  (userOf: (caller: number) => string): Operation =>
  (connection, caller) =>
    asked(connection, requestText('/', stands.token(userOf(caller)), '{}'), '"credits"');

/** A gateway of its own and the peer, on the database that most rows share. */
export async function servers(stands: Stands, sockets: number) {
  const stand = await stands.mock();
  await peerTables(stand);
  const users = await stand.upTo(sockets);
  await stand.owner.query(
    'insert into peer.wallets select user_id, balance from wallets on conflict do nothing',
  );
  // Of its own, so that its memory is that of its sockets.
  const own = await stands.stand(stand.databaseUrl);
  const peer = await stands.peer('sockets', { DATABASE_URL: stand.databaseUrl });
  return {
    ...{ users, hot: stand.hot },
    gateway: { url: own.gateway.url, pid: own.pid },
    peer: { url: peer.url, pid: peer.child.pid as number },
    stop: async () => {
      await stands.end(own.gateway);
      await stands.end(peer);
    },
  };
}
