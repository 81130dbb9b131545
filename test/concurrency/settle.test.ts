// News about many payments, in sets that race each other from several processes: in opposite orders, with duplicates,
// declines, cancels, wrong amounts and unknown ids, with a row that is stuck and one that is poison.
import pg from 'pg';
import type { Intent } from '../../src/payments/intent.entity';
import type { Reading, Settled } from '../../src/payments/settle';
import { inOneOfThree } from '../support/eventually';
import { captured, claimIntents, declined, doorOn, plain, reading } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();

const users = (count: number, of: number) =>
  Array.from({ length: count }, (_, i) => `user_${(i * 7919) % of}`);

/** All in one turn of the event loop, so that they leave as one set. */
const sendSet = (door: ReturnType<typeof doorOn>, readings: readonly Reading[]) =>
  Promise.allSettled(readings.map((item) => door(item)));

async function deadlocks(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0].deadlocks);
}

const outcomesOf = (results: readonly PromiseSettledResult<Settled>[]): string[] =>
  results.flatMap((result): readonly string[] =>
    result.status === 'fulfilled' ? result.value.outcomes : ['refused'],
  );

describe('Sets of news that race each other', () => {
  it('grants each purchase once, answers every row and never deadlocks', async () => {
    const pools = [database.pool(), database.pool(), database.pool()] as const;
    const [first, second, third] = [doorOn(pools[0]), doorOn(pools[1]), doorOn(pools[2])];
    const intents = await claimIntents(pools[0], users(4000, 200));
    const before = await deadlocks(pools[0]);
    const granted = new Map<string, number>();
    let answers = 0;

    for (let round = 0; round < 40; round++) {
      const mine = intents.slice(round * 100, round * 100 + 100);
      const amount = (at: number) => (at % 17 === 0 ? 4999n : 5000n);
      const paid = (intent: Intent, at: number) =>
        reading(intent.id, captured(`ch_${intent.id}`, amount(at)));
      const forward = [...mine, ...mine.slice(0, 20)].map((intent, at) => paid(intent, at % 100));
      forward.push(reading(`int_unknown_${round}`, captured(`ch_unknown_${round}`)));
      const backward = [...mine].reverse().map((intent, back) => {
        const at = 99 - back;
        if (at % 13 === 0) return reading(intent.id, plain('canceled'));
        if (at % 11 === 0) return reading(intent.id, captured(`ch_second_${intent.id}`));
        return reading(
          intent.id,
          declined(`ch_declined_${intent.id}`),
          captured(`ch_${intent.id}`, amount(at)),
        );
      });
      const sets = await Promise.all([
        sendSet(first, forward),
        sendSet(second, backward),
        sendSet(third, forward),
      ]);

      [forward, backward, forward].forEach((asked, set) => {
        expect(sets[set]).toHaveLength(asked.length);
        sets[set]?.forEach((result, at) => {
          const item = asked[at];
          if (!item) throw new Error('An answer that nobody asked for');
          answers += item.facts.length;
          if (item.intentId.startsWith('int_unknown')) expect(result.status).toBe('rejected');
          else expect(result.status).toBe('fulfilled');
          if (result.status === 'fulfilled' && result.value.outcomes.includes('granted'))
            granted.set(item.intentId, (granted.get(item.intentId) ?? 0) + 1);
        });
      });
    }

    expect(answers).toBeGreaterThanOrEqual(17_000);
    expect([...granted.values()].filter((times) => times > 1)).toEqual([]);
    const { rows } = await pools[0].query(
      `select count(*)::int as n from intents where status = 'succeeded'`,
    );
    expect(rows[0].n).toBe(granted.size);
    expect(granted.size).toBeGreaterThan(3_000);
    expect(await deadlocks(pools[0])).toBe(before);
  });

  it('lets a stuck row wait alone while its neighbours are granted', async () => {
    const pool = database.pool();
    let round = 0;
    await inOneOfThree(async () => {
      round++;
      const intents = await claimIntents(
        pool,
        users(100, 100).map((user) => `stuck_${round}_${user}`),
      );
      const holder = await database.pool().connect();
      await holder.query('begin');
      await holder.query('select 1 from intents where id = $1 for no key update', [intents[5]?.id]);
      const door = doorOn(pool);
      const started = performance.now();
      const finished: string[] = [];
      const sent = intents.map(async (intent) => {
        const settled = await door(reading(intent.id, captured(`ch_${intent.id}`)));
        finished.push(intent.id);
        return settled;
      });
      await Promise.all(sent.filter((_, at) => at !== 5));
      const neighboursMs = performance.now() - started;
      const before = [...finished];
      await holder.query('rollback');
      holder.release();

      expect(before).toHaveLength(99);
      expect(before).not.toContain(intents[5]?.id);
      expect((await sent[5])?.outcomes).toEqual(['granted']);
      expect(neighboursMs).toBeLessThan(1_500); // Below lock_timeout: nobody waited for the stuck row.
    });
  });

  it('isolates a poison row, so that 511 of 512 are granted and it alone fails', async () => {
    const pool = database.pool();
    const intents = await claimIntents(
      pool,
      users(512, 300).map((user) => `poison_${user}`),
    );
    const poison = intents[77]?.id as string;
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(`create function poison() returns trigger language plpgsql as $$
      begin raise exception 'poison' using errcode = '22003'; end $$`);
    await owner.query(`create trigger poison before update on intents for each row
      when (old.id = '${poison}') execute function poison()`);
    const results = await sendSet(
      doorOn(pool),
      intents.map((intent) => reading(intent.id, captured(`ch_${intent.id}`))),
    );
    await owner.query('drop trigger poison on intents; drop function poison');
    await owner.end();

    expect(outcomesOf(results).filter((outcome) => outcome === 'granted')).toHaveLength(511);
    expect(results[77]).toMatchObject({ status: 'rejected', reason: { message: 'poison' } });
    const again = await doorOn(pool)(reading(poison, captured(`ch_${poison}`)));
    expect(again.outcomes).toEqual(['granted']);
  });

  it('sends a set whose answer was lost again, and each row finds its own earlier effect', async () => {
    const pool = database.pool();
    const [intent] = await claimIntents(pool, ['lost_answer']);
    const news = reading((intent as Intent).id, captured('ch_lost'));
    expect((await doorOn(pool)(news)).outcomes).toEqual(['granted']);
    expect((await doorOn(pool)(news)).outcomes).toEqual(['same']);
  });
});
