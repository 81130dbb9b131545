// Live balances: ten thousand sockets, each of another user.
import * as ask from '../ask';
import { type Audience, audience, changeAtPeer, type Server, servers } from '../audience';
import { Clients, type Operation, open, pause } from '../drive';
import { figure, inTurns, type Measured, type Side, type Told } from '../rounds';
import { type Row, single } from '../row';

const SOCKETS = 10_000;
// A process may have 20,000 files open on many machines, and this one has the clients of both.
const PEER_SOCKETS = 8_000;
const RATES = [500, 1_000];
const HEARD_WITHIN_MS = 3_000;

/** Changes at a fixed rate, each of another user; what is told is when each was heard of. */
function changes(
  name: string,
  server: Server,
  listening: Audience,
  perSecond: number,
  users: readonly string[],
  changeOf: (userOf: (caller: number) => string) => Operation,
): Side {
  const clients = new Clients(server.url, 512);
  let user = '';
  const inTurn = ask.eachInTurn(users);
  const change = changeOf(() => user);
  return {
    ...{ name: `${name}, ${perSecond} changes/s`, pids: [server.pid] },
    run: async (seconds): Promise<Told> => {
      listening.heardMs = [];
      listening.waiting.clear();
      await clients.warm(32);
      const load = await open(clients, perSecond, seconds, (connection, caller, plannedMs) => {
        user = inTurn(caller);
        listening.waiting.set(user, plannedMs);
        return change(connection, caller, plannedMs);
      });
      const untilMs = performance.now() + HEARD_WITHIN_MS;
      while (listening.waiting.size > 0 && performance.now() < untilMs) await pause(5);
      const lost = listening.waiting.size;
      const timesMs = listening.heardMs;
      const firstError = lost > 0 ? `${lost} changes were not heard of` : load.firstError;
      return {
        operations: timesMs.length,
        seconds: load.seconds,
        timesMs,
        errors: load.errors + lost,
        firstError,
      };
    },
  };
}

export const LIVE: Row = {
  name: 'live',
  run: async (stands, turns) => {
    const { users, gateway, peer, stop } = await servers(stands, SOCKETS);
    const some = users.slice(0, PEER_SOCKETS);
    turns.progress(`opening ${SOCKETS} sockets`);
    const ours = await audience(stands, gateway, users, true);
    turns.progress(`opening ${PEER_SOCKETS} sockets of the peer`);
    const theirs = await audience(stands, peer, some, false);
    const spending = (userOf: (caller: number) => string) => ask.spend(stands, userOf);
    const sides = RATES.flatMap((rate) => [
      changes('gateway', gateway, ours, rate, users, spending),
      changes('raw ws', peer, theirs, rate, some, changeAtPeer(stands)),
    ]);
    const measured = await inTurns(sides, turns);
    for (const listener of [...ours.listeners, ...theirs.listeners]) listener.close();
    await stop();
    const atMost = figure(measured[2] as Measured, (round) => round.p99Ms);
    return [
      {
        title: `live balances, ${SOCKETS.toLocaleString('en')} sockets`,
        sides: measured,
        goals: [
          { what: 'p99 in ms at 1,000 changes/s', figure: atMost, atMost: 50 },
          { what: 'kB a socket', figure: single(ours.kiloBytes), atMost: 25 },
        ],
        notes: [
          `A change is a spend over HTTP, from its planned arrival to the message at its user's socket; one that is not heard of is an error.`,
          `raw ws: ${PEER_SOCKETS.toLocaleString('en')} sockets, ${theirs.kiloBytes.toFixed(1)} kB each; a change is an update of a minimal row.`,
        ],
      },
    ];
  },
};
