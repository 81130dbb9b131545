// Who may see a receipt: whoever holds its link. A link is made for the payer, for operators and for the product's back end, who
// may see the purchase; it is signed, so that nobody makes one, and has no end, since receipts are asked for years later.
import { timingSafeEqual } from 'node:crypto';
import type { SecretBox } from '../kernel/secret-box';

const PURPOSE = 'receipt link';

/** @returns the path at the gateway's address of a purchase's receipt, e.g. /receipts/int_01m8…?signature=… */
export const receiptPath = (secrets: SecretBox, intentId: string): string =>
  `/receipts/${intentId}?signature=${secrets.marksOf(intentId, PURPOSE)[0]}`;

/** Whether a link was made here, under any of the keys that are still configured. */
export const isReceiptLink = (secrets: SecretBox, intentId: string, signature: string): boolean =>
  secrets.marksOf(intentId, PURPOSE).some((mark) => isSame(mark, signature));

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
