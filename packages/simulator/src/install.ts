// Creates what the stand-in stores in. The SQL lies beside this file and is copied beside the compiled one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClientBase, Pool } from 'pg';

/** In the order in which they are run. */
const FILES = ['schema.sql', 'books.sql'];

/**
 * Creates or completes the schema `simulator`. Running it again changes nothing.
 * The caller holds a lock: two runs at the same time may collide in PostgreSQL's catalogue.
 * @param client connected as a role that may create schemas.
 */
export async function installSimulator(client: ClientBase | Pool): Promise<void> {
  for (const file of FILES) await client.query(readFileSync(path.join(__dirname, file), 'utf8'));
}
