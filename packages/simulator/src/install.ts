// Creates what the stand-in stores in. The SQL lies beside the code and is copied beside the compiled one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClientBase, Pool } from 'pg';
import { PROVIDER_NAMES } from './providers';

/** In the order in which they are run: what all share, then the books of each provider. */
const FILES = ['schema.sql', 'books.sql', ...PROVIDER_NAMES.map((name) => path.join(name, 'books.sql'))];

/**
 * Creates or completes the schema `simulator`. Running it again changes nothing.
 * The caller holds a lock: two runs at the same time may collide in PostgreSQL's catalogue.
 * @param client connected as a role that may create schemas.
 */
export async function installSimulator(client: ClientBase | Pool): Promise<void> {
  for (const file of FILES) await client.query(readFileSync(path.join(__dirname, file), 'utf8'));
}
