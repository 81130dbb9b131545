// When an attack begins and ends, by sums of a minute: two processes look at one shop, whose clock is moved.
import pg from 'pg';
import { watchAttack } from '../../src/risk/watch-attack';
import { createLogger } from '../../src/telemetry/logger';
import { ownerOf } from '../support/database';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let owner: pg.Client;
let processes: pg.Pool[];
const lines: string[] = [];
const log = createLogger('info', { write: (line) => void lines.push(line) });

beforeAll(async () => {
  processes = [database.pool(), database.pool()];
  owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  await owner.query("update gateway set mode = 'mock'");
});
afterAll(() => owner.end());
beforeEach(async () => {
  lines.length = 0;
  await owner.query('truncate risk_minutes, risk_tallies, risk_attacks');
  await owner.query("delete from events where subject like 'atk%'");
});

interface Minute {
  readonly tries: number;
  readonly declines?: number;
  readonly newCards?: number;
  readonly stopped?: number;
}

const pass = (minutes: number) =>
  owner.query('update gateway set clock_offset_ms = clock_offset_ms + $1', [minutes * 60_000]);

/** What came within one minute, told by as many processes as there are. */
async function happen({ tries, declines = 0, newCards = 0, stopped = 0 }: Minute): Promise<void> {
  await processes[0]?.query('select tally_risks($1, $2, $3, 0)', [tries, declines, newCards]);
  await processes[1]?.query('select tally_risks(0, 0, 0, $1)', [stopped]);
}

/** A day like this, every minute of it, up to ten minutes ago. */
const day = ({ tries, declines = 0, newCards = 0 }: Minute) =>
  owner.query(
    `insert into risk_minutes (minute, tries, declines, new_cards, stopped)
     select date_trunc('minute', instant()) - n * interval '1 minute', $1, $2, $3, 0 from generate_series(10, 1440) n`,
    [tries, declines, newCards],
  );

const look = (at = 0) => watchAttack({ pool: processes[at] as pg.Pool, log });

async function attack(): Promise<Record<string, unknown> | null> {
  const { rows } = await owner.query(
    'select sign, seen::int, usual_most, ended_at is null as open from risk_attacks order by id desc limit 1',
  );
  return rows[0] ?? null;
}

const told = async () =>
  (await owner.query("select kind, version from events where subject like 'atk%' order by id")).rows;

describe('a shop that has few payers', () => {
  it('takes nine declines in five minutes for bad luck, and the tenth for an attack', async () => {
    await happen({ tries: 9, declines: 9, newCards: 7 });
    await look();
    expect(await attack()).toBeNull();

    await happen({ tries: 1, declines: 1 });
    await look();
    expect(await attack()).toEqual({ sign: 'declines', seen: 10, usual_most: 10, open: true });
  });

  it('takes eight new cards that are declined for an attack', async () => {
    await happen({ tries: 8, declines: 8, newCards: 8 });
    await look();
    expect(await attack()).toEqual({ sign: 'new_cards', seen: 8, usual_most: 8, open: true });
  });

  it('counts the last five minutes and no more', async () => {
    await happen({ tries: 5, declines: 5 });
    await pass(6);
    await happen({ tries: 5, declines: 5 });
    await look();
    expect(await attack()).toBeNull();
  });
});

describe('a shop that has many', () => {
  it('sells twenty times as much as usual, with the declines that belong to it, and stays calm', async () => {
    await day({ tries: 20, declines: 1, newCards: 1 });
    await happen({ tries: 400, declines: 24, newCards: 20 });
    await look();
    expect(await attack()).toBeNull();
  });

  it('is used to three declines in ten, and stays calm', async () => {
    await day({ tries: 20, declines: 6, newCards: 2 });
    await happen({ tries: 100, declines: 36, newCards: 12 });
    await look();
    expect(await attack()).toBeNull();
  });

  it('notices forty stolen cards among the declines that it is used to', async () => {
    await day({ tries: 60, declines: 12, newCards: 1 });
    await happen({ tries: 340, declines: 100, newCards: 45 });
    await look();
    expect(await attack()).toMatchObject({ sign: 'new_cards', seen: 45, open: true });
  });

  it('takes what an attack left behind for nothing usual', async () => {
    await day({ tries: 20, declines: 1 });
    await owner.query(
      `insert into risk_attacks (started_at, ended_at, sign, seen, usual_most)
       values (instant() - interval '20 hours', instant() - interval '1 hour', 'declines', 90, 10)`,
    );
    await owner.query(
      "update risk_minutes set declines = 90, tries = 100 where minute between instant() - interval '20 hours' and instant() - interval '1 hour'",
    );
    await happen({ tries: 60, declines: 40 });
    await look();
    expect(await attack()).toMatchObject({ seen: 40, open: true });
  });
});

