// The engine of the background work, with loops of a test's own.

import pg from 'pg';
import { createHub } from '../../src/events/hub';
import type { Loop } from '../../src/jobs/loop';
import { runLoops } from '../../src/jobs/run-loops';
import { giveBack, takeTurn } from '../../src/jobs/turns';
import { pause } from '../../src/kernel/clock';
import type { Logger } from '../../src/telemetry/logger';
import { eventually } from '../support/eventually';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
});

const inEach = (name: string, work: Loop['work'], everyMs = 5): Loop => ({
  name,
  runs: 'in each process',
  everyMs,
  work,
});

/** A process of its own, as far as loops can tell. */
function started(...loops: Loop[]) {
  const stopping = new AbortController();
  const said: string[] = [];
  const say = (event: string, facts?: object) => void said.push(`${event} ${JSON.stringify(facts)}`);
  const log = { debug: say, info: say, warn: say, error: say, critical: say } as unknown as Logger;
  const hub = createHub();
  const running = runLoops({ pool: database.pool(), hub, log }, loops, stopping.signal);
  const end = async () => {
    stopping.abort();
    await running;
  };
  ended.push(end);
  return { hub, said, end };
}

const until = (check: () => unknown) => eventually(check, (isSo) => isSo);

const asideOf = async (loop: string) =>
  (await database.pool().query('select row_id, error from quarantine where loop = $1', [loop])).rows;

test('A loop whose round fails is set aside and seen, the others go on, and it is back when a round ends well', async () => {
  let isBroken = true;
  let others = 0;
  const { said } = started(
    inEach('broken', async () => {
      if (isBroken) throw new Error('no such thing');
      return 0;
    }),
    inEach('other', async () => {
      others++;
      return 0;
    }),
  );

  await until(async () => (await asideOf('broken')).length === 1);
  expect(await asideOf('broken')).toEqual([{ row_id: '*', error: 'Error: no such thing' }]);
  await until(() =>
    said.some((line) => line.startsWith('row.quarantined') && line.includes('"loop":"broken"')),
  );
  const before = others;
  await until(() => others > before + 3);
  isBroken = false;
  await until(async () => (await asideOf('broken')).length === 0);
});

test('A process that starts releases the loops that another left aside, and asks of no other one', async () => {
  await database
    .pool()
    .query(
      `insert into quarantine (loop, row_id, error, retry_at) values ('left', '*', 'no', clock_timestamp())`,
    );
  const asked = jest.spyOn(pg.Client.prototype, 'query');
  let rounds = 0;
  const round = async () => {
    rounds++;
    return 0;
  };
  const { end } = started(...['left', 'well', 'well too'].map((name) => inEach(name, round)));

  await until(async () => (await asideOf('left')).length === 0 && rounds > 9);
  await end();
  const deleted = (asked.mock.calls as unknown[][]).filter(([text]) =>
    String(text).startsWith('delete from quarantine'),
  );
  asked.mockRestore();
  expect(deleted.map(([, values]) => values)).toEqual([['left', '*']]);
});

test('A loop that throws what cannot be set aside is started again, and says so', async () => {
  let rounds = 0;
  const { said } = started(
    inEach('ended', async () => {
      rounds++;
      // Its text cannot be had, so that not even setting it aside works.
      throw {
        toString: () => {
          throw new Error('unspeakable');
        },
      };
    }),
  );

  await until(() => rounds >= 2);
  expect(said.slice(0, 2).map((line) => line.split(' ')[0])).toEqual(['loop.failed', 'loop.restarted']);
});

test('While there is something to do a loop looks again at once, and what rings it does not wait for its time', async () => {
  const left = [3, 0, 2, 0];
  const { hub } = started({ ...inEach('rung', async () => left.shift() ?? 0, 60_000), wokenBy: 'bell' });

  hub.publish(['bell']);
  await until(() => left.length === 2);
  await pause(50);
  expect(left).toEqual([2, 0]);
  hub.publish(['bell']);
  await until(() => left.length === 0);
});

test('What rings during a round is heard after it', async () => {
  let rounds = 0;
  let release: () => void = () => undefined;
  const { hub } = started({
    ...inEach(
      'busy',
      async () => {
        if (++rounds === 1) await new Promise<void>((resolve) => (release = resolve));
        return 0;
      },
      60_000,
    ),
    wokenBy: 'bell',
  });
  hub.wake(['bell']);
  await until(() => rounds === 1);
  hub.wake(['bell']);
  release();
  await until(() => rounds === 2);
});

