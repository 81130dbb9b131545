// The database as the doctor sees it: which one it is, what this user may, and whether its clock is ours.
import type pg from 'pg';
import { APPLICATION_ROLE } from '../db/pool';
import type { Finding } from './doctor';

/** Tokens and signatures are believed for minutes, and clients show times to the second. */
const SKEW_MAX_MS = 2_000;

const ASKED = `
  select current_setting('server_version') as version, pg_is_in_recovery() as is_standby,
    current_setting('transaction_read_only') = 'on' as is_closed, current_user as role, clock_timestamp() as now,
    (select count(*)::integer from pg_stat_activity where datname = current_database()) as connections,
    (select gateway_id from gateway) as gateway_id, current_setting('max_connections')::integer as most,
    pg_size_pretty(pg_database_size(current_database())) as size,
    (select extract(epoch from clock_timestamp() - min(xact_start))::integer from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()) as oldest`;

/** Seals, deliveries and feeds wait for the oldest transaction: none of a gateway's takes so long. */
const OLDEST_MAX_SECONDS = 60;

/** @throws what the database throws */
export async function askDatabase(pool: pg.Pool): Promise<Finding[]> {
  const startedMs = Date.now();
  const { rows } = await pool.query(ASKED);
  const [row] = rows;
  const middleMs = (startedMs + Date.now()) / 2;
  const skewMs = Math.round(row.now.getTime() - middleMs);
  const isClosed = row.is_standby || row.is_closed;
  return [
    {
      name: 'database',
      state: isClosed ? 'bad' : 'ok',
      detail: `PostgreSQL ${row.version}, ${row.size}, of gateway ${row.gateway_id}${isClosed ? '; it takes no writes: is this a standby?' : ''}`,
    },
    {
      name: 'rights',
      state: row.role === APPLICATION_ROLE ? 'ok' : 'bad',
      detail:
        row.role === APPLICATION_ROLE
          ? `works as ${APPLICATION_ROLE}, which cannot change the ledger`
          : `works as ${row.role} in place of ${APPLICATION_ROLE}: something between here and the database drops its settings`,
    },
    {
      name: 'horizon',
      state: (row.oldest ?? 0) > OLDEST_MAX_SECONDS ? 'warn' : 'ok',
      detail:
        (row.oldest ?? 0) > OLDEST_MAX_SECONDS
          ? `a transaction is open for ${row.oldest} s: seals, deliveries and feeds wait for its end`
          : 'no transaction holds up seals, deliveries or feeds',
    },
    {
      name: 'connections',
      state: row.connections > row.most * 0.8 ? 'warn' : 'ok',
      detail: `${row.connections} of this database, the server allows ${row.most} of all`,
    },
    {
      name: 'clock',
      state: Math.abs(skewMs) <= SKEW_MAX_MS ? 'ok' : 'bad',
      detail: `the database is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine`,
    },
  ];
}
