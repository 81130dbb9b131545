// Amounts as people write them, in major units, and as the gateway keeps them.
import { exponentOf } from '../../../src/kernel/currencies';

/**
 * @param text such as 100, 100.5 or 1,200.00
 * @returns minor units as the gateway takes them
 * @throws Error with words for the person
 */
export function minorOf(text: string, currency: string): string {
  const digits = exponentOf(currency);
  if (digits === undefined)
    throw new Error(`${currency || 'An empty code'} is no currency that can be sold in.`);
  const [, whole = '', part = ''] = /^(\d{1,10})(?:\.(\d*))?$/.exec(text.trim().replaceAll(',', '')) ?? [];
  if (whole === '' || part.length > digits)
    throw new Error(`Write the price in ${currency} as ${digits ? `100.${'0'.repeat(digits)}` : '100'}.`);
  const minor = BigInt(whole + part.padEnd(digits, '0'));
  if (minor === 0n) throw new Error(`The price in ${currency} is nothing.`);
  return String(minor);
}

/** The other way: 10050 of INR is 100.50. */
export function majorOf(minor: string, currency: string): string {
  const digits = exponentOf(currency) ?? 0;
  if (digits === 0) return minor;
  const padded = minor.padStart(digits + 1, '0');
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
