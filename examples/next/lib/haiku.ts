// The work that costs credits: three lines, always the same for an id.

const FIRST = ['An old silent pond', 'The first cold shower', 'A lamp in the fog', 'Over the mountains'];
const SECOND = [
  'a frog jumps into the pond',
  'even the small monkey waits',
  'the ferry finds its harbour',
  'one late bird calls to the moon',
];
const THIRD = [
  'splash, silence again.',
  'rain upon the road.',
  'and nobody hurries.',
  'the wind has gone home.',
];

/** @returns three lines */
export function haikuOf(id: string): readonly string[] {
  const sum = [...id].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 65_521, 7);
  return [FIRST, SECOND, THIRD].map((lines, nth) => lines[Math.floor((sum / 4 ** nth) % lines.length)] ?? '');
}
