// What a run of the cluster prints: the longest time without an acknowledged operation by fault, and each promise.

const NAMED_MAX = 8;
const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

/** The longest time between two instants of a sorted list that touches the span. */
function longestGap(times, fromMs, toMs) {
  let longest = 0;
  for (const [at, time] of times.entries()) {
    const before = times[at - 1];
    if (before === undefined || time < fromMs || before > toMs) continue;
    longest = Math.max(longest, time - before);
  }
  return longest;
}

/** @returns lines for a person, and how many promises were broken */
export function told({ happened, history, acknowledgedMs, watchers, judged, isSettled }) {
  const answered = history.asked.flatMap(({ answeredMs }) => answeredMs ?? []).sort((a, b) => a - b);
  const acknowledged = [...acknowledgedMs].sort((a, b) => a - b);
  const violations = judged.reduce((sum, { broken }) => sum + broken.length, 0) + (isSettled ? 0 : 1);
  const events = watchers.reduce((sum, { seen }) => sum + seen.size, 0);
  const lines = [
    `${history.operations.length} operations, ${history.acknowledged.length} acknowledged; ${history.asked.length} requests, ${answered.length} answered`,
    `not answered: ${[...history.unanswered].map(([why, count]) => `${why} ${count}`).join(', ') || 'none'}`,
    `${events} live events on ${watchers.length} streams`,
    '',
    'fault                                         longest without an acknowledged   without any   whole again',
    '                                              operation                         answer        after',
    ...happened.map(
      ({ name, fromMs, toMs, wholeMs }) =>
        `${name.padEnd(45)} ${seconds(longestGap(acknowledged, fromMs, toMs)).padEnd(33)} ${seconds(longestGap(answered, fromMs, toMs)).padEnd(13)} ${seconds(wholeMs)}`,
    ),
    '',
    ...judged.flatMap(({ name, broken }) => [
      `${broken.length === 0 ? 'holds ' : 'BROKEN'} ${name}${broken.length === 0 ? '' : `: ${broken.length}`}`,
      ...broken.slice(0, NAMED_MAX).map((line) => `         ${line}`),
    ]),
    ...(isSettled ? [] : ['BROKEN what was begun was not done in time']),
    '',
    `${violations} violations`,
  ];
  return { lines, violations };
}
