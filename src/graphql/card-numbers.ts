// A card's number never enters: no field is for one, and free text that holds one is refused before anything is done,
// whichever mutation it is for. Keys and ids are not looked at: one in ten millisecond timestamps passes the check digit.
import { Problem } from '../kernel/problems';

/** The names under which people write what they like. */
const FREE_TEXT = new Set(['reason', 'publicReason', 'note', 'text', 'description']);

/** @throws Problem INVALID_INPUT that names the argument, not what is in it. */
export function refuseCardNumbers(args: object): void {
  const rest: [readonly string[], unknown][] = [[[], args]];
  while (rest.length > 0) {
    const [path, value] = rest.pop() as [readonly string[], unknown];
    if (typeof value === 'string' && FREE_TEXT.has(path.at(-1) ?? '') && holdsCard(value))
      throw new Problem(
        'INVALID_INPUT',
        'Take the card number out of the text: card data never goes through this gateway.',
        path,
      );
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) rest.push([[...path, name], inner]);
  }
}

// 13 and 14 digits are left out: hardly a card in use is so short, and order numbers often are.
const DIGITS = /(?:\d[ -]?){15,19}/g;
// Visa, Mastercard, American Express, RuPay, Discover, UnionPay, Maestro.
const ISSUER = /^(4|5[0-8]|2[2-7]|3[47]|6)/;

function holdsCard(text: string): boolean {
  return [...text.matchAll(DIGITS)].some(([match]) => {
    const digits = match.replace(/\D/g, '');
    return ISSUER.test(digits) && hasCheckDigit(digits);
  });
}

/** Luhn's check. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = digit * 2;
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
