import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Wallets that several people share. One is a row of wallets like everybody's, under an id of ours; who may do what with it is said by
 * its members. An API key may be bound to one, and to a member.
 */
export class SharedWallets1764000000440 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A spend reads it with the row that it has at hand: of everybody's own wallet nothing more is looked at.
      alter table wallets add column is_shared boolean not null default false;

      create table shared_wallets (
        id text collate "C" primary key,
        name text not null check (length(name) between 1 and 100),
        created_by text collate "C" not null,
        created_at timestamptz not null
      );

      -- One row for each time that somebody belonged to it.
      create table wallet_members (
        id bigint generated always as identity primary key,
        wallet_id text collate "C" not null references shared_wallets (id),
        user_id text collate "C" not null,
        role text collate "C" not null check (role in ('owner', 'manager', 'member')),
        since timestamptz not null,
        -- Null: they belong to it.
        until timestamptz check (until >= since)
      );
      create unique index wallet_members_now on wallet_members (wallet_id, user_id) where until is null;
      create index wallet_members_of on wallet_members (user_id) where until is null;

      alter table api_keys
        -- The one wallet that it may reach; null: what its role may.
        add column wallet_id text collate "C" references shared_wallets (id),
        -- In whose name it spends of it.
        add column member_id text collate "C" check (member_id is null or wallet_id is not null);

      create function is_shared_wallet_id(p_id text) returns boolean
      language sql immutable parallel safe as $$
        select left(p_id, 4) = 'wal_' and length(p_id) = 30
      $$;

      -- Ids of users and of shared wallets stand in one column: none is made under an id of the other form.
      create function guard_shared_wallet() returns trigger
      language plpgsql as $$
      begin
        raise exception 'wallet % is made as what it is not', new.user_id using errcode = '23514';
      end $$;
      create trigger wallets_form before insert on wallets
        for each row when (new.is_shared <> public.is_shared_wallet_id(new.user_id)) execute function guard_shared_wallet();
      create trigger wallets_form_kept before update of is_shared, user_id on wallets
        for each row when ((new.is_shared, new.user_id) is distinct from (old.is_shared, old.user_id))
        execute function guard_shared_wallet();

      -- At the commit, under the lock on the row: two owners who leave at the same time wait for each other.
      create function keep_an_owner() returns trigger
      language plpgsql as $$
      declare
        v_wallet text := coalesce(new.wallet_id, old.wallet_id);
      begin
        perform from shared_wallets where id = v_wallet for no key update;
        if not exists (select from wallet_members where wallet_id = v_wallet and role = 'owner' and until is null) then
          raise exception 'wallet % has no owner', v_wallet using errcode = '23514';
        end if;
        return null;
      end $$;
      create constraint trigger wallet_members_owner after update or delete on wallet_members
        deferrable initially deferred for each row execute function keep_an_owner();

      create function begin_with_an_owner() returns trigger
      language plpgsql as $$
      begin
        if not exists (select from wallet_members where wallet_id = new.id and role = 'owner' and until is null) then
          raise exception 'wallet % has no owner', new.id using errcode = '23514';
        end if;
        return null;
      end $$;
      create constraint trigger shared_wallets_owner after insert on shared_wallets
        deferrable initially deferred for each row execute function begin_with_an_owner();

      create or replace function is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund', 'reverse_spend', 'create_wallet')
          and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund', 'reverse_spend')
          and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $$;
      drop trigger wallets_form on wallets;
      drop trigger wallets_form_kept on wallets;
      alter table api_keys drop column member_id, drop column wallet_id;
      drop table wallet_members;
      drop table shared_wallets;
      drop function begin_with_an_owner;
      drop function keep_an_owner;
      drop function guard_shared_wallet;
      drop function is_shared_wallet_id;
      alter table wallets drop column is_shared;
    `);
  }
}
