import { createSecretBox } from '../../src/kernel/secret-box';
import { taxWithin } from '../../src/receipts/included-tax';
import { isReceiptLink, receiptPath } from '../../src/receipts/link';

const GST = { name: 'GST', basisPoints: 1800n };

test.each([
  [11_800n, 1_800n],
  [10_000n, 1_525n],
  [1n, 0n],
  [0n, 0n],
  [3n, 0n],
  [4n, 1n],
  [2_147_483_647n, 327_582_251n],
])('the GST of 18 %% within %d is %d, to the nearest minor unit', (amount, tax) => {
  expect(taxWithin(amount, GST)).toBe(tax);
});

test('tax and what is left of the price make the price, at every rate', () => {
  for (let basisPoints = 0n; basisPoints <= 9_999n; basisPoints += 37n)
    for (const amount of [1n, 99n, 10_000n, 123_457n]) {
      const tax = taxWithin(amount, { name: 'x', basisPoints });
      const exact = (Number(amount) * Number(basisPoints)) / (10_000 + Number(basisPoints));
      expect(Math.abs(Number(tax) - exact)).toBeLessThanOrEqual(0.5);
      expect(tax >= 0n && tax <= amount).toBe(true);
    }
});

test('a link is good for as long as its key is configured, wherever that key stands', () => {
  const [, signature = ''] = receiptPath(createSecretBox(['old']), 'int_1').split('signature=');
  expect(isReceiptLink(createSecretBox(['new', 'old']), 'int_1', signature)).toBe(true);
  expect(isReceiptLink(createSecretBox(['new']), 'int_1', signature)).toBe(false);
  expect(isReceiptLink(createSecretBox(['old']), 'int_2', signature)).toBe(false);
});
