// The application's role and what it may do. Given out once for each state of the database, by a version that knows all of
// it: an older one that starts again would open to the role what it has never heard of.
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { ConfigError } from '../kernel/config';
import { invariant } from '../kernel/invariant';
import { APPLICATION_ROLE } from './pool';

const ROLE_SQL = fs.readFileSync(path.join(__dirname, 'role.sql'), 'utf8');

const INSUFFICIENT_PRIVILEGE = '42501';

/** What was written there stands. */
const APPEND_ONLY = [
  'events',
  'seals',
  'seal_totals',
  'receipts',
  'audit_log',
  'moved_by_hand',
  'corrections',
  ...['rates', 'usages', 'usage_parts'],
];
/** The application's role reads them; the ledger's functions write them, as the tables' owner. */
const WRITTEN_BY_THE_LEDGER = ['journal', 'entries', 'lots', 'wallets', 'lot_history', 'spend_lots'];

/**
 * Makes the role and gives it its rights, where that was not done yet. Call it under the migration lock, as the owner.
 * @param isNewest whether this version knows every migration that the database has
 * @throws ConfigError when the role may not be made.
 */
export async function installRole(client: pg.Client, isNewest: boolean): Promise<void> {
  const { rows: states } = await client.query(STATE, [ROLE_SQL]);
  const { state, is_usable: isUsable, is_granted: isGranted } = states[0];
  if (!isUsable || (isNewest && !isGranted)) {
    await grant(client);
    await client.query('insert into grants (state) values ($1) on conflict do nothing', [state]);
  }
  const { rows } = await client.query(
    `select bool_or(could) as could from (
       select has_table_privilege($1, name, what) as could
       from unnest($2::text[]) name, unnest(array['DELETE', 'TRUNCATE']) what
       union all
       select has_any_column_privilege($1, name, 'UPDATE') from unnest($2::text[]) name
       union all
       select has_any_column_privilege($1, name, 'INSERT') from unnest($3::text[]) name) x`,
    [APPLICATION_ROLE, [...APPEND_ONLY, ...WRITTEN_BY_THE_LEDGER], WRITTEN_BY_THE_LEDGER],
  );
  invariant(
    rows[0].could === false,
    `Role ${APPLICATION_ROLE} could write past the ledger's functions: refusing to start`,
  );
}

// A restored copy may stand in a cluster that has no such role, or have come without its rights.
const STATE = `
  with now as (
    select md5($1 || (select string_agg(name, ',' order by name) from migrations)) as state
  )
  select now.state, exists (select 1 from grants where grants.state = now.state) as is_granted,
    coalesce((
      select pg_has_role(current_user, r.oid, 'member') and has_table_privilege(r.oid, 'gateway', 'select')
      from pg_roles r where r.rolname = '${APPLICATION_ROLE}'), false) as is_usable
  from now`;

async function grant(client: pg.Client): Promise<void> {
  try {
    await client.query(ROLE_SQL);
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new ConfigError([
      `DATABASE_URL: this user may not create the role that keeps the ledger append-only. Ask an administrator to run ` +
        `"create role ${APPLICATION_ROLE} nologin; grant ${APPLICATION_ROLE} to <this user>"`,
    ]);
  }
}
