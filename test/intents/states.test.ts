import { INTENT_STATUSES, isTerminal, NEWS, TRANSITIONS } from '../../src/payments/states';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();

describe('The states of an intent', () => {
  it('are the same table in the code and in the database', async () => {
    const { rows } = await database.pool().query('select from_status, news, result from transitions');
    const stored = Object.fromEntries(rows.map((row) => [`${row.from_status} ${row.news}`, row.result]));
    const written = Object.fromEntries(
      INTENT_STATUSES.flatMap((status) =>
        NEWS.map((news) => [`${status} ${news}`, TRANSITIONS[status][news]]),
      ),
    );
    expect(stored).toEqual(written);
  });

  it.each(INTENT_STATUSES)('never refuse money that comes while %s', (status) => {
    expect(['succeeded', 'same', 'orphan']).toContain(TRANSITIONS[status].captured);
  });

  it.each(['succeeded', 'canceled'] as const)('are final at %s', (status) => {
    // But for a person who gives the credits for money that came after all.
    for (const news of NEWS.filter((news) => news !== 'applied'))
      expect(['same', 'orphan', 'illegal']).toContain(TRANSITIONS[status][news]);
  });

  it('call a failed intent terminal only after the time in which late money may come', () => {
    const failedAt = new Date('2026-01-01T00:00:00Z');
    const failed = { status: 'failed' as const, completedAt: failedAt };
    const day = 86_400;
    expect(isTerminal(failed, 3 * day, failedAt.getTime() + 2 * day * 1000)).toBe(false);
    expect(isTerminal(failed, 3 * day, failedAt.getTime() + 4 * day * 1000)).toBe(true);
  });

  it('cannot be changed past the table, whoever writes', async () => {
    const pool = database.pool();
    const [intent] = await claimIntents(pool, ['user_states']);
    await doorOn(pool)(reading(intent?.id ?? '', captured('ch_states')));
    await expect(
      pool.query(`update intents set status = 'pending' where id = $1`, [intent?.id]),
    ).rejects.toThrow('cannot go from succeeded to pending');
  });
});
