// Where what somebody typed into the search leads: a number of ours to its screen, an amount and everything else to the list that has it.
import { minorOf } from './major-units';

/** Whose ids begin so. */
const SCREEN_OF: Readonly<Record<string, string>> = {
  int_: 'payments',
  whe_: 'webhooks',
  rev_: 'reviews',
  rsk_: 'decisions',
};
/** `int_` or `wal_` and 26 letters; what is shorter is a part of one, and is looked for. */
const ID_LENGTH = 30;
const SIGNS: Readonly<Record<string, string>> = { '₹': 'INR', $: 'USD', '€': 'EUR', '£': 'GBP' };

interface Amount {
  /** Null: in whatever currency has so many minor units. */
  readonly currency: string | null;
  readonly minor: string;
}

/** An amount such as ₹100, INR 100.00, 1,200.50 or 100.00 usd; null for what is none. A bare whole number is somebody's own. */
export function amountIn(text: string): Amount | null {
  const [, before = '', sign = '', number = '', after = ''] =
    /^([a-z]{3})?\s*([₹$€£])?\s*(\d[\d,]*(?:\.\d+)?)\s*([a-z]{3})?$/i.exec(text.trim()) ?? [];
  const currency = (before || after).toUpperCase() || (SIGNS[sign] ?? null);
  if (number === '' || (!currency && !number.includes('.'))) return null;
  try {
    return { currency, minor: minorOf(number, currency ?? 'USD') };
  } catch {
    return null;
  }
}

/** An e-mail address, or a name of several words: no id of ours or of a provider has either. */
const isPerson = (text: string) => text.includes('@') || /\p{L}\s+\p{L}/u.test(text.trim());

/** Whether credits of this id are those of a shared wallet, and not of a user. */
export const isSharedWallet = (id: string): boolean => id.startsWith('wal_') && id.length === ID_LENGTH;

/** The page of the user, or of the shared wallet, whose credits, payments and decisions have this id. */
export const pageOfOwner = (id: string): string =>
  `/${isSharedWallet(id) ? 'wallets' : 'users'}/${encodeURIComponent(id)}`;

export const wordOfOwner = (id: string): string => (isSharedWallet(id) ? 'Wallet' : 'User');

/** As inputs name whose credits are meant. */
export const ownerMeant = (id: string) => (isSharedWallet(id) ? { walletId: id } : { userId: id });

/** @returns the address in the console */
export function placeOf(text: string): string {
  const found = encodeURIComponent(text);
  // Ours are written in small letters; a mail or a spreadsheet may have made them large.
  const ours = text.toLowerCase();
  const screen = SCREEN_OF[ours.slice(0, 4)];
  const isPart = screen === 'payments' && ours.length < ID_LENGTH;
  if (screen && !isPart) return `/${screen}/${encodeURIComponent(ours)}`;
  if (isSharedWallet(ours)) return pageOfOwner(ours);
  if (text.startsWith('evt_')) return `/webhooks?search=${found}`;
  if (isPerson(text)) return `/users?search=${found}`;
  if (amountIn(text)) return `/payments?amount=${found}`;
  return `/payments?search=${found}`;
}
