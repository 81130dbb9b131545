// Two builds in turns, round by round, and what may be said of the difference.
import { interval, median } from './statistics';

/** The rounds of each build: [before, after]. */
export type Rounds<Round> = readonly [Round[], Round[]];

export const noRounds = <Round>(): Rounds<Round> => [[], []];

/** In which order the two take their turns: the first one changes from round to round. */
export const turnsOf = (round: number): readonly (0 | 1)[] => (round % 2 === 0 ? [0, 1] : [1, 0]);

/** The median of the rounds' own ratios of after to before, with the 95 % interval of their mean, in words. */
export function verdict<Round>([before, after]: Rounds<Round>, what: (round: Round) => number): string {
  const ratios = after.map((round, at) => what(round) / what(before[at] as Round));
  const [low, high] = interval(ratios);
  const word = low > 1 ? 'MORE' : high < 1 ? 'less' : 'no difference beyond the rounds’ own';
  return `${median(ratios).toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}: ${word}`;
}
