// The pacing of a provider's calls, counted in PostgreSQL.
import type { CallStore } from '../../src/limits/call-store';
import { postgresCallStore } from '../../src/limits/call-store';
import { createPace } from '../../src/limits/pace';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { promisesOfPace } from './pace-promises';

const database = useDatabase();
let stores: [CallStore, CallStore];
beforeAll(() => {
  stores = [postgresCallStore(database.pool()), postgresCallStore(database.pool())];
});

describe('Pacing by PostgreSQL', () => {
  promisesOfPace(() => stores);

  it('asks the database for many calls at once, not for each', async () => {
    let asked = 0;
    const counting: CallStore = {
      ...stores[0],
      lease: (account, wishes) => {
        asked++;
        return stores[0].lease(account, wishes);
      },
    };
    const pace = createPace({
      account: 'test:counted',
      rate: { perSecond: 100, perOperation: null },
      store: counting,
      log: silent,
    });

    await Promise.all(Array.from({ length: 100 }, () => pace.take('GET /x', 'payer')));

    expect(asked).toBeLessThanOrEqual(5);
  }, 20_000);

  it('holds calls back, unsent, while nobody can count them', async () => {
    const away: CallStore = {
      lease: () => Promise.reject(new Error('away')),
      hold: () => Promise.reject(new Error('away')),
    };
    const pace = createPace({
      account: 'test:away',
      rate: { perSecond: 100, perOperation: null },
      store: away,
      log: silent,
    });

    await expect(pace.take('GET /x', 'books')).rejects.toMatchObject({ name: 'TurnDenied' });
    await pace.refused(null);
  });
});
