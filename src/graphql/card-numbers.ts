// A card's number never enters: no field is for one, and free text that holds one is refused before anything is done,
// whichever mutation it is for. Keys and ids are not looked at: one in ten millisecond timestamps passes the check digit.
import { holdsCard, TAKE_CARD_OUT } from '../kernel/card-numbers';
import { Problem } from '../kernel/problems';

/** The names under which people write what they like. */
const FREE_TEXT = new Set(['reason', 'publicReason', 'note', 'text', 'description']);

/** @throws Problem INVALID_INPUT that names the argument, not what is in it. */
export function refuseCardNumbers(args: object): void {
  const rest: [readonly string[], unknown][] = [[[], args]];
  while (rest.length > 0) {
    const [path, value] = rest.pop() as [readonly string[], unknown];
    if (typeof value === 'string' && FREE_TEXT.has(path.at(-1) ?? '') && holdsCard(value))
      throw new Problem('INVALID_INPUT', TAKE_CARD_OUT, path);
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) rest.push([[...path, name], inner]);
  }
}
