// More than can be answered, and more than one process.
import * as ask from '../ask';
import { type Connection, connections } from '../connection';
import { Clients, closed, open } from '../drive';
import { type Held, held } from '../held';
import { figure, inTurns, type Measured, ratio, type Side, told } from '../rounds';
import type { Row } from '../row';
import { Books } from '../verify';
import { CONNECTIONS } from './money';

const TIMES = 3;
// What comes without waiting for an answer needs a connection each; more than are ever under way.
const CLIENTS_MAX = 6_000;
const CLIENTS_WARM = 600;

export const OVERLOAD: Row = {
  name: 'overload',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    const userOf = ask.eachInTurn(stand.users);
    const kept = connections(stand.gateway.url, CONNECTIONS);
    const spend = ask.spend(stands, userOf);
    const books = new Books(stand.owner);
    const clients = new Clients(stand.gateway.url, CLIENTS_MAX);
    let capacity = 0;
    const verify: Side['verify'] = ({ operations }) => books.verify({ spend: operations });
    const calm: Side = {
      ...{ name: 'capacity: 64 connections, closed', pids: [stand.pid], before: () => books.note(), verify },
      run: async (seconds) => {
        const load = await closed(kept, seconds, spend);
        capacity = load.timesMs.length / load.seconds;
        return told(load);
      },
    };
    const refusable = ask.refusable(stands, userOf);
    const flooded: Side = {
      ...{ name: `${TIMES} times as many, open: accepted`, pids: [stand.pid], verify },
      before: async () => {
        await clients.warm(CLIENTS_WARM);
        await books.note();
      },
      run: async (seconds) => {
        const load = await open(clients, capacity * TIMES, seconds, refusable);
        const asked = load.refused + load.timesMs.length;
        const more = { 'asked a second': asked / load.seconds, 'refused in %': (100 * load.refused) / asked };
        return { ...told(load), more };
      },
    };
    const [still, flood] = (await inTurns([calm, flooded], turns)) as [Measured, Measured];
    clients.close();
    return [
      {
        title: `${TIMES} x capacity, spends at a fixed rate`,
        sides: [still, flood],
        goals: [
          { what: 'p99 of the accepted in ms', figure: figure(flood, (round) => round.p99Ms), atMost: 300 },
          { what: 'accepted, of capacity', figure: ratio(flood, still) },
        ],
        notes: ['From the planned arrival; the generator shares the two cores.'],
      },
    ];
  },
};

const QUARTER = 0.25;

export const PROCESSES: Row = {
  name: 'processes',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    const second = await stands.stand(stand.databaseUrl);
    const both = [stand, second];
    const books = new Books(stand.owner);
    const spend = ask.spend(stands, ask.eachInTurn(stand.users));
    const halves = both.map(({ gateway }) => connections(gateway.url, CONNECTIONS / 2));
    const whole = connections(stand.gateway.url, CONNECTIONS);
    let how = '';
    const side = (
      name: string,
      kept: readonly Connection[],
      pids: readonly number[],
      share: number | null,
    ): Side => ({
      ...{ name, pids, before: () => books.note() },
      run: async (seconds) => {
        const holds: Held[] = share === null ? [] : pids.map((pid) => held(pid, share));
        try {
          how = holds[0]?.how ?? how;
          return told(await closed(kept, seconds, spend));
        } finally {
          for (const hold of holds) hold.release();
        }
      },
      verify: ({ operations }) => books.verify({ spend: operations }),
    });
    const pids = both.map(({ pid }) => pid);
    const sides = [
      side('one gateway', whole, [stand.pid], null),
      side('two gateways', halves.flat(), pids, null),
      side('one, held to a quarter of a core', whole, [stand.pid], QUARTER),
      side('two, each held to a quarter of a core', halves.flat(), pids, QUARTER),
    ];
    const [one, two, oneHeld, twoHeld] = (await inTurns(sides, turns)) as [
      Measured,
      Measured,
      Measured,
      Measured,
    ];
    await stands.end(second.gateway);
    return [
      {
        title: 'two gateways on the same cores, spends',
        sides: [one, two, oneHeld, twoHeld],
        goals: [
          { what: 'two of one', figure: ratio(two, one), atLeast: 0.95 },
          {
            what: 'two of one, each held to a quarter of a core',
            figure: ratio(twoHeld, oneHeld),
            atLeast: 1.7,
          },
        ],
        notes: [`Held by ${how}.`],
      },
    ];
  },
};