describe('an attack', () => {
  const begin = async () => {
    await happen({ tries: 30, declines: 28, newCards: 20 });
    await look();
    expect(await attack()).toMatchObject({ open: true });
  };

  it('is over by itself after a quarter of an hour in which it was quiet', async () => {
    await begin();
    await pass(6);
    await look();
    await pass(14);
    await look();
    expect(await attack()).toMatchObject({ open: true });
    await pass(1);
    await look();
    expect(await attack()).toMatchObject({ open: false });
    expect(await told()).toEqual([
      { kind: 'attack_started', version: 1 },
      { kind: 'attack_ended', version: 2 },
    ]);
  });

  it('goes on while purchases are stopped that would have been declined', async () => {
    await begin();
    for (let minutes = 0; minutes < 30; minutes += 3) {
      await pass(3);
      await happen({ tries: 0, stopped: 20 });
      await look();
    }
    expect(await attack()).toMatchObject({ open: true });
  });

  it('that pauses is the same attack', async () => {
    await begin();
    await pass(6);
    await look();
    await pass(10);
    await happen({ tries: 30, declines: 28 });
    await look();
    await pass(8);
    await look();
    expect(await attack()).toMatchObject({ open: true });
    expect(await told()).toEqual([{ kind: 'attack_started', version: 1 }]);
  });

  it('is told once, however many look at the same time', async () => {
    await happen({ tries: 30, declines: 28 });
    await Promise.all(Array.from({ length: 20 }, (_, nth) => look(nth % 2)));
    expect(await told()).toEqual([{ kind: 'attack_started', version: 1 }]);
    expect(lines.filter((line) => line.includes('attack.started'))).toHaveLength(1);
  });

  it('loses no sum of those who tell while others look', async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, nth) =>
        nth % 5 === 0 ? look(nth % 2) : happen({ tries: 1, declines: 0 }),
      ),
    );
    await look();
    const { rows } = await owner.query('select sum(tries)::int as tries from risk_minutes');
    expect(rows).toEqual([{ tries: 80 }]);
  });
});

describe('a clock that steps back', () => {
  // Mock mode lets nobody turn it back; the clock of a machine does what it wants.
  const stepBack = async (minutes: number) => {
    await owner.query('alter table gateway disable trigger clock_goes_forward');
    await pass(-minutes);
    await owner.query('alter table gateway enable trigger clock_goes_forward');
  };
  const sums = async () =>
    (
      await owner.query(
        `select sum(tries)::int as tries, sum(declines)::int as declines,
           count(*) filter (where minute > instant())::int as later, count(*)::int as minutes from risk_minutes`,
      )
    ).rows[0];
  beforeEach(() => pass(24 * 60));

  it.each([5, 60])('by %i minutes makes an attack of no usual day, and loses no sum', async (minutes) => {
    await day({ tries: 20, declines: 3 });
    await happen({ tries: 20, declines: 3 });
    await look();
    const before = await sums();
    await stepBack(minutes);
    for (let at = 0; at < minutes + 10; at++) {
      await happen({ tries: 20, declines: 3 });
      await look(at % 2);
      await pass(1);
    }
    expect(await attack()).toBeNull();
    const after = await sums();
    // The minute of the step has what came before it and after it. What is older than 25 hours is forgotten.
    expect(after.later).toBe(0);
    expect(after.tries).toBe(20 * (after.minutes + 1));
    expect(after.declines).toBe(3 * (after.minutes + 1));
    expect(before.minutes).toBeGreaterThan(1400);
  });

  it.each([5, 60])(
    'by %i minutes hides no attack, and an attack is over when it has been quiet for as long as ever',
    async (minutes) => {
      await happen({ tries: 30, declines: 28 });
      await stepBack(minutes);
      await look();
      expect(await attack()).toMatchObject({ seen: 28, open: true });
      await pass(6);
      await look();
      await stepBack(minutes);
      await look();
      await pass(6);
      await look();
      await pass(14);
      await look();
      expect(await attack()).toMatchObject({ open: true });
      await pass(1);
      await look();
      expect(await attack()).toMatchObject({ open: false });
      expect(await told()).toEqual([
        { kind: 'attack_started', version: 1 },
        { kind: 'attack_ended', version: 2 },
      ]);
      const { rows } = await owner.query(
        'select ended_at >= started_at as "isInOrder", ended_at <= instant() as "isPast" from risk_attacks',
      );
      expect(rows).toEqual([{ isInOrder: true, isPast: true }]);
    },
  );

  it('forward by an hour makes no attack, and ends none before it was quiet', async () => {
    await day({ tries: 20, declines: 3 });
    await happen({ tries: 20, declines: 3 });
    await pass(60);
    await look();
    expect(await attack()).toBeNull();
    await happen({ tries: 60, declines: 50 });
    await look();
    await pass(60);
    await look();
    expect(await attack()).toMatchObject({ open: true });
    await pass(15);
    await look();
    expect(await attack()).toMatchObject({ open: false });
  });
});
