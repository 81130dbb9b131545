// The judge: each signal alone, on both sides of its threshold, and what holds of all rules.
import fc from 'fast-check';
import { PLACES, SIGNALS } from '../../src/risk/signals';
import { documentOf, type Rule, useRisk } from './stand';

const risk = useRisk();
// The blocklist and the allowlist decide by themselves.
const NAMES = SIGNALS.map(({ name }) => name).filter((name) => !/^(blocked|allowed)_subject$/.test(name));
const numberOf = (name: string) => PLACES.findIndex((signal) => signal?.name === name) + 1;
const AT = 5;

/** What a new version of these rules says of each row of signals. */
async function judged(rules: readonly Rule[], rows: readonly (readonly (number | null)[])[], stage = 1) {
  const [{ version }] = await risk.rows(`select add_rules($1, 'proposed', 'test', null) as version`, [
    JSON.stringify(documentOf(rules)),
  ]);
  return risk.rows(
    `select v.score, v.level, v.fired from judge_risks(array(
       select row(n, $2::smallint, (select array_agg(x::text::float8 order by i)
         from jsonb_array_elements(nullif(r, 'null')) with ordinality e(x, i)))::risk_facts
       from jsonb_array_elements($1) with ordinality d(r, n)), $3) v order by v.ord`,
    [JSON.stringify(rows.map((row) => row.map((figure) => figure ?? -1e9))), stage, version],
  );
}

const only = (name: string, figure: number) => {
  const signals: number[] = PLACES.map(() => 0);
  signals[numberOf(name) - 1] = figure;
  return signals;
};

it('numbers the signals as the rules of the database do', async () => {
  for (const { name } of SIGNALS)
    expect((await risk.rows('select signal_number($1) as n', [name]))[0].n).toBe(numberOf(name));
});

it.each(NAMES)('%s fires alone, at its threshold and above, and not below', async (signal) => {
  const below = await judged(
    [{ signal, at_least: AT, weight: 45 }],
    [AT - 1, AT, AT + 1].map((n) => only(signal, n)),
  );
  const above = await judged(
    [{ signal, at_most: -AT, weight: 45 }],
    [-AT + 1, -AT, -AT - 1].map((n) => only(signal, n)),
  );

  const quiet = { score: 0, level: 0, fired: [] };
  const fires = { score: 45, level: 1, fired: [1] };
  expect(below).toEqual([quiet, fires, fires]);
  expect(above).toEqual([quiet, fires, fires]);
});

it.each([
  [39, 0],
  [40, 1],
  [59, 1],
  [60, 2],
  [79, 2],
  [80, 3],
  [100, 3],
])('a score of %i is level %i', async (weight, level) => {
  const [verdict] = await judged(
    [{ signal: 'user_cards_1d', at_least: 1, weight }],
    [only('user_cards_1d', 1)],
  );
  expect(verdict).toMatchObject({ score: weight, level });
});

it('never scores less for more of a signal, says the same of the same facts, and never more than 100', async () => {
  const rule = fc.record({
    signal: fc.constantFrom(...NAMES),
    at_least: fc.integer({ min: 0, max: 20 }),
    weight: fc.integer({ min: 0, max: 100 }),
    decision: fc.constantFrom(undefined, 'challenge', 'review', 'block'),
  });
  const figures = fc.array(fc.integer({ min: 0, max: 25 }), {
    minLength: PLACES.length,
    maxLength: PLACES.length,
  });
  const inAll = (signals: number[]) =>
    signals.map((figure, at) => (NAMES.includes(PLACES[at]?.name ?? '') ? figure : 0));
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { minLength: 1, maxLength: 12 }),
      figures,
      fc.constantFrom(...NAMES),
      fc.integer({ min: 1, max: 20 }),
      async (rules, signals, name, more) => {
        const less = inAll(signals);
        const grown = less.map((figure, at) => (at === numberOf(name) - 1 ? figure + more : figure));
        const [before, after, again] = await judged(rules, [less, grown, less]);
        expect(after.score).toBeGreaterThanOrEqual(before.score);
        expect(after.level).toBeGreaterThanOrEqual(before.level);
        expect(after.score).toBeLessThanOrEqual(100);
        expect(again).toEqual(before);
      },
    ),
    { seed: 7, numRuns: 60 },
  );
});
