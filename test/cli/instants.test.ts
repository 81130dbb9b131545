// An instant on a command line is the same one wherever the command runs.
import { UsageError } from '../../src/cli/command';
import { instantOf } from '../../src/cli/given';

it.each([
  ['2026-11-28', '2026-11-28T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2026-11-28T09:41:00Z', '2026-11-28T09:41:00.000Z'],
  ['2026-11-28T09:41Z', '2026-11-28T09:41:00.000Z'],
  ['2026-11-28T09:41:00.250+05:30', '2026-11-28T04:11:00.250Z'],
  // As psql writes it, and as a restore is told.
  ['2026-11-28 09:41:00+00', '2026-11-28T09:41:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(instantOf(text, 'How it is called').toISOString()).toBe(instant);
});

it.each([
  ...[
    '2026-11-28T09:41:00',
    '2026-11-28 09:41',
    '2026-02-31',
    '2025-02-29',
    '2026-04-31T00:00:00Z',
    '2026-13-01',
  ],
  ...['2026-11-28T25:00:00Z', '2026-11-28 (a Saturday)', '2026-11', '', 'yesterday', '1764322860'],
])('"%s" is none: without its zone, of a day that there is not, or no time at all', (text) => {
  expect(() => instantOf(text, 'How it is called')).toThrow(UsageError);
});
