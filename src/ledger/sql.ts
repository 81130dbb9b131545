// The floor of the ledger: the only functions that write postings, wallets and lots. Verbs decide, and call them.
import path from 'node:path';

/** In the order in which they are installed. */
export const LEDGER_SQL = ['post', 'lots', 'wallets', 'transfers', 'freezes', 'claims'].map((name) =>
  path.join(__dirname, `${name}.sql`),
);
