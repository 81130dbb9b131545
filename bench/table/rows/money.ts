// What moves money, over 64 connections: creates, purchases, spends and holds.
import { CLAIM_ROWS, MINIMAL_HOT_SPEND, minimalSpend } from '../../peers/minimal-sql';
import { OWN_PURCHASE } from '../../peers/own-sql';
import { pgbench } from '../../peers/pgbench';
import * as ask from '../ask';
import { connections } from '../connection';
import { closed, type Operation } from '../drive';
import { peerTables } from '../peer-tables';
import { figure, inTurns, type Measured, ratio, type Side, type Told, told } from '../rounds';
import type { Row } from '../row';
import { USERS } from '../seed';
import type { Stand, Stands } from '../stands';
import { addsRows, Books, rowsOf } from '../verify';
import { bestOfTeams } from './team';

export const CONNECTIONS = 64;

/** A side over HTTP whose operations each add postings. */
function gatewaySide(
  stand: Stand,
  name: string,
  operation: Operation,
  verify: (books: Books, told: Told) => Promise<string | null>,
): Side {
  const books = new Books(stand.owner);
  const kept = connections(stand.gateway.url, CONNECTIONS);
  return {
    ...{ name, pids: [stand.pid] },
    before: () => books.note(),
    run: async (seconds) => told(await closed(kept, seconds, operation)),
    verify: (told) => verify(books, told),
  };
}

const p99 = (side: Measured) => figure(side, (round) => round.p99Ms);
const perSecond = (side: Measured) => figure(side, (round) => round.perSecond);

export const CREATES: Row = {
  name: 'create',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    await peerTables(stand);
    const many = ask.eachInTurn(stand.users);
    const intents = addsRows(stand.owner, 'intents');
    const gateway: Side = {
      ...gatewaySide(stand, 'createIntent', ask.create(stands, many), (_books, told) => intents.verify(told)),
      before: intents.before,
    };
    const sql: Side = {
      ...pgbench({
        ...{ name: 'pgbench, the same rows', databaseUrl: stand.databaseUrl },
        ...{ script: CLAIM_ROWS, clients: CONNECTIONS },
      }),
      ...addsRows(stand.owner, 'peer.claimed'),
    };
    const [one, two] = await bestOfTeams(stands, stand, turns);
    const [ours, plain, once, twice] = (await inTurns([gateway, sql, one.side, two.side], turns)) as [
      Measured,
      Measured,
      Measured,
      Measured,
    ];
    await one.stop();
    await two.stop();
    return [
      {
        title: 'createIntent, 64 connections',
        sides: [ours, plain, once, twice],
        goals: [
          { what: 'of pgbench', figure: ratio(ours, plain), atLeast: 0.35 },
          { what: 'p99 in ms', figure: p99(ours), atMost: 40 },
          { what: 'of Apollo and TypeORM, one transaction', figure: ratio(ours, once), atLeast: 2.5 },
          { what: 'of Apollo and TypeORM, two transactions', figure: ratio(ours, twice), atLeast: 4 },
        ],
        notes: [
          'createIntent also works the simulated provider with its own tables; the others ask no provider.',
          `Apollo and TypeORM: ${one.tried} and ${two.tried}.`,
        ],
      },
    ];
  },
};

