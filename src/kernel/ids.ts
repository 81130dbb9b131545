// Ids are opaque to clients, carry the type of what they name, and sort by the time they were made, so that new rows
// land side by side in an index.
import { randomBytes } from 'node:crypto';

/** What each prefix names. The prefixes are part of the public contract. */
export const PREFIXES = {
  intent: 'int',
  intentEvent: 'iev',
  creditTransaction: 'ctx',
  journal: 'jrn',
  refund: 'ref',
  hold: 'hld',
  // What follows is the key that its maker chose.
  campaign: 'cmp',
  creditGrant: 'grt',
  grantsImport: 'gim',
  lot: 'lot',
  // Of several people; everybody's own has the user's id.
  wallet: 'wal',
  // A user has one: what follows is the user's own id.
  balance: 'bal',
  dispute: 'dsp',
  disputeAnswer: 'dan',
  disputeFile: 'dfl',
  approval: 'apr',
  riskReview: 'rev',
  riskDecision: 'rsk',
  export: 'exp',
  ledgerCheck: 'lck',
  reconciliationRun: 'run',
  webhookEvent: 'whe',
  break: 'brk',
  // On the whole shop: see docs/risk.md.
  attack: 'atk',
  webhookEndpoint: 'ept',
  delivery: 'dlv',
  apiKey: 'key',
  auditEntry: 'aud',
  riskRules: 'rls',
  blocklistEntry: 'blk',
  allowlistEntry: 'alw',
  // What a delivery tells of; the same in the deliveries to every endpoint.
  event: 'evt',
} as const;

export type IdKind = keyof typeof PREFIXES;

// Crockford's base 32 without the letters that are read as digits; 5 bits a character.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 10; // 48 bits of milliseconds last until the year 10889.
const RANDOM_LENGTH = 16; // 80 random bits: two processes never collide in practice.

/** A new id such as `int_01kan0v3v8g2h3x6q9m4t7c5w2`, unique over processes, ordered by the millisecond. */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  let time = '';
  for (let rest = nowMs, i = 0; i < TIME_LENGTH; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(RANDOM_LENGTH)) random += ALPHABET[byte % 32];
  return `${PREFIXES[kind]}_${time}${random}`;
}

/** The public id of a row that the database numbered, e.g. `ctx_42`. */
export function numberedId(kind: IdKind, number: string | number | bigint): string {
  return `${PREFIXES[kind]}_${number}`;
}

/** The public id of what a user has one of, e.g. `bal_user-7`. */
export const ownersId = (kind: IdKind, userId: string): string => `${PREFIXES[kind]}_${userId}`;

/** The user inside `bal_user-7`, or null when `id` is not such an id. */
export const ownerIn = (kind: IdKind, id: string): string | null =>
  kindOf(id) === kind ? id.slice(PREFIXES[kind].length + 1) || null : null;

/** The kind that an id claims by its prefix, or null when no such prefix exists. */
export function kindOf(id: string): IdKind | null {
  const prefix = id.slice(0, Math.max(0, id.indexOf('_')));
  for (const [kind, known] of Object.entries(PREFIXES)) if (known === prefix) return kind as IdKind;
  return null;
}

/** Whether an id is one of a shared wallet, as newId makes them: no user of the product is known by such a one. */
export const isSharedWalletId = (id: string): boolean =>
  id.length === PREFIXES.wallet.length + 1 + TIME_LENGTH + RANDOM_LENGTH && kindOf(id) === 'wallet';

/** The number inside `ctx_42`, or null when `id` is not such an id. At most 18 digits, so it fits a bigint column. */
export function numberIn(kind: IdKind, id: string): string | null {
  const match = /^([a-z]+)_([1-9][0-9]{0,17})$/.exec(id);
  return match && match[1] === PREFIXES[kind] ? (match[2] ?? null) : null;
}
