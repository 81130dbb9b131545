import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operations cost, and what was used of them. */
export class PricedUsage1764000000390 implements MigrationInterface {
  readonly indexes = [
    `create index concurrently usages_in_order on usages (epoch, xid, id)`,
    `create index concurrently usages_reversed on usages (reversal_of) where reversal_of is not null`,
    `create index concurrently usage_days_of on usage_days (user_id, day, operation, id)`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table operations (
        code text collate "C" primary key check (code ~ '^[a-z0-9_.-]{1,64}$'),
        name text not null check (length(name) between 1 and 255),
        unit text not null check (length(unit) between 1 and 40),
        active boolean not null,
        created_by text collate "C" not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      );

      -- A millionth of a credit is the unit of all that ends with _micro.
      create table rates (
        operation text collate "C" not null,
        version integer not null check (version > 0),
        effective_from timestamptz not null,
        flat_micro bigint not null check (flat_micro between 0 and 9007199254740991),
        micro_per_unit bigint not null check (micro_per_unit between 0 and 9007199254740991),
        per_units bigint not null check (per_units between 1 and 9007199254740991),
        minimum_micro bigint not null check (minimum_micro between 0 and 9007199254740991),
        created_by text collate "C" not null,
        created_at timestamptz not null,
        primary key (operation, version)
      );

      -- A rate never reaches into the past, and follows the one before it: what was priced once is priced so for ever. The
      -- time ahead is longer than a call may last, so that none is priced by the rate before one that is in force. Before the
      -- first one nothing had a price: that one begins when it is written.
      create function rates_in_order() returns trigger language plpgsql as $$
      declare
        v_last rates;
      begin
        select * into v_last from rates where operation = new.operation order by version desc limit 1;
        if new.version <> coalesce(v_last.version, 0) + 1
          or new.effective_from <= v_last.effective_from
          or new.effective_from < instant() + (case when new.version > 1 then interval '30 seconds' else interval '-10 seconds' end)
        then
          raise check_violation using message = 'A rate comes after the one before it, and not at once';
        end if;
        return new;
      end $$;
      create trigger rates_in_order before insert on rates for each row execute function rates_in_order();

      -- What a spend or the settlement of a hold cost. Below zero: what was given back.
      create table usages (
        -- The posting's number; of what cost less than a whole credit there is no posting.
        id bigint primary key,
        user_id text collate "C" not null,
        member_id text collate "C",
        api_key_id text collate "C",
        hold_id text collate "C",
        reversal_of bigint,
        micro bigint not null,
        -- Of a settlement, what the user did not have.
        unpaid_micro bigint not null check (unpaid_micro >= 0),
        credits bigint not null,
        at timestamptz not null,
        -- When the rates were those that it was priced by.
        priced_at timestamptz not null,
        epoch integer not null,
        xid xid8 not null default pg_current_xact_id(),
        constraint usages_signs check (case when reversal_of is null then micro >= 0 and credits >= 0
          else micro <= 0 and credits <= 0 and unpaid_micro = 0 end)
      );
      create table usage_parts (
        usage_id bigint not null,
        nth integer not null,
        operation text collate "C" not null,
        version integer not null,
        quantity bigint not null,
        micro bigint not null,
        primary key (usage_id, nth)
      );
      -- What of a user's usage is not a whole credit yet.
      create table usage_remainders (
        user_id text collate "C" primary key,
        micro integer not null check (micro between 0 and 999999)
      );

      -- Usage by day (its beginning in UTC), of one user and (user_id '') of all.
      create table usage_days (
        id bigint generated always as identity primary key,
        user_id text collate "C" not null,
        day timestamptz not null,
        operation text collate "C" not null,
        member_id text collate "C" not null default '',
        api_key_id text collate "C" not null default '',
        uses bigint not null,
        quantity numeric not null,
        micro numeric not null,
        constraint usage_days_once unique (day, user_id, operation, member_id, api_key_id)
      );
      insert into positions (name, epoch, xid, id) values ('usage_days', 0, '0', 0);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from positions where name = 'usage_days';
      delete from built_indexes where name in ('usages_in_order', 'usages_reversed', 'usage_days_of');
      drop table usage_days;
      drop table usage_remainders;
      drop table usage_parts;
      drop table usages;
      drop table rates;
      drop function rates_in_order();
      drop table operations;
    `);
  }
}
