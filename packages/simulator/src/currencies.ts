// The form in which a stand-in keeps the currencies that it takes, in the unit of its wire. Each has a table of its own: one that
// it shared with the program under test would agree with that program's mistakes.

/** What a provider takes of a currency, in the unit of its wire. */
export interface Taken {
  /** Digits after the point on the wire. */
  readonly digits: number;
  readonly minimum: number;
  /** Amounts are whole multiples of it. */
  readonly step: number;
}

/** Codes as they stand in a provider's list, parted by white space. */
export const codes = (text: string): readonly string[] => text.trim().split(/\s+/);
