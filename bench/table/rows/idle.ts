// What a gateway takes to start, and when nobody asks it for anything.
import net, { type AddressInfo } from 'node:net';
import { memoryOf } from '../../cpu';
import { median } from '../../statistics';
import * as ask from '../ask';
import { connections } from '../connection';
import { PAGE } from '../documents';
import { closed, pause } from '../drive';
import { type Row, single } from '../row';
import type { Stands } from '../stands';
import { CONNECTIONS } from './money';

const STARTS = 3;
// Loops that look every 5 s pass at least twice.
const IDLE_SECONDS = 11;
// The first rounds of a process look after what another left, once, by the time of each loop: 5 s for the slowest of them.
const FIRST_ROUNDS_MS = 6_000;
const REST_MS = 5_000;
const MEGABYTE = 1e6;

/** Passes on what comes for a server, and counts the statements in it: messages Query and Execute (PostgreSQL's manual, 55.7). */
async function counting(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const counted = { statements: 0 };
  const server = net.createServer((client) => {
    const database = net.connect(Number(target.port || 5432), target.hostname);
    const count = counter(() => counted.statements++);
    client.on('data', count);
    client.pipe(database).pipe(client);
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(databaseUrl);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return { url: through.href, counted, close: () => server.close() };
}

/** @returns what is given each piece of a connection from its client */
function counter(onStatement: () => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      // The first message has no type.
      const head = isStarted ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readUInt32BE(head);
      if (rest.length < length) return;
      const type = isStarted ? String.fromCharCode(rest[0] as number) : '';
      if (type === 'Q' || type === 'E') onStatement();
      isStarted = true;
      rest = rest.subarray(length);
    }
  };
}

export const IDLE: Row = {
  name: 'idle',
  run: async (stands, turns) => {
    const stand = await stands.mock();
    const proxy = await counting(stand.databaseUrl);
    const startsMs: number[] = [];
    for (let nth = 1; nth < STARTS; nth++) startsMs.push(await startMs(stands, stand.databaseUrl));
    const startedMs = performance.now();
    const fresh = await stands.stand(proxy.url);
    startsMs.push(performance.now() - startedMs);
    turns.progress(`idle for ${IDLE_SECONDS + FIRST_ROUNDS_MS / 1_000} s`);
    await pause(FIRST_ROUNDS_MS);
    const before = proxy.counted.statements;
    await pause(IDLE_SECONDS * 1_000);
    const perSecond = (proxy.counted.statements - before) / IDLE_SECONDS;
    const idle = memoryOf(fresh.pid);
    turns.progress('under load');
    const loadErrors = await worked(stands, stand, fresh.gateway.url, turns.seconds);
    await pause(REST_MS);
    const after = memoryOf(fresh.pid);
    const mainAfter = memoryOf(stand.pid);
    await stands.end(fresh.gateway);
    proxy.close();
    return [
      {
        title: 'a gateway that nobody asks',
        sides: [],
        goals: [
          { what: 'statements a second', figure: single(perSecond), atMost: 5 },
          { what: 'MB after load', figure: single(after / MEGABYTE), atMost: 200 },
          {
            what: 'MB after all rows, the gateway that most were measured on',
            figure: single(mainAfter / MEGABYTE),
            atMost: 200,
          },
          {
            what: 'ms to start on a prepared database',
            figure: { median: median(startsMs), least: Math.min(...startsMs), most: Math.max(...startsMs) },
          },
          { what: 'MB idle', figure: single(idle / MEGABYTE) },
        ],
        notes: [
          `Load: spends, creates and pages over ${CONNECTIONS} connections, ${turns.seconds} s each, ${loadErrors} errors; ${REST_MS / 1_000} s later.`,
        ],
      },
    ];
  },
};

async function startMs(stands: Stands, databaseUrl: string): Promise<number> {
  const startedMs = performance.now();
  const { gateway } = await stands.stand(databaseUrl);
  const tookMs = performance.now() - startedMs;
  await stands.end(gateway);
  return tookMs;
}

async function worked(
  stands: Stands,
  { users, readers }: { users: readonly string[]; readers: readonly string[] },
  url: string,
  seconds: number,
): Promise<number> {
  const kept = connections(url, CONNECTIONS);
  let errors = 0;
  const userOf = ask.eachInTurn(users);
  const page = ask.read(
    stands,
    readers,
    PAGE,
    () => ({ first: 20 }),
    () => '"hasNextPage":true',
  );
  for (const operation of [ask.spend(stands, userOf), ask.create(stands, userOf), page])
    errors += (await closed(kept, seconds, operation)).errors;
  for (const connection of kept) connection.close();
  return errors;
}
