// What people feel: operations that come at a fixed rate whatever becomes of those before, each timed from when it was planned to come.

import { inParallel } from '../../load';
import * as ask from '../ask';
import { type Connection, connections } from '../connection';
import { Clients, type Operation, open } from '../drive';
import { figure, inTurns, type Measured, type Side, told } from '../rounds';
import type { Goal, Row } from '../row';
import { Books } from '../verify';
import { CONNECTIONS } from './money';

const CLIENTS_MAX = 1_000;
const SPENDS = [
  { name: 'spend', rate: 500, isHot: false },
  { name: 'spend', rate: 2_000, isHot: false },
  { name: 'spend of one hot user', rate: 200, isHot: true },
  { name: 'spend of one hot user', rate: 1_000, isHot: true },
];
const SPEND_P99_MS = 15;
const PAYMENTS = 100;
const PAYMENT_P99_MS = 60;

export const ARRIVALS: Row = {
  name: 'arrivals',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    const { gateway, owner, pid } = stand;
    const books = new Books(owner);
    const clients = new Clients(gateway.url, CLIENTS_MAX);
    const ready = () => clients.warm(CONNECTIONS);
    const many = ask.eachInTurn(stand.users);
    const spends = SPENDS.map(({ name, rate, isHot }): Side => {
      const spend = ask.spend(stands, isHot ? () => stand.hot : many);
      return {
        ...{ name: `${name}, ${rate}/s`, pids: [pid] },
        before: async () => {
          await ready();
          await books.note();
        },
        run: async (seconds) => told(await open(clients, rate, seconds, spend)),
        verify: ({ operations }) => books.verify({ spend: operations }),
      };
    });
    const open_: { user: string; id: string }[] = [];
    const kept = connections(gateway.url, CONNECTIONS);
    const create = ask.create(stands, (caller) => stand.users[caller % stand.users.length] as string);
    const pay: Operation = async (connection) => {
      const intent = open_.pop();
      if (!intent) throw new Error('No intent is left');
      await ask.pay(connection, stands.token(intent.user), intent.id);
    };
    const payments: Side = {
      ...{ name: `simulatePayment to credits, ${PAYMENTS}/s`, pids: [pid] },
      before: async () => {
        const wanted = Math.ceil(PAYMENTS * Math.max(1, turns.seconds)) + 1;
        const places = Array.from({ length: Math.max(0, wanted - open_.length) }, (_, at) => at);
        const free = kept.slice();
        await inParallel(CONNECTIONS, places, async (at) => {
          const connection = free.pop() as Connection;
          open_.push({
            user: stand.users[at % stand.users.length] as string,
            id: await create(connection, at),
          });
          free.push(connection);
        });
        await ready();
        await books.note();
      },
      run: async (seconds) => told(await open(clients, PAYMENTS, seconds, pay)),
      verify: ({ operations }) => books.verify({ receipt: operations, grant: operations }),
    };
    const sides = await inTurns([...spends, payments], turns);
    clients.close();
    const goals: Goal[] = sides.map((side: Measured, at) => ({
      what: `p99 in ms, ${side.name}`,
      figure: figure(side, (round) => round.p99Ms),
      atMost: at < SPENDS.length ? SPEND_P99_MS : PAYMENT_P99_MS,
    }));
    return [{ title: 'what people feel, at a fixed rate', sides, goals, notes: [] }];
  },
};
