import { PEER_TABLES } from '../peers/minimal-sql';
import type { Stand } from './stands';

const peersMade = new WeakMap<Stand, Promise<unknown>>();
/** The tables of the peers in SQL, made once. */
export async function peerTables(stand: Stand): Promise<void> {
  if (!peersMade.has(stand)) {
    const made = async () => {
      for (const statement of PEER_TABLES.split(';'))
        if (statement.trim()) await stand.owner.query(statement);
    };
    peersMade.set(stand, made());
  }
  await peersMade.get(stand);
}
