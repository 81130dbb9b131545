import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long work: a check of the ledger, an export, a reconciliation. The row is the queue; graphile-worker only wakes. */
export class Jobs1764000000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table jobs (
        id text collate "C" primary key,
        kind text collate "C" not null,
        input jsonb not null,
        status text collate "C" not null default 'queued'
          check (status in ('queued', 'running', 'succeeded', 'failed', 'canceled')),
        done integer not null default 0 check (done >= 0),
        total integer check (total >= 0),
        message text,
        eta_seconds integer,
        -- Where the next process goes on.
        checkpoint jsonb,
        -- What a finished job found or made.
        result jsonb,
        version integer not null default 1,
        -- Since the last checkpoint: a job that ends every process it runs in does not come round for ever.
        tries integer not null default 0,
        -- While it runs: until when nobody else may. While it waits: not before.
        lease_until timestamptz,
        lease_token text,
        requested_by text collate "C" not null,
        created_at timestamptz not null default clock_timestamp(),
        started_at timestamptz,
        finished_at timestamptz,
        updated_at timestamptz not null default clock_timestamp(),
        constraint jobs_finished check ((status in ('succeeded', 'failed', 'canceled')) = (finished_at is not null)),
        constraint jobs_leased check ((status = 'running') = (lease_token is not null))
      );
      create index jobs_newest on jobs (kind, created_at desc, id desc);
      create index jobs_unfinished on jobs (lease_until) where status in ('queued', 'running');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table jobs');
  }
}
