// What a receipt says of who sold: address, tax number, where to ask, and the tax that prices contain.
import { z } from 'zod';
import { isKnownCurrency } from './money';

/** A tax that prices of one currency contain. */
export interface IncludedTax {
  readonly name: string;
  /** Hundredths of a percent: 18 % is 1800. */
  readonly basisPoints: bigint;
}

export interface ReceiptSettings {
  /** Line by line. */
  readonly address: readonly string[];
  /** As the law of the place writes it, e.g. GSTIN 29ABCDE1234F1Z5; empty: none is shown. */
  readonly taxNumber: string;
  /** An e-mail or an address on the web, for questions; empty: none is shown. */
  readonly contact: string;
  /** By currency. Of one that is not there no tax is shown. */
  readonly taxes: Readonly<Record<string, IncludedTax>>;
}

const text = z.string().trim();
const LINE_MAX = 500;
const TAXES = /^[A-Z]{3}:[^:,]{1,40}:\d{1,2}(\.\d{1,2})?(,[A-Z]{3}:[^:,]{1,40}:\d{1,2}(\.\d{1,2})?)*$/;

export const receiptVariables = {
  MERCHANT_ADDRESS: text.max(LINE_MAX).default(''),
  MERCHANT_TAX_NUMBER: text.max(LINE_MAX).default(''),
  MERCHANT_CONTACT: text.max(LINE_MAX).default(''),
  RECEIPT_TAX: z
    .union([z.literal(''), text.regex(TAXES, 'use currency:name:percent, e.g. INR:GST:18,EUR:VAT:21')])
    .refine(
      (taxes) => Object.keys(taxesOf(taxes)).every(isKnownCurrency),
      'names a currency that is not known',
    )
    .default(''),
};

interface Given {
  readonly MERCHANT_ADDRESS: string;
  readonly MERCHANT_TAX_NUMBER: string;
  readonly MERCHANT_CONTACT: string;
  readonly RECEIPT_TAX: string;
}

export const receiptSettingsOf = (env: Given): ReceiptSettings => ({
  address: env.MERCHANT_ADDRESS.split('|')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
  taxNumber: env.MERCHANT_TAX_NUMBER,
  contact: env.MERCHANT_CONTACT,
  taxes: taxesOf(env.RECEIPT_TAX),
});

const taxesOf = (given: string): Record<string, IncludedTax> =>
  Object.fromEntries(
    given
      .split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const [currency = '', name = '', percent = ''] = part.split(':');
        const [whole = '', hundredths = ''] = percent.split('.');
        return [currency, { name: name.trim(), basisPoints: BigInt(whole + hundredths.padEnd(2, '0')) }];
      }),
  );