export const PURCHASES: Row = {
  name: 'purchase',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    const many = ask.eachInTurn(stand.users);
    const users = new Map<number, string>();
    const create = ask.create(stands, (caller) => users.get(caller) as string);
    const purchase: Operation = async (connection, caller) => {
      const user = many(caller);
      users.set(caller, user);
      await ask.pay(connection, stands.token(user), await create(connection, caller));
    };
    const gateway = gatewaySide(stand, 'createIntent, simulatePayment', purchase, (books, { operations }) =>
      books.verify({ receipt: operations, grant: operations }),
    );
    const sql: Side = {
      ...pgbench({
        ...{ name: 'pgbench, our own SQL in sets of one', databaseUrl: stand.databaseUrl },
        ...{ script: OWN_PURCHASE, clients: 16, asApplication: true },
      }),
      ...addsRows(stand.owner, 'intents'),
    };
    const [ours, own] = (await inTurns([gateway, sql], turns)) as [Measured, Measured];
    return [
      {
        title: 'purchase, provider simulated in the process, 64 connections',
        sides: [ours, own],
        goals: [
          { what: 'purchases a second', figure: perSecond(ours), atLeast: 640 },
          { what: 'of pgbench', figure: ratio(ours, own) },
        ],
        notes: ['pgbench stores one webhook event of a purchase in place of two, and asks no provider.'],
      },
    ];
  },
};

function spendRow(name: string, isHot: boolean): Row['run'] {
  return async (stands, turns) => {
    const stand = await stands.mock();
    await peerTables(stand);
    const wallets = stand.users;
    const userOf = isHot ? () => stand.hot : ask.eachInTurn(wallets);
    const gateway = gatewaySide(stand, 'spendCredits', ask.spend(stands, userOf), (books, { operations }) =>
      books.verify({ spend: operations }),
    );
    const sql: Side = {
      ...pgbench({
        ...{ name: 'pgbench, minimal rows', databaseUrl: stand.databaseUrl, clients: CONNECTIONS },
        script: isHot ? MINIMAL_HOT_SPEND : minimalSpend(USERS),
      }),
      ...addsRows(stand.owner, 'peer.postings'),
    };
    const [ours, plain] = (await inTurns([gateway, sql], turns)) as [Measured, Measured];
    const goals = isHot
      ? [{ what: 'of pgbench', figure: ratio(ours, plain), atLeast: 3 }]
      : [
          { what: 'of pgbench', figure: ratio(ours, plain), atLeast: 0.8 },
          { what: 'p99 in ms', figure: p99(ours), atMost: 30 },
        ];
    return [{ title: name, sides: [ours, plain], goals, notes: [] }];
  };
}

export const SPENDS: Row = { name: 'spend', run: spendRow(`spend, ${USERS} users`, false) };
export const HOT_SPENDS: Row = { name: 'hot', run: spendRow('spend, one hot user', true) };

export const HOLDS: Row = {
  name: 'hold',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    const many = holdSide(stands, stand, `${USERS} users`, ask.eachInTurn(stand.users));
    const hot = holdSide(stands, stand, 'one hot user', () => stand.hot);
    const sides = (await inTurns([many, hot], turns)) as [Measured, Measured];
    return [
      {
        title: 'hold and settle, by requests',
        sides,
        goals: [
          { what: 'requests a second', figure: perSecond(sides[0]), atLeast: 3_000 },
          { what: 'requests a second of the hot user', figure: perSecond(sides[1]), atLeast: 2_500 },
        ],
        notes: [],
      },
    ];
  },
};

function holdSide(stands: Stands, stand: Stand, name: string, userOf: (caller: number) => string): Side {
  const kept = connections(stand.gateway.url, CONNECTIONS);
  const books = new Books(stand.owner);
  let [held, timesMs] = [0, [] as number[]];
  const operation = ask.holdAndSettle(stands, userOf, (ms) => timesMs.push(ms));
  return {
    ...{ name, pids: [stand.pid] },
    before: async () => {
      await books.note();
      held = await rowsOf(stand.owner, 'holds');
    },
    run: async (seconds) => {
      timesMs = [];
      const load = await closed(kept, seconds, operation);
      // Each of the two requests is an operation.
      return { ...told(load), timesMs, operations: timesMs.length };
    },
    verify: async ({ operations }) => {
      const added = (await rowsOf(stand.owner, 'holds')) - held;
      if (added !== operations / 2) return `${added} holds of ${operations / 2} that were answered`;
      return books.verify({ spend: operations / 2 });
    },
  };
}
