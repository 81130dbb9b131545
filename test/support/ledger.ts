// Checks the ledger's invariants over each database that a test file opened. Registered by what opens databases, run
// after every test, so that each test is a test of the ledger too.
import pg from 'pg';
import { brokenInvariants } from '../../src/credits/verify';
import { ownerOf } from './database';

const open = new Set<string>();

export const watchLedger = (url: string): void => {
  open.add(url);
};
export const forgetLedger = (url: string): void => {
  open.delete(url);
};

export async function verifyOpenLedgers(): Promise<void> {
  for (const url of open) expect(await brokenIn(url)).toEqual([]);
}

export async function brokenIn(url: string) {
  const client = new pg.Client(ownerOf(url));
  await client.connect();
  try {
    return await brokenInvariants(client);
  } finally {
    await client.end();
  }
}
