// Reads, beside mercurius and its compiler over the same tables.
import * as ask from '../ask';
import { connections } from '../connection';
import { BALANCE, INTENT, PAGE } from '../documents';
import { closed, type Operation } from '../drive';
import { inTurns, type Measured, ratio, type Side, type Turns, told } from '../rounds';
import type { Result, Row } from '../row';
import type { Stands } from '../stands';
import { CONNECTIONS } from './money';

interface Read {
  readonly title: string;
  readonly query: string;
  readonly variables: object;
  /** What a right answer has in it. */
  readonly good: string;
  readonly atLeast: number;
}

async function beside(stands: Stands, turns: Turns, reads: readonly Read[]): Promise<Result[]> {
  const stand = await stands.mock();
  const peer = await stands.peer('mercurius', { DATABASE_URL: stand.databaseUrl });
  const { rows } = await stand.owner.query(
    `select user_id, max(id) as id from intents where user_id = any($1) group by user_id`,
    [stand.readers],
  );
  const ids = new Map<string, string>(rows.map(({ user_id, id }) => [user_id, id]));
  const side = (name: string, url: string, pid: number | undefined, operation: Operation): Side => {
    const kept = connections(url, CONNECTIONS);
    return {
      ...{ name, pids: [pid as number] },
      run: async (seconds) => told(await closed(kept, seconds, operation)),
    };
  };
  const results: Result[] = [];
  for (const { title, query, variables, good, atLeast } of reads) {
    const operation = ask.read(
      stands,
      stand.readers,
      query,
      (reader) => ('id' in variables ? { id: ids.get(reader) } : variables),
      (reader) => good.replace('ID', ids.get(reader) as string),
    );
    const [ours, theirs] = (await inTurns(
      [
        side('gateway', stand.gateway.url, stand.pid, operation),
        side('mercurius with JIT', peer.url, peer.child.pid, operation),
      ],
      turns,
    )) as [Measured, Measured];
    const goals = [{ what: 'of mercurius with JIT', figure: ratio(ours, theirs), atLeast }];
    results.push({ title, sides: [ours, theirs], goals, notes: [] });
  }
  await stands.end(peer);
  return results;
}

const READS: readonly Read[] = [
  { title: 'balance', query: BALANCE, variables: {}, good: '{"credits":', atLeast: 1.2 },
  { title: 'intent(id)', query: INTENT, variables: { id: '' }, good: '"id":"ID"', atLeast: 1.2 },
];

export const BALANCES: Row = { name: 'read', run: (stands, turns) => beside(stands, turns, READS) };

export const PAGES: Row = {
  name: 'page',
  run: (stands, turns) =>
    beside(stands, turns, [
      {
        title: 'page of 20 intents',
        query: PAGE,
        variables: { first: 20 },
        good: '"hasNextPage":true',
        atLeast: 1,
      },
    ]),
};
