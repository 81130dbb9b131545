// One event to a thousand sockets of one user.
import * as ask from '../ask';
import { audience, changeAtPeer, type Server, servers } from '../audience';
import { type Connection, connections } from '../connection';
import { type Operation, pause } from '../drive';
import { inTurns, type Measured, ratio, type Side } from '../rounds';
import type { Row } from '../row';

const HEARD_WITHIN_MS = 3_000;
const CROWD = 1_000;

export const FANOUT: Row = {
  name: 'fanout',
  run: async (stands, turns) => {
    const { hot, gateway, peer, stop } = await servers(stands, 0);
    const crowd = Array.from({ length: CROWD }, () => hot);
    const spend = ask.spend(stands, () => hot);
    const side = async (
      name: string,
      server: Server,
      isGateway: boolean,
      change: Operation,
    ): Promise<Side & { close(): void }> => {
      const listening = await audience(stands, server, crowd, isGateway);
      const [connection] = connections(server.url, 1) as [Connection];
      return {
        ...{ name, pids: [server.pid] },
        close: () => {
          for (const listener of listening.listeners) listener.close();
        },
        run: async (seconds) => {
          const [startedMs, before] = [performance.now(), listening.heard];
          let [events, lost] = [0, 0];
          while (performance.now() < startedMs + seconds * 1_000 && lost === 0) {
            const wanted = before + ++events * CROWD;
            const all = new Promise<void>((reached) => {
              listening.until = { heard: wanted, reached };
            });
            await change(connection, 0, 0);
            const late = new AbortController();
            await Promise.race([all, pause(HEARD_WITHIN_MS, late.signal)]);
            late.abort();
            lost = wanted - listening.heard;
          }
          return {
            ...{ operations: listening.heard - before, seconds: (performance.now() - startedMs) / 1_000 },
            ...{ errors: lost === 0 ? 0 : 1, firstError: `${lost} messages of an event were not heard` },
          };
        },
      };
    };
    const both = [
      await side('gateway', gateway, true, spend),
      await side(
        'raw ws',
        peer,
        false,
        changeAtPeer(stands)(() => hot),
      ),
    ];
    const [ours, theirs] = (await inTurns(both, turns)) as [Measured, Measured];
    for (const { close } of both) close();
    await stop();
    return [
      {
        title: 'one event to 1,000 sockets, by messages',
        sides: [ours, theirs],
        goals: [{ what: 'of raw ws', figure: ratio(ours, theirs), atLeast: 0.7 }],
        notes: [
          'One event after the other: the next is brought about when all have heard of the one before.',
        ],
      },
    ];
  },
};