test('An engine that stops begins no round, and waits for the one under way and for what rounds have left', async () => {
  const done: string[] = [];
  const { end } = started({
    ...inEach('slow', async () => {
      await pause(200);
      done.push('round');
      return 1;
    }),
    drain: async () => {
      await pause(50);
      done.push('drained');
    },
  });
  await pause(100);

  await end();

  expect(done).toEqual(['round', 'drained']);
});

test('What runs once for all runs in one of the processes each time that it is due, and not because one starts', async () => {
  let rounds = 0;
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  // By the database, whose clock says what is due: a round of a busy process begins later than its turn was taken.
  await owner.query(`
    create table taken (turn_at timestamptz);
    create function note_turn() returns trigger language plpgsql security definer set search_path = public as
      $$ begin insert into taken values (new.turn_at); return null; end $$;
    create trigger note_turn after update on turns for each row
      when (old.loop = 'shared' and old.turn_at <> new.turn_at) execute function note_turn()`);
  const loop: Loop = {
    name: 'shared',
    runs: 'once for all',
    everyMs: 1_000,
    work: async () => {
      rounds++;
      return 0;
    },
  };
  const processes = [started(loop), started(loop), started(loop)];
  await until(() => rounds >= 3);
  await Promise.all(processes.map(({ end }) => end()));

  const taken = (await owner.query('select turn_at::text from taken')).rows.map(({ turn_at }) => turn_at);
  await owner.end();
  expect(taken).toHaveLength(rounds);
  expect(new Set(taken).size).toBe(rounds);
  const { rows } = await database
    .pool()
    .query(`select done_at >= turn_at as done from turns where loop = 'shared'`);
  expect(rows).toEqual([{ done: true }]);
});

test('A turn is taken once; one that failed is taken again when the time of what is set aside has come', async () => {
  const pool = database.pool();
  const loop = { name: 'daily', everyMs: 86_400_000, afterMs: 13_800_000 };
  // A loop that is new waits for its next turn.
  expect(await takeTurn(pool, loop)).toBeNull();
  await pool.query(`update turns set turn_at = turn_at - interval '2 days' where loop = 'daily'`);

  const taken = await Promise.all([1, 2, 3].map(() => takeTurn(pool, loop)));
  const [turn] = taken.filter((one) => one !== null);
  expect(taken.filter((one) => one !== null)).toHaveLength(1);
  expect(turn?.toISOString()).toMatch(/T03:50:00\.000Z$/);

  await giveBack(pool, loop, turn as Date);
  await pool.query(
    `insert into quarantine (loop, row_id, error, retry_at) values ('daily', '*', 'no', clock_timestamp() + interval '1 minute')`,
  );
  expect(await takeTurn(pool, loop)).toBeNull();
  await pool.query(`update quarantine set retry_at = clock_timestamp() where loop = 'daily'`);
  expect(await takeTurn(pool, loop)).toEqual(turn);
  expect(await takeTurn(pool, loop)).toBeNull();
});

test('A loop with nothing due makes no round; what comes due is found by the look, and what rings at once', async () => {
  const pool = database.pool();
  const rounds = { first: 0, second: 0 };
  const loop = (name: keyof typeof rounds): Loop => ({
    ...inEach(name, async () => {
      rounds[name]++;
      await pool.query('delete from quarantine where loop = $1', [`of ${name}`]);
      return 0;
    }),
    due: `exists (select from quarantine where loop = 'of ${name}')`,
    wokenBy: `ring ${name}`,
  });
  const { hub } = started(loop('first'), loop('second'));
  // The first round of a process is for what another left.
  await until(() => rounds.first === 1 && rounds.second === 1);
  await pause(1_000);
  expect(rounds).toEqual({ first: 1, second: 1 });

  await pool.query(
    "insert into quarantine (loop, row_id, error, retry_at) values ('of first', 'a row', 'none', now() + interval '1 hour')",
  );
  await until(() => rounds.first === 2);
  hub.wake(['ring second']);
  await until(() => rounds.second === 2);
  await pause(1_000);
  expect(rounds).toEqual({ first: 2, second: 2 });
});

test('When the look cannot be had, each loop comes round by its time', async () => {
  let rounds = 0;
  started({
    ...inEach('blind', async () => {
      rounds++;
      return 0;
    }),
    due: 'exists (select from a_table_that_is_not_there)',
  });

  await until(() => rounds > 3);
});
