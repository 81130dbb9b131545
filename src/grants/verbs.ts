// Everything that the use cases about grants send to the database in sets. Made once for a process.
import path from 'node:path';
import type pg from 'pg';
import { createGrant, GRANT_SQL, type GrantVerb } from './grant';
import { createRedeem, REDEEM_SQL, type RedeemVerb } from './redeem';
import { createRevoke, REVOKE_SQL, type RevokeVerb } from './revoke';

/** What stands beside this file for the database. */
export const GRANTS_SQL = [GRANT_SQL, path.join(__dirname, 'bonus.sql'), REDEEM_SQL, REVOKE_SQL];

export interface GrantVerbs {
  readonly grant: GrantVerb;
  readonly redeem: RedeemVerb;
  readonly revoke: RevokeVerb;
}

export const createGrantVerbs = (pool: pg.Pool): GrantVerbs => ({
  grant: createGrant(pool),
  redeem: createRedeem(pool),
  revoke: createRevoke(pool),
});
