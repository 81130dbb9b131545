// What looks like a card's number in text that a person wrote.

// 13 and 14 digits are left out: hardly a card in use is so short, and order numbers often are.
const DIGITS = /(?:\d[ -]?){15,19}/g;
// Visa, Mastercard, American Express, RuPay, Discover, UnionPay, Maestro.
const ISSUER = /^(4|5[0-8]|2[2-7]|3[47]|6)/;

export const TAKE_CARD_OUT =
  'Take the card number out of the text: card data never goes through this gateway.';

/** Whether the text holds 15 to 19 digits of an issuer of cards, with the check digit of a card. */
export function holdsCard(text: string): boolean {
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
