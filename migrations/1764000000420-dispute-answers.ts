import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is answered to disputes: the draft of it and its files, what was sent, and whether the bank still waits. */
export class DisputeAnswers1764000000420 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Null: the provider has not been asked since this column is there.
      alter table disputes add column needs_answer boolean;
      create table dispute_drafts (
        dispute_id text collate "C" primary key references disputes (id),
        text text not null check (length(text) <= 20000),
        updated_by text collate "C" not null,
        updated_at timestamptz not null
      );
      create table dispute_files (
        id text collate "C" primary key,
        dispute_id text collate "C" not null references disputes (id),
        kind text collate "C" not null check (kind in ('receipt', 'communication', 'activity_log', 'refund_policy', 'other')),
        name text not null check (length(name) between 1 and 255),
        content_type text collate "C" not null,
        bytes integer not null check (bytes > 0),
        digest text collate "C" not null,
        provider_file_id text collate "C" not null,
        is_kept boolean not null default true,
        attached_by text collate "C" not null,
        attached_at timestamptz not null,
        constraint dispute_files_once unique (dispute_id, kind, digest)
      );
      create table dispute_answers (
        id text collate "C" primary key,
        dispute_id text collate "C" not null references disputes (id),
        kind text collate "C" not null check (kind in ('evidence', 'accept')),
        status text collate "C" not null check (status in ('asked', 'done', 'refused')),
        text text not null,
        files jsonb not null,
        key text collate "C" not null,
        input_hash text collate "C" not null,
        asked_by text collate "C" not null,
        asked_at timestamptz not null,
        ended_at timestamptz,
        last_error text,
        constraint dispute_answers_key unique (dispute_id, key),
        constraint dispute_answers_end check ((status = 'asked') = (ended_at is null))
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table dispute_answers; drop table dispute_files; drop table dispute_drafts; alter table disputes drop column needs_answer',
    );
  }
}
