// What a soak calls growing (docs/operations/soak.md), on series whose truth is known.
import { grows, trendOf } from '../../storm/soak/judge';

/** The same on each run: mulberry32 would do, this is enough. */
const noise = (at: number) =>
  Math.sin(at * 12.9898) * 43_758.5453 - Math.floor(Math.sin(at * 12.9898) * 43_758.5453);
const series = (length: number, of: (at: number) => number) => Array.from({ length }, (_, at) => of(at));

it('a leak below the noise of its samples grows', () => {
  expect(
    grows(
      series(160, (at) => 60 + at * 0.05 + noise(at) * 3),
      2,
    ),
  ).toBe(true);
});

it('noise around a level, a step in the first half and one look that is far out do not', () => {
  expect(
    grows(
      series(160, (at) => 60 + noise(at) * 10),
      2,
    ),
  ).toBe(false);
  expect(
    grows(
      series(160, (at) => (at < 60 ? 10 : 60)),
      2,
    ),
  ).toBe(false);
  expect(
    grows(
      series(160, (at) => (at === 150 ? 10_000 : 60)),
      2,
    ),
  ).toBe(false);
});

it('what grows for certain and by less than matters does not count, nor does what falls', () => {
  expect(
    grows(
      series(160, (at) => 60 + at * 0.01),
      2,
    ),
  ).toBe(false);
  expect(
    grows(
      series(160, (at) => 60 - at),
      2,
    ),
  ).toBe(false);
});

it('the slope is the median over all pairs, with the lower end of its interval', () => {
  const { change, atLeast } = trendOf(series(50, (at) => at));
  expect([change, atLeast]).toEqual([49, 49]);
  const noisy = trendOf(series(50, (at) => at + noise(at) * 20));
  expect(noisy.atLeast).toBeLessThan(noisy.change);
  expect(noisy.change).toBeGreaterThan(30);
});
