import { receiptLanguage } from '../../src/receipts/texts';

test.each([
  ['hi-IN,en;q=0.8', 'hi'],
  ['en;q=0.1, hi;q=0.9', 'hi'],
  ['hi;q=0, en', 'en'],
  ['hi;q=0', 'en'],
  ['de, fr;q=0.9, hi;q=0.2', 'hi'],
  ['en, hi', 'en'],
  ['HI', 'hi'],
  ['hil', 'en'],
  ['hil-PH, hi', 'hi'],
  ['enm;q=1, hi;q=0.5', 'hi'],
  ['*', 'en'],
  ['__proto__', 'en'],
  ['', 'en'],
])('a receipt for who reads %j is in %s', (wanted, language) => {
  expect(receiptLanguage(wanted)).toBe(language);
});
