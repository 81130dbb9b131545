// Purchases whose provider is another process.
import { cpuOf } from '../../cpu';
import { apart, buying, untilPaid } from '../apart';
import { connections } from '../connection';
import { closed } from '../drive';
import { figure, inTurns, type Measured, type Side, told } from '../rounds';
import type { Row } from '../row';
import { Books } from '../verify';
import { CONNECTIONS } from './money';

export const PROVIDER: Row = {
  name: 'provider',
  run: async (stands, turns) => {
    const pair = await apart(stands, 'provider', null);
    const { stand } = pair;
    const kept = connections(stand.gateway.url, CONNECTIONS);
    const buy = buying(pair, stands);
    const books = new Books(stand.owner);
    const side: Side = {
      ...{ name: 'createIntent, paid at the simulator', pids: [stand.pid] },
      before: () => books.note(),
      run: async (seconds) => {
        const ids: string[] = [];
        const startedMs = performance.now();
        const theirs = async () => ({
          process: cpuOf([pair.simulatorPid]),
          postgres: await pair.simulatorsPostgres(),
        });
        const from = await theirs();
        const load = await closed(kept, seconds, async (connection, caller) => {
          ids.push(await buy(connection, caller));
        });
        await untilPaid(stand, ids);
        const to = await theirs();
        const each = (spent: number) => (spent * 1e6) / ids.length;
        return {
          ...told(load),
          seconds: (performance.now() - startedMs) / 1_000,
          more: {
            'simulator in µs': each(to.process - from.process),
            'its PostgreSQL in µs': each(to.postgres - from.postgres),
          },
        };
      },
      verify: ({ operations }) => books.verify({ receipt: operations, grant: operations }),
    };
    const [measured] = (await inTurns([side], turns)) as [Measured];
    await pair.stop();
    const ours = figure(
      measured,
      (r) => 2e6 / (r.serverUs + r.postgresUs - (r.more['its PostgreSQL in µs'] ?? 0)),
    );
    return [
      {
        title: 'purchase, provider simulated in another process',
        sides: [measured],
        goals: [{ what: 'purchases a second', figure: figure(measured, (r) => r.perSecond), atLeast: 1_200 }],
        notes: [
          `The simulator shares the two cores; the gateway and its PostgreSQL alone would fill two cores with ${ours.median.toFixed(0)} purchases a second.`,
        ],
      },
    ];
  },
};
