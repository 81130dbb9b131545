import type { Redis } from 'ioredis';
import type pg from 'pg';
import { type DailyWork, waitingDays } from '../jobs/due-days';
import { quarantinedByLoop } from '../jobs/quarantine';
import { pause } from '../kernel/clock';
import { countLinesAside } from '../reconciliation/aside';
import { findAttack } from '../risk/find-attack';

export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly latencyMs: number | null;
  readonly detail: string | null;
}

export interface HealthDeps {
  readonly pool: pg.Pool;
  /** Null: none is used. */
  readonly redis: Redis | null;
}

// A console waits for it.
const ANSWER_WITHIN_MS = 2_000;

// What an operator has to look at: work that nobody takes, and work that gave up.
const BACKLOG = `
  select
    (select count(*) from webhook_events where lease_until < (select instant()) - interval '5 minutes')::integer as overdue,
    (select count(*) from webhook_events where status = 'failed' and lease_until is not null)::integer as failed,
    (select count(*) from webhook_events where status = 'dead')::integer as dead,
    (select count(*) from jobs where status = 'failed' and finished_at > (select instant()) - interval '7 days')::integer as jobs,
    (select count(*) from breaks where status = 'open')::integer as breaks,
    (select count(*) from webhook_endpoints where deleted_at is null and failing_since is not null)::integer as failing,
    (select count(*) from deliveries where due_at < (select instant()) - interval '5 minutes')::integer as stalled`;

// What grows with each purchase, and what it takes of the disk by now.
const TABLES = `
  select c.relname as name, pg_total_relation_size(c.oid) as bytes from pg_class c
  where c.relkind = 'r' and c.relnamespace = to_regnamespace('public') order by 2 desc limit 4`;

// What readers across subjects have not come to. A transaction of this database that stays open holds them up.
const BEHIND_MAX = 10_000;
// Both follow within seconds; a minute behind is worth a look.
const BEHIND_SECONDS_MAX = 60;
const BEHIND = `
  select p.name, b.n, b.since, coalesce(b.since < (select instant()) - interval '${BEHIND_SECONDS_MAX} seconds', false) as late
  from positions p, lateral (
    select count(*)::integer as n, min(at) as since from (
      (select j.posted_at as at from journal j
        where p.name = 'seals' and (j.epoch, j.xid, j.id) > (p.epoch, p.xid, p.id) order by j.epoch, j.xid, j.id limit ${BEHIND_MAX})
      union all
      (select e.at from events e
        where p.name = 'deliveries' and (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id) order by e.epoch, e.xid, e.id limit ${BEHIND_MAX})
    ) x) b`;

interface Behind {
  readonly name: string;
  readonly n: number;
  readonly since: Date | null;
  readonly late: boolean;
}

/** Asks everything that the gateway stands on, at the same time. Never throws. */
export async function checkHealth({ pool, redis }: HealthDeps): Promise<HealthCheck[]> {
  const backlog = pool.query(BACKLOG).then(({ rows }) => rows[0] as Record<string, number>);
  const backlogCheck = (name: string, key: string, isFine: (count: number) => boolean, what: string) =>
    check(name, async () => {
      const count = (await backlog)[key] ?? 0;
      return { ok: isFine(count), detail: count === 0 ? null : `${count} ${what}` };
    });
  const behind = pool.query<Behind>(BEHIND).then(({ rows }) => rows);
  const behindCheck = (name: string, position: string, what: string) =>
    check(name, async () => {
      const found = (await behind).find((row) => row.name === position);
      if (!found?.since) return { ok: true, detail: null };
      const count = found.n >= BEHIND_MAX ? `${BEHIND_MAX} or more` : String(found.n);
      return { ok: !found.late, detail: `${count} ${what}, since ${found.since.toISOString()}` };
    });
  const none = (count: number) => count === 0;
  const daysCheck = (name: string, work: DailyWork) =>
    check(name, async () => {
      const { days, oldest, isLate } = await waitingDays(pool, work);
      return { ok: !isLate, detail: days === 0 ? null : `${days} wait, since ${oldest}` };
    });
  const quarantine = check('quarantine', async () => {
    const aside = await quarantinedByLoop(pool);
    const detail = aside.map(({ loop, rows }) => `${rows} of ${loop}`).join(', ');
    return { ok: aside.length === 0, detail: detail === '' ? null : `Set aside and tried again: ${detail}` };
  });
  const unreadable = check('unreadable_lines', async () => {
    const { lines, oldest } = await countLinesAside(pool);
    const detail = `${lines} of the providers’ books, read again by each run; the oldest: ${oldest}`;
    return { ok: lines === 0, detail: lines === 0 ? null : detail };
  });
  return Promise.all([
    check('postgres', async () => {
      await pool.query('select 1');
      return { ok: true, detail: null };
    }),
    ...(redis
      ? [
          check('redis', async () => {
            await redis.ping();
            return { ok: true, detail: null };
          }),
        ]
      : []),
    backlogCheck('webhook_events', 'overdue', none, 'are overdue'),
    // Each comes round again by itself; those that do not are dead.
    backlogCheck('failed_webhook_events', 'failed', () => true, 'failed and are tried again'),
    backlogCheck('dead_webhook_events', 'dead', none, 'gave up'),
    behindCheck('seals', 'seals', 'postings are not sealed yet'),
    behindCheck('deliveries', 'deliveries', 'events are not relayed yet'),
    quarantine,
    daysCheck('reconciliation_days', 'reconciliation'),
    unreadable,
    daysCheck('ledger_check_days', 'ledger_check'),
    daysCheck('export_sweep_days', 'export_sweep'),
    // What it was about is for whoever started it; what is due each day is counted by its days.
    backlogCheck('failed_jobs', 'jobs', () => true, 'failed within a week and can be resumed'),
    // Open differences are an operator's work, not a failure.
    backlogCheck('breaks', 'breaks', () => true, 'are open'),
    // Nor is an attack from outside: the gateway is well, and stricter meanwhile.
    check('attack', async () => {
      const attack = await findAttack({ pool });
      const isOpen = attack !== null && attack.endedAt === null;
      return {
        ok: true,
        detail: isOpen
          ? `since ${attack.startedAt.toISOString()}: ${attack.seen} ${attack.sign} in five minutes`
          : null,
      };
    }),
    backlogCheck('webhook_endpoints', 'failing', () => true, 'are failing'),
    // One that an endpoint refuses waits for its next time; these nobody sends.
    backlogCheck('late_deliveries', 'stalled', none, 'have been due for five minutes and are not sent'),
    check('tables', async () => {
      const { rows } = await pool.query<{ name: string; bytes: bigint }>(TABLES);
      const sizes = rows.map(({ name, bytes }) => `${name} ${(Number(bytes) / 1_048_576).toFixed(0)} MB`);
      return { ok: true, detail: `The largest: ${sizes.join(', ')}.` };
    }),
  ]);
}

async function check(
  name: string,
  ask: () => Promise<{ ok: boolean; detail: string | null }>,
): Promise<HealthCheck> {
  const startedMs = performance.now();
  // What failed is in the log of whoever uses it; its text may name a host.
  const failed = { ok: false, detail: 'No answer' };
  const late = pause(ANSWER_WITHIN_MS).then(() => failed);
  const answer = await Promise.race([ask().catch(() => failed), late]);
  return { name, ...answer, latencyMs: Math.round(performance.now() - startedMs) };
}
