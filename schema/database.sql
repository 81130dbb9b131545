-- The database as the migrations make it. `npm run schema` writes this file; a change is a migration.
-- The functions of a release stand in src/**/*.sql and have a schema of their own, the role's rights in src/db/role.sql.
set check_function_bodies = off;
set search_path = public;

CREATE OR REPLACE FUNCTION begin_with_an_owner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if not exists (select from wallet_members where wallet_id = new.id and role = 'owner' and until is null) then
          raise exception 'wallet % has no owner', new.id using errcode = '23514';
        end if;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION clock_goes_forward()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if exists (select from public.intents) or exists (select from public.journal) then
          raise check_violation using message = 'The clock never goes back';
        end if;
        return new;
      end $function$
;

CREATE OR REPLACE FUNCTION clock_offset()
 RETURNS interval
 LANGUAGE plpgsql
AS $function$
      declare
        v_kept text := current_setting('credits_gateway.clock_offset', true);
      begin
        if coalesce(v_kept, '') = '' then
          v_kept := set_config('credits_gateway.clock_offset',
            (select (clock_offset_ms * interval '1 millisecond')::text from public.gateway), true);
        end if;
        return v_kept::interval;
      end $function$
;

CREATE OR REPLACE FUNCTION count_review()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        insert into public.risk_review_steps (status) values (new.status);
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION drop_unused_code()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      declare
        v_name text;
        v_count integer := 0;
      begin
        if not pg_try_advisory_xact_lock(4000001) then return 0; end if;
        delete from processes where beat_at < clock_timestamp() - interval '1 day';
        for v_name in
          delete from code_schemas s
          where s.installed_at < clock_timestamp() - interval '1 day'
            and not exists (select 1 from processes p where p.code_schema = s.name)
          returning s.name
        loop
          execute format('drop schema if exists %I cascade', v_name);
          v_count := v_count + 1;
        end loop;
        return v_count;
      end $function$
;

CREATE OR REPLACE FUNCTION end_what_a_key_asked()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        update approvals set status = 'expired', note = 'The key that asked for it was revoked.'
        where api_key_id = new.id and status = 'open';
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION entries_balanced()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if exists (select 1 from fresh group by journal_id, unit having sum(amount) <> 0) then
          raise exception 'a posting does not balance' using errcode = '23514';
        end if;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION guard_shared_wallet()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        raise exception 'wallet % is made as what it is not', new.user_id using errcode = '23514';
      end $function$
;

CREATE OR REPLACE PROCEDURE horizon()
 LANGUAGE plpgsql
AS $procedure$
      begin
        raise exception 'Functions live in a schema per release';
      end $procedure$
;

CREATE OR REPLACE FUNCTION instant()
 RETURNS timestamp with time zone
 LANGUAGE sql
AS $function$
        select coalesce(nullif(current_setting('credits_gateway.instant', true), '')::timestamptz,
          date_trunc('milliseconds', clock_timestamp() + public.clock_offset()))
      $function$
;

CREATE OR REPLACE FUNCTION intent_status_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if not exists (select 1 from transitions where from_status = old.status and result = new.status) then
      raise exception 'intent % cannot go from % to %', old.id, old.status, new.status using errcode = '23514';
    end if;
    return new;
  end $function$
;

CREATE OR REPLACE FUNCTION is_hold(p_status text, p_credits bigint, p_held bigint, p_settled_credits bigint, p_created_by_role text, p_reference text, p_created_at timestamp with time zone, p_expires_at timestamp with time zone, p_ended_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
      begin
        return p_status in ('open', 'settled', 'released', 'expired') and p_credits > 0
          and p_held between 0 and p_credits and (p_status = 'open' or p_held = 0)
          and (p_status = 'settled') = (p_settled_credits is not null) and coalesce(p_settled_credits >= 0, true)
          and p_created_by_role in ('user', 'service', 'support')
          and coalesce(length(p_reference) between 1 and 255, true)
          and p_expires_at - p_created_at <= interval '24 hours'
          and (p_status = 'open') = (p_ended_at is null);
      end $function$
;

CREATE OR REPLACE FUNCTION is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund', 'reverse_spend', 'create_wallet', 'move')
          and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $function$
;

CREATE OR REPLACE FUNCTION is_metadata(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
      begin
        return case when jsonb_typeof(p) = 'object' then
          (select count(*) between 1 and 20
              and bool_and(key ~ '^[A-Za-z0-9_.-]{1,40}$' and jsonb_typeof(value) = 'string' and length(value #>> '{}') <= 500)
            from jsonb_each(p)) and octet_length(p::text) <= 4096
          else false end;
      end $function$
;

CREATE OR REPLACE FUNCTION is_posting_kind(p_kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction', 'promo_grant', 'promo_revoke', 'spend_reversal', 'transfer');
      end $function$
;

CREATE OR REPLACE FUNCTION is_risk_decision(p_stage text, p_score smallint, p_decision text, p_told text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
      begin
        return p_stage in ('claim', 'settle', 'warning') and p_score between 0 and 100
          and p_decision in ('allow', 'challenge', 'review', 'block')
          and p_told in ('none', 'challenge', 'captcha', 'blocked', 'observed', 'frozen');
      end $function$
;

CREATE OR REPLACE FUNCTION is_shared_wallet_id(p_id text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
        select left(p_id, 4) = 'wal_' and length(p_id) = 30
      $function$
;

CREATE OR REPLACE FUNCTION keep_an_owner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      declare
        v_wallet text := coalesce(new.wallet_id, old.wallet_id);
      begin
        perform from shared_wallets where id = v_wallet for no key update;
        if not exists (select from wallet_members where wallet_id = v_wallet and role = 'owner' and until is null) then
          raise exception 'wallet % has no owner', v_wallet using errcode = '23514';
        end if;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION keep_lot_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        insert into lot_history (lot_id, at, remaining)
        values (new.id, case tg_op when 'INSERT' then new.created_at else instant() end, new.remaining);
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION note_used_up()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        update lots set used_up = remaining = 0 where id = new.id;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION rates_in_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
      end $function$
;

CREATE OR REPLACE FUNCTION refuse_what_a_dead_key_asked()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if exists (select 1 from api_keys where id = new.api_key_id and revoked_at is not null) then
          raise exception 'approval %: the key that asked for it was revoked', new.id using errcode = '23514';
        end if;
        return new;
      end $function$
;

CREATE OR REPLACE FUNCTION resolved_low_levels(p_user_id text, p_levels jsonb)
 RETURNS bigint[]
 LANGUAGE sql
 STABLE
AS $function$
        select case p_levels when '[]' then '{}' else (
          select coalesce(array_agg(distinct level order by level) filter (where level is not null), '{}') from (
            select 0::bigint as level
            union all
            select coalesce((l ->> 'credits')::bigint, (
              select ceil((l ->> 'percent')::numeric * granted / 100)::bigint from public.lots
              where user_id = p_user_id and intent_id is not null order by id desc limit 1))
            from jsonb_array_elements(p_levels) l) x) end
      $function$
;

CREATE OR REPLACE FUNCTION show_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if tg_op = 'DELETE' then
          update disputes set credits_frozen = 0 where id = old.cause_id and credits_frozen <> 0;
        else
          update disputes set credits_frozen = new.frozen, updated_at = instant() where id = new.cause_id;
        end if;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION tell_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        insert into events (subject, sequence, kind, actor, from_status, to_status, data, epoch)
        select new.id, (select count(*) from events e where e.subject = new.id) + 1, 'approval_changed',
          coalesce(new.decided_by, case when tg_op = 'INSERT' then new.requested_by else 'system' end),
          case when tg_op = 'UPDATE' then old.status end, new.status,
          jsonb_build_object('summary', new.summary, 'status', new.status), g.epoch
        from gateway g;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION tell_attack()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
        select 'atk_' || new.id, n, n, case n when 1 then 'attack_started' else 'attack_ended' end, 'system',
          case n when 2 then 'open' end, case n when 1 then 'open' else 'ended' end,
          jsonb_build_object('sign', new.sign, 'seen', new.seen, 'usualMost', new.usual_most, 'startedAt', new.started_at,
            'endedAt', new.ended_at),
          coalesce(new.ended_at, new.started_at), g.epoch
        from gateway g, (select case when new.ended_at is null then 1 else 2 end as n) s;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION tell_break()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      declare
        v_subject constant text := 'brk_' || new.id;
        v_was text;
      begin
        if tg_op = 'UPDATE' then
          v_was := old.status;
        end if;
        insert into events (subject, sequence, kind, actor, from_status, to_status, data, epoch)
        select v_subject, (select count(*) from events e where e.subject = v_subject) + 1,
          case when tg_op = 'INSERT' or (new.status = 'open' and v_was <> 'open') then 'break_opened'
            when new.status <> 'open' and new.status <> v_was then 'break_resolved' else 'break_changed' end,
          coalesce(new.resolved_by, 'system'), v_was, new.status,
          jsonb_build_object('break', new.kind, 'subject', new.subject, 'status', new.status, 'fix', new.fix), g.epoch
        from gateway g;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION tell_low_balance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      declare
        v_wallet wallets;
        v_low low_balances;
        v_available bigint;
        v_at bigint;
        v_now timestamptz := instant();
      begin
        -- As it is at the end of the transaction, whatever it was in between.
        select * into v_wallet from wallets where user_id = new.user_id;
        select * into v_low from low_balances where user_id = new.user_id;
        v_available := v_wallet.balance - v_wallet.held - v_wallet.frozen;
        v_at := v_wallet.low_at;
        -- Credits that come in arm again; a hold that ends does not, or one that comes and goes would tell each time.
        if new.balance > old.balance then
          v_low.resolved := resolved_low_levels(new.user_id, v_low.levels);
          v_at := (select max(l) from unnest(v_low.resolved) l where l < v_available or l = v_at);
          v_low.level := (select min(l) from unnest(v_low.resolved) l where l >= v_available);
          v_low.since := case when v_low.level is not null then coalesce(v_low.since, v_now) end;
        end if;
        while v_at is not null and v_available <= v_at loop
          v_low.episode := v_low.episode + 1;
          v_low.level := v_at;
          v_low.since := v_now;
          insert into events (subject, sequence, version, kind, actor, data, at, epoch)
          select 'low:' || new.user_id, v_low.episode, v_low.episode, 'balance_low', 'system',
            jsonb_build_object('userId', new.user_id, 'level', v_at, 'balance', v_wallet.balance, 'held', v_wallet.held,
              'frozen', v_wallet.frozen, 'owed', v_wallet.owed,
              -- One that hovers around a level is told of once in a while; that nothing is left always.
              'quiet', v_at > 0 and exists (select from events e where e.subject = 'low:' || new.user_id
                and (e.data ->> 'level')::bigint = v_at and e.data ->> 'quiet' = 'false'
                and e.at > v_now - make_interval(secs => v_low.quiet_seconds))),
            v_now, epoch from gateway;
          v_at := (select max(l) from unnest(v_low.resolved) l where l < v_at);
        end loop;
        update low_balances set resolved = v_low.resolved, episode = v_low.episode, level = v_low.level, since = v_low.since
        where user_id = new.user_id;
        update wallets set low_at = v_at where user_id = new.user_id and low_at is distinct from v_at;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION wallet_owes_first()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if exists (select 1 from wallets where user_id = new.user_id and owed > 0 and balance > held + frozen) then
          raise exception 'wallet % owes credits beside free ones', new.user_id using errcode = '23514';
        end if;
        return null;
      end $function$
;

create table api_keys (
  id text collate "C" not null,
  name text not null,
  role text collate "C" not null,
  prefix text collate "C" not null,
  hash bytea not null,
  created_by text not null,
  created_at timestamp with time zone not null default instant(),
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  wallet_id text collate "C",
  member_id text collate "C",
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_prefix_key UNIQUE (prefix),
  constraint api_keys_check CHECK (member_id IS NULL OR wallet_id IS NOT NULL),
  constraint api_keys_role_check CHECK (role = ANY (ARRAY['service'::text, 'support'::text, 'finance'::text, 'admin'::text]))
);
CREATE TRIGGER api_keys_revoked AFTER UPDATE ON api_keys FOR EACH ROW WHEN (old.revoked_at IS NULL AND new.revoked_at IS NOT NULL) EXECUTE FUNCTION end_what_a_key_asked();

create table approvals (
  id text collate "C" not null,
  action text not null,
  summary text not null,
  input jsonb not null,
  amount_minor bigint,
  currency text,
  credits bigint,
  requested_by text collate "C" not null,
  decided_by text collate "C",
  note text,
  status text collate "C" not null default 'open'::text,
  created_at timestamp with time zone not null default instant(),
  expires_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  user_id text collate "C",
  idempotency_key text collate "C",
  api_key_id text collate "C",
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_asked_once UNIQUE (user_id, idempotency_key),
  constraint approvals_action_check CHECK (action = ANY (ARRAY['refund'::text, 'adjust'::text, 'resolve_break'::text, 'save_package'::text, 'save_campaign'::text])),
  constraint approvals_decided CHECK ((status = ANY (ARRAY['approved'::text, 'rejected'::text, 'done'::text])) = (decided_by IS NOT NULL)),
  constraint approvals_second_person CHECK (decided_by IS NULL OR decided_by <> requested_by),
  constraint approvals_status_check CHECK (status = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'expired'::text, 'done'::text]))
);
CREATE INDEX approvals_agreed ON approvals USING btree (decided_at) WHERE status = 'approved'::text;
CREATE INDEX approvals_newest ON approvals USING btree (created_at DESC, id DESC);
CREATE UNIQUE INDEX approvals_one_for_break ON approvals USING btree ((input ->> 'id'::text)) WHERE action = 'resolve_break'::text AND (status = ANY (ARRAY['open'::text, 'approved'::text]));
CREATE UNIQUE INDEX approvals_one_for_campaign ON approvals USING btree ((input ->> 'key'::text)) WHERE action = 'save_campaign'::text AND (status = ANY (ARRAY['open'::text, 'approved'::text]));
CREATE UNIQUE INDEX approvals_one_for_package ON approvals USING btree ((input ->> 'id'::text)) WHERE action = 'save_package'::text AND (status = ANY (ARRAY['open'::text, 'approved'::text]));
CREATE INDEX approvals_undecided ON approvals USING btree (expires_at) WHERE status = ANY (ARRAY['open'::text, 'approved'::text]);
CREATE TRIGGER approvals_of_a_living_key BEFORE UPDATE ON approvals FOR EACH ROW WHEN (old.status = 'open'::text AND new.status = 'approved'::text) EXECUTE FUNCTION refuse_what_a_dead_key_asked();
CREATE TRIGGER approvals_opened AFTER INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION tell_approval();
CREATE TRIGGER approvals_told AFTER UPDATE ON approvals FOR EACH ROW WHEN (old.status <> new.status) EXECUTE FUNCTION tell_approval();

create table audit_log (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default instant(),
  actor text collate "C" not null,
  role text collate "C" not null,
  action text collate "C" not null,
  target_id text collate "C",
  reason text,
  diff jsonb,
  constraint audit_log_pkey PRIMARY KEY (id),
  constraint audit_log_role_check CHECK (role = ANY (ARRAY['user'::text, 'service'::text, 'support'::text, 'finance'::text, 'admin'::text]))
);
CREATE INDEX audit_log_actor ON audit_log USING btree (actor, id);
CREATE INDEX audit_log_target ON audit_log USING btree (target_id, id);

create table bonus_dues (
  user_id text collate "C" not null,
  grant_id text collate "C" not null,
  credits bigint not null,
  return_count integer not null,
  constraint bonus_dues_pkey PRIMARY KEY (user_id, grant_id),
  constraint bonus_dues_credits_check CHECK (credits > 0)
);

create table breaks (
  id bigint not null generated always as identity,
  subject text not null,
  kind text collate "C" not null,
  provider text collate "C" not null,
  provider_entry_id text collate "C" not null,
  intent_id text collate "C",
  ours_minor bigint,
  ours_currency text,
  theirs_minor bigint,
  theirs_currency text,
  status text collate "C" not null default 'open'::text,
  opened_at timestamp with time zone not null default instant(),
  resolved_at timestamp with time zone,
  run_id text collate "C",
  provider_intent_id text collate "C",
  note text,
  resolved_by text collate "C",
  fix text,
  constraint breaks_pkey PRIMARY KEY (id),
  constraint breaks_kind_check CHECK (kind = ANY (ARRAY['missing_here'::text, 'missing_at_provider'::text, 'amount_mismatch'::text, 'status_mismatch'::text, 'currency_mismatch'::text, 'duplicate'::text, 'credits_not_granted'::text, 'unapplied'::text, 'unknown_payment'::text, 'fee_mismatch'::text, 'payout_mismatch'::text, 'more_back_than_paid'::text])),
  constraint breaks_status_check CHECK (status = ANY (ARRAY['open'::text, 'resolved'::text, 'ignored'::text])),
  constraint breaks_subject_check CHECK (subject = ANY (ARRAY['payment'::text, 'refund'::text, 'dispute'::text, 'fee'::text, 'payout'::text]))
);
CREATE UNIQUE INDEX breaks_fact ON breaks USING btree (provider_entry_id, provider, kind, (run_id IS NULL));
CREATE INDEX breaks_intent ON breaks USING btree (intent_id);
CREATE INDEX breaks_newest ON breaks USING btree (opened_at DESC, id DESC);
CREATE INDEX breaks_open ON breaks USING btree (provider, id) WHERE status = 'open'::text;
CREATE INDEX breaks_seen ON breaks USING btree (provider) WHERE run_id IS NULL;
CREATE TRIGGER breaks_opened AFTER INSERT ON breaks FOR EACH ROW EXECUTE FUNCTION tell_break();
CREATE TRIGGER breaks_told AFTER UPDATE ON breaks FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status OR old.kind IS DISTINCT FROM new.kind OR old.fix IS DISTINCT FROM new.fix OR old.ours_minor IS DISTINCT FROM new.ours_minor OR old.ours_currency IS DISTINCT FROM new.ours_currency OR old.theirs_minor IS DISTINCT FROM new.theirs_minor OR old.theirs_currency IS DISTINCT FROM new.theirs_currency) EXECUTE FUNCTION tell_break();

create table built_indexes (
  name text collate "C" not null,
  migration text collate "C" not null,
  built_at timestamp with time zone not null,
  constraint built_indexes_pkey PRIMARY KEY (name)
);

create table campaigns (
  key text collate "C" not null,
  name text not null,
  budget_credits bigint not null,
  granted_credits bigint not null default 0,
  expire_after_days integer,
  ends_at timestamp with time zone,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  revoking_since timestamp with time zone,
  revoked_by text collate "C",
  revoke_reason text,
  revoked_at timestamp with time zone,
  constraint campaigns_pkey PRIMARY KEY (key),
  constraint campaigns_budget_credits_check CHECK (budget_credits >= 1 AND budget_credits <= '9007199254740991'::bigint),
  constraint campaigns_expire_after_days_check CHECK (expire_after_days >= 1 AND expire_after_days <= 3650),
  constraint campaigns_key_check CHECK (key ~ '^[a-z0-9_-]{1,64}$'::text),
  constraint campaigns_name_check CHECK (length(name) >= 1 AND length(name) <= 255),
  constraint campaigns_revoked CHECK ((revoking_since IS NULL) = (revoked_by IS NULL) AND (revoking_since IS NULL) = (revoke_reason IS NULL) AND (revoking_since IS NOT NULL OR revoked_at IS NULL)),
  constraint campaigns_within_budget CHECK (granted_credits >= 0 AND granted_credits <= budget_credits)
);
CREATE INDEX campaigns_to_revoke ON campaigns USING btree (key) WHERE revoking_since IS NOT NULL AND revoked_at IS NULL;

create table claims (
  cause_id text collate "C" not null,
  user_id text collate "C" not null,
  intent_id text collate "C" not null,
  credits bigint not null,
  frozen bigint not null default 0,
  since timestamp with time zone not null,
  constraint claims_pkey PRIMARY KEY (cause_id),
  constraint claims_credits_check CHECK (credits >= 0),
  constraint claims_frozen_check CHECK (frozen >= 0)
);
CREATE INDEX claims_of_intent ON claims USING btree (intent_id);
CREATE INDEX claims_waiting ON claims USING btree (user_id) WHERE credits > frozen;
CREATE TRIGGER claims_dropped AFTER DELETE ON claims FOR EACH ROW EXECUTE FUNCTION show_frozen();
CREATE TRIGGER claims_shown AFTER UPDATE OF frozen ON claims FOR EACH ROW WHEN (new.frozen <> old.frozen) EXECUTE FUNCTION show_frozen();

create table code_schemas (
  name text collate "C" not null,
  installed_at timestamp with time zone not null,
  constraint code_schemas_pkey PRIMARY KEY (name)
);

create table contracts (
  migration text collate "C" not null,
  runs_beside bigint not null,
  constraint contracts_pkey PRIMARY KEY (migration)
);

create table corrections (
  journal_id bigint not null,
  currency text collate "C" not null,
  provider text collate "C" not null,
  subject text collate "C" not null,
  key text collate "C" not null,
  booked_minor bigint not null,
  theirs_minor bigint not null,
  constraint corrections_pkey PRIMARY KEY (journal_id, currency)
);
CREATE INDEX corrections_key ON corrections USING btree (key, provider);

create table credit_grants (
  id text collate "C" not null,
  campaign text collate "C",
  key_hash text collate "C" not null,
  input_hash text collate "C" not null,
  user_id text collate "C" not null,
  credits bigint not null,
  reason text not null,
  expires_at timestamp with time zone,
  journal_id bigint not null,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoked_by text collate "C",
  revoke_reason text,
  revoked_credits bigint not null default 0,
  intent_id text collate "C",
  returned_credits bigint,
  return_count integer,
  constraint credit_grants_pkey PRIMARY KEY (id),
  constraint credit_grants_journal_id_key UNIQUE (journal_id),
  constraint credit_grants_once UNIQUE (campaign, key_hash),
  constraint credit_grants_credits_check CHECK (credits > 0),
  constraint credit_grants_given_by CHECK (campaign IS NOT NULL OR intent_id IS NOT NULL),
  constraint credit_grants_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 500),
  constraint credit_grants_returned CHECK (returned_credits >= 0 AND returned_credits <= credits AND (intent_id IS NOT NULL OR return_count IS NULL)),
  constraint credit_grants_revoke_reason_check CHECK (length(revoke_reason) >= 1 AND length(revoke_reason) <= 500),
  constraint credit_grants_revoked CHECK (revoked_credits >= 0 AND revoked_credits <= credits AND (revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL) AND (revoked_at IS NOT NULL OR revoked_credits = 0))
);
CREATE INDEX credit_grants_newest ON credit_grants USING btree (created_at DESC, id DESC);
CREATE INDEX credit_grants_of_campaign ON credit_grants USING btree (campaign, created_at DESC, id DESC);
CREATE UNIQUE INDEX credit_grants_of_intent ON credit_grants USING btree (intent_id, (campaign IS NULL)) WHERE intent_id IS NOT NULL;
CREATE INDEX credit_grants_of_user ON credit_grants USING btree (user_id, created_at DESC, id DESC);
CREATE INDEX credit_grants_to_revoke ON credit_grants USING btree (campaign, id) WHERE revoked_at IS NULL;

create table deliveries (
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id text collate "C" not null,
  type text collate "C" not null,
  order_key text collate "C",
  sequence integer not null,
  body text not null,
  status text collate "C" not null default 'pending'::text,
  attempt_count integer not null default 0,
  step integer not null default 0,
  claim_number integer not null default 0,
  due_at timestamp with time zone default instant(),
  created_at timestamp with time zone not null default instant(),
  constraint deliveries_pkey PRIMARY KEY (id),
  constraint deliveries_once UNIQUE (endpoint_id, event_id),
  constraint deliveries_due CHECK ((due_at IS NOT NULL) = (status = ANY (ARRAY['pending'::text, 'failed'::text]))),
  constraint deliveries_erased_are_done CHECK (due_at IS NULL OR body <> '{"erased":true}'::text),
  constraint deliveries_status_check CHECK (status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'dead'::text]))
);
CREATE INDEX deliveries_due ON deliveries USING btree (endpoint_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_endpoint ON deliveries USING btree (endpoint_id, created_at DESC);
CREATE INDEX deliveries_newest ON deliveries USING btree (created_at, id);
CREATE INDEX deliveries_type ON deliveries USING btree (type, created_at DESC);
CREATE INDEX deliveries_undelivered ON deliveries USING btree (created_at, id) WHERE status <> 'delivered'::text;
CREATE INDEX deliveries_untried ON deliveries USING btree (endpoint_id, order_key, sequence) WHERE status = 'pending'::text AND attempt_count = 0 AND order_key IS NOT NULL;

create table delivery_attempts (
  delivery_id text collate "C" not null,
  number integer not null,
  claim_number integer not null,
  at timestamp with time zone not null,
  duration_ms integer not null,
  succeeded boolean not null,
  error text,
  constraint delivery_attempts_pkey PRIMARY KEY (delivery_id, number),
  constraint delivery_attempts_once UNIQUE (delivery_id, claim_number),
  constraint delivery_attempts_duration_ms_check CHECK (duration_ms >= 0)
);

create table dispute_answers (
  id text collate "C" not null,
  dispute_id text collate "C" not null,
  kind text collate "C" not null,
  status text collate "C" not null,
  text text not null,
  files jsonb not null,
  key text collate "C" not null,
  input_hash text collate "C" not null,
  asked_by text collate "C" not null,
  asked_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  last_error text,
  constraint dispute_answers_pkey PRIMARY KEY (id),
  constraint dispute_answers_key UNIQUE (dispute_id, key),
  constraint dispute_answers_end CHECK ((status = 'asked'::text) = (ended_at IS NULL)),
  constraint dispute_answers_kind_check CHECK (kind = ANY (ARRAY['evidence'::text, 'accept'::text])),
  constraint dispute_answers_status_check CHECK (status = ANY (ARRAY['asked'::text, 'done'::text, 'refused'::text]))
);

create table dispute_drafts (
  dispute_id text collate "C" not null,
  text text not null,
  updated_by text collate "C" not null,
  updated_at timestamp with time zone not null,
  constraint dispute_drafts_pkey PRIMARY KEY (dispute_id),
  constraint dispute_drafts_text_check CHECK (length(text) <= 20000)
);

create table dispute_files (
  id text collate "C" not null,
  dispute_id text collate "C" not null,
  kind text collate "C" not null,
  name text not null,
  content_type text collate "C" not null,
  bytes integer not null,
  digest text collate "C" not null,
  provider_file_id text collate "C" not null,
  is_kept boolean not null default true,
  attached_by text collate "C" not null,
  attached_at timestamp with time zone not null,
  constraint dispute_files_pkey PRIMARY KEY (id),
  constraint dispute_files_once UNIQUE (dispute_id, kind, digest),
  constraint dispute_files_bytes_check CHECK (bytes > 0),
  constraint dispute_files_kind_check CHECK (kind = ANY (ARRAY['receipt'::text, 'communication'::text, 'activity_log'::text, 'refund_policy'::text, 'other'::text])),
  constraint dispute_files_name_check CHECK (length(name) >= 1 AND length(name) <= 255)
);

create table disputes (
  id text collate "C" not null,
  provider text collate "C" not null,
  provider_dispute_id text collate "C" not null,
  provider_payment_id text collate "C" not null,
  intent_id text collate "C" not null,
  user_id text collate "C" not null,
  status text collate "C" not null,
  amount_minor bigint not null,
  currency text not null,
  withdrawn_minor bigint not null default 0,
  credits_frozen bigint not null default 0,
  credits_revoked bigint not null default 0,
  turn integer not null default 1,
  reason text,
  respond_by timestamp with time zone,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  updated_at timestamp with time zone not null default instant(),
  applied_read_number integer not null default 0,
  from_unapplied_minor bigint not null default 0,
  needs_answer boolean,
  constraint disputes_pkey PRIMARY KEY (id),
  constraint disputes_fact UNIQUE (provider_dispute_id, provider),
  constraint disputes_amount_minor_check CHECK (amount_minor > 0),
  constraint disputes_closed CHECK ((status = ANY (ARRAY['won'::text, 'lost'::text, 'closed'::text])) = (closed_at IS NOT NULL)),
  constraint disputes_credits_frozen_check CHECK (credits_frozen >= 0),
  constraint disputes_credits_revoked_check CHECK (credits_revoked >= 0),
  constraint disputes_from_unapplied_minor_check CHECK (from_unapplied_minor >= 0),
  constraint disputes_status_check CHECK (status = ANY (ARRAY['inquiry'::text, 'open'::text, 'won'::text, 'lost'::text, 'closed'::text])),
  constraint disputes_withdrawn_minor_check CHECK (withdrawn_minor >= 0)
);
CREATE INDEX disputes_freezing ON disputes USING btree (user_id) WHERE status = 'open'::text;
CREATE INDEX disputes_intent ON disputes USING btree (intent_id);
CREATE INDEX disputes_newest ON disputes USING btree (opened_at DESC, id DESC);
CREATE INDEX disputes_payment ON disputes USING btree (provider_payment_id, provider);
CREATE INDEX disputes_undecided ON disputes USING btree (opened_at DESC, id DESC) WHERE status = ANY (ARRAY['inquiry'::text, 'open'::text]);

create table due_days (
  provider text collate "C" not null,
  day date not null,
  done_by text collate "C",
  tries integer not null default 0,
  retry_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  work text collate "C" not null default 'reconciliation'::text,
  of_provider text collate "C" generated always as (NULLIF(provider, ''::text)) stored,
  constraint due_days_pkey PRIMARY KEY (work, provider, day),
  constraint due_days_provider CHECK ((work = 'reconciliation'::text) = (provider <> ''::text)),
  constraint due_days_work CHECK (work = ANY (ARRAY['reconciliation'::text, 'ledger_check'::text, 'export_sweep'::text]))
);
CREATE INDEX due_days_open ON due_days USING btree (work, provider, day) WHERE done_by IS NULL;

create table entries (
  journal_id bigint not null,
  line smallint not null,
  account text collate "C" not null,
  user_id text collate "C",
  unit text collate "C" not null,
  amount bigint not null,
  sequence bigint,
  balance_after bigint,
  constraint entries_pkey PRIMARY KEY (journal_id, line),
  constraint entries_account_check CHECK ((account = ANY (ARRAY['bank'::text, 'deferred_revenue'::text, 'revenue'::text, 'breakage'::text, 'refunds'::text, 'chargebacks'::text, 'fees'::text, 'unapplied'::text, 'adjustments'::text, 'credits_issued'::text, 'credits_spent'::text, 'credits_expired'::text, 'credits_adjusted'::text, 'credits_promo'::text, 'credits_transferred'::text, 'wallet'::text, 'debt'::text])) OR account ~ '^clearing_[a-z][a-z0-9_]*$'::text),
  constraint entries_amount_check CHECK (amount <> 0),
  constraint entries_balance_after_check CHECK (balance_after >= 0),
  constraint entries_credit_accounts CHECK ((unit = 'CREDIT'::text) = (account = ANY (ARRAY['credits_issued'::text, 'credits_spent'::text, 'credits_expired'::text, 'credits_adjusted'::text, 'credits_promo'::text, 'credits_transferred'::text, 'wallet'::text, 'debt'::text]))),
  constraint entries_owner CHECK ((account = ANY (ARRAY['wallet'::text, 'debt'::text])) = (user_id IS NOT NULL)),
  constraint entries_unit_check CHECK (unit ~ '^[A-Z]{3}$'::text OR unit = 'CREDIT'::text),
  constraint entries_wallet_line CHECK ((account = 'wallet'::text) = (sequence IS NOT NULL) AND (sequence IS NULL) = (balance_after IS NULL))
);
CREATE INDEX entries_by_rare_account ON entries USING btree (account, journal_id) WHERE (account < 'clearing_'::text OR account >= 'clearing`'::text) AND (account <> ALL (ARRAY['deferred_revenue'::text, 'revenue'::text, 'wallet'::text, 'credits_issued'::text, 'credits_spent'::text]));
CREATE UNIQUE INDEX entries_wallet_sequence ON entries USING btree (user_id, sequence) WHERE account = 'wallet'::text;
CREATE TRIGGER entries_balanced AFTER INSERT ON entries REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entries_balanced();

create table events (
  id bigint not null generated always as identity,
  subject text collate "C" not null,
  sequence integer not null,
  version integer,
  kind text not null,
  actor text not null,
  from_status text,
  to_status text,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default instant(),
  epoch integer not null,
  xid xid8 not null default pg_current_xact_id(),
  constraint events_pkey PRIMARY KEY (id),
  constraint events_sequence UNIQUE (subject, sequence)
);
CREATE INDEX events_late ON events USING btree (subject) WHERE kind = 'credits_granted'::text AND (data ->> 'late'::text) = 'true'::text;
CREATE INDEX events_order ON events USING btree (epoch, xid, id);

create table expiry_warnings (
  days integer not null,
  expires_at timestamp with time zone not null,
  lot_id bigint not null,
  constraint expiry_warnings_pkey PRIMARY KEY (days)
);

create table export_parts (
  export_id text collate "C" not null,
  attempt integer not null,
  nth integer not null,
  bytes bytea not null,
  written_at timestamp with time zone not null default instant(),
  constraint export_parts_pkey PRIMARY KEY (export_id, attempt, nth),
  constraint export_parts_nth_check CHECK (nth >= 0)
);

create table forget_places (
  name text collate "C" not null,
  event_id bigint not null,
  constraint forget_places_pkey PRIMARY KEY (name)
);

create table frozen_lots (
  cause_id text collate "C" not null,
  lot_id bigint not null,
  credits bigint not null,
  constraint frozen_lots_pkey PRIMARY KEY (cause_id, lot_id),
  constraint frozen_lots_credits_check CHECK (credits > 0)
);
CREATE INDEX frozen_lots_lot ON frozen_lots USING btree (lot_id);

create table gateway (
  one boolean not null default true,
  mode text,
  system_identifier bigint not null,
  epoch integer not null default 1,
  key_secret bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  clock_offset_ms bigint not null default 0,
  gateway_id text collate "C" not null default 'gw_'::text || "left"(encode(sha256(uuid_send(gen_random_uuid())), 'hex'::text), 16),
  constraint gateway_pkey PRIMARY KEY (one),
  constraint clock_moves_in_mock_mode_only CHECK (clock_offset_ms = 0 OR NOT mode IS DISTINCT FROM 'mock'::text),
  constraint gateway_gateway_id_check CHECK (gateway_id ~ '^[A-Za-z0-9_-]{1,40}$'::text),
  constraint gateway_key_secret_check CHECK (length(key_secret) = 32),
  constraint gateway_mode_check CHECK (mode = ANY (ARRAY['mock'::text, 'test'::text, 'live'::text])),
  constraint gateway_one_check CHECK (one)
);
CREATE TRIGGER clock_goes_forward BEFORE UPDATE OF clock_offset_ms ON gateway FOR EACH ROW WHEN (new.clock_offset_ms < old.clock_offset_ms) EXECUTE FUNCTION clock_goes_forward();

create table grants (
  state text collate "C" not null,
  at timestamp with time zone not null default instant(),
  constraint grants_pkey PRIMARY KEY (state)
);

create table grants_import_sets (
  import_id text collate "C" not null,
  nth integer not null,
  lines jsonb not null,
  written_at timestamp with time zone not null default instant(),
  constraint grants_import_sets_pkey PRIMARY KEY (import_id, nth),
  constraint grants_import_sets_nth_check CHECK (nth >= 0)
);

create table hold_lots (
  hold_id text collate "C" not null,
  lot_id bigint not null,
  credits bigint not null,
  constraint hold_lots_pkey PRIMARY KEY (hold_id, lot_id),
  constraint hold_lots_credits_check CHECK (credits > 0)
);

create table holds (
  id text collate "C" not null,
  user_id text collate "C" not null,
  credits bigint not null,
  held bigint not null,
  settled_credits bigint,
  status text collate "C" not null default 'open'::text,
  reason text not null,
  created_by text not null,
  created_by_role text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  version integer not null default 1,
  reference text,
  metadata jsonb,
  member_id text collate "C",
  api_key_id text collate "C",
  constraint holds_pkey PRIMARY KEY (id),
  constraint holds_are CHECK (is_hold(status, credits, held, settled_credits, created_by_role, reference, created_at, expires_at, ended_at)),
  constraint holds_metadata_check CHECK (metadata IS NULL OR is_metadata(metadata))
) with (fillfactor=85);
CREATE INDEX holds_due ON holds USING btree (expires_at) WHERE status = 'open'::text;
CREATE INDEX holds_newest ON holds USING btree (user_id, created_at DESC, id DESC);
CREATE INDEX holds_open ON holds USING btree (user_id, id) WHERE status = 'open'::text;

create table idempotency_keys (
  user_id text collate "C" not null,
  operation text collate "C" not null,
  key text collate "C" not null,
  input_hash text collate "C" not null,
  outcome text not null,
  journal_id bigint,
  created_at timestamp with time zone not null default instant(),
  result_id text,
  caller_kind text collate "C" not null,
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, operation, key, caller_kind),
  constraint idempotency_keys_kept CHECK (is_kept_key(operation, key, caller_kind, outcome))
);

create table intent_payments (
  provider_payment_id text collate "C" not null,
  provider text collate "C" not null,
  intent_id text collate "C" not null,
  status text not null,
  amount_minor bigint not null,
  currency text not null,
  amount_refunded_minor bigint not null default 0,
  booked_as text,
  seen_at timestamp with time zone not null,
  amount_written_off_minor bigint not null default 0,
  applied_at timestamp with time zone,
  constraint intent_payments_pkey PRIMARY KEY (provider_payment_id, provider),
  constraint intent_payments_booked_as_check CHECK (booked_as = ANY (ARRAY['bought'::text, 'unapplied'::text])),
  constraint intent_payments_captured_is_booked CHECK ((status = 'captured'::text) = (booked_as IS NOT NULL)),
  constraint intent_payments_check CHECK (amount_refunded_minor >= 0 AND amount_refunded_minor <= amount_minor),
  constraint intent_payments_check1 CHECK (amount_written_off_minor >= 0 AND amount_written_off_minor <= amount_minor),
  constraint intent_payments_status_check CHECK (status = ANY (ARRAY['created'::text, 'authorized'::text, 'declined'::text, 'captured'::text]))
);
CREATE INDEX intent_payments_accepted ON intent_payments USING btree (intent_id) WHERE applied_at IS NOT NULL;
CREATE INDEX intent_payments_booked ON intent_payments USING btree (provider, seen_at, provider_payment_id) WHERE booked_as IS NOT NULL;
CREATE INDEX intent_payments_bought_nothing ON intent_payments USING btree (intent_id) WHERE booked_as = 'unapplied'::text;
CREATE INDEX intent_payments_intent ON intent_payments USING btree (intent_id);
CREATE UNIQUE INDEX intent_payments_one_buys ON intent_payments USING btree (intent_id) WHERE booked_as = 'bought'::text;
CREATE INDEX intent_payments_refunded ON intent_payments USING btree (intent_id) WHERE booked_as = 'bought'::text AND amount_refunded_minor > 0;
CREATE INDEX intent_payments_to_return ON intent_payments USING btree (seen_at) WHERE booked_as = 'unapplied'::text AND amount_refunded_minor = 0 AND amount_written_off_minor = 0;
CREATE INDEX intent_payments_unapplied ON intent_payments USING btree (seen_at) WHERE booked_as = 'unapplied'::text AND amount_refunded_minor = 0;

create table intents (
  id text collate "C" not null,
  user_id text collate "C" not null,
  idempotency_key text collate "C" not null,
  input_hash text collate "C" not null,
  package_id text collate "C" not null,
  package_name text not null,
  credits bigint not null,
  credits_expire_after_days integer,
  amount_minor bigint not null,
  currency text collate "C" not null,
  provider text collate "C" not null,
  mode text not null,
  created_by text not null,
  fingerprint_id text,
  return_url text,
  request jsonb not null,
  status text collate "C" not null default 'pending'::text,
  version integer not null default 1,
  timeline_sequence integer not null default 1,
  provider_intent_id text collate "C",
  provider_status text,
  client_secret text,
  requires_action boolean not null default false,
  provider_payment_id text collate "C",
  payment_method jsonb,
  failure jsonb,
  attempt_count integer not null default 0,
  declined_count integer not null default 0,
  grant_journal_id bigint,
  cancel_reason text,
  cancel_requested_at timestamp with time zone,
  expire_requested_at timestamp with time zone,
  read_number integer not null default 0,
  applied_read_number integer not null default 0,
  lease_until timestamp with time zone,
  lease_token text,
  lease_count integer not null default 0,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  reference text,
  metadata jsonb,
  risk_score smallint,
  risk_decision text collate "C",
  risk_decision_id bigint,
  bonus_credits bigint,
  bonus_expire_after_days integer,
  promo_code text collate "C",
  promo_credits bigint,
  promo_outcome text collate "C",
  constraint intents_pkey PRIMARY KEY (id),
  constraint intents_amount_minor_check CHECK (amount_minor >= 1 AND amount_minor <= 2147483647),
  constraint intents_cancel_reason_check CHECK (cancel_reason = ANY (ARRAY['requested'::text, 'provider'::text, 'risk'::text])),
  constraint intents_client_secret_sealed CHECK (client_secret ~~ 'cg1:%'::text),
  constraint intents_completed CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'canceled'::text])) = (completed_at IS NOT NULL)),
  constraint intents_credits_check CHECK (credits > 0),
  constraint intents_credits_safe CHECK (credits <= '9007199254740991'::bigint),
  constraint intents_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint intents_idempotency_key_check CHECK (length(idempotency_key) >= 1 AND length(idempotency_key) <= 255),
  constraint intents_metadata_check CHECK (metadata IS NULL OR is_metadata(metadata)),
  constraint intents_mode_check CHECK (mode = ANY (ARRAY['mock'::text, 'test'::text, 'live'::text])),
  constraint intents_promo CHECK ((promo_code IS NULL) = (promo_credits IS NULL) AND (promo_code IS NOT NULL OR promo_outcome IS NULL) AND (promo_outcome = ANY (ARRAY['redeemed'::text, 'used'::text, 'not_first'::text, 'exhausted'::text, 'ended'::text, 'too_many'::text]))),
  constraint intents_reference_check CHECK (length(reference) >= 1 AND length(reference) <= 255),
  constraint intents_risk_decision_check CHECK (risk_decision = ANY (ARRAY['allow'::text, 'challenge'::text, 'review'::text, 'block'::text])),
  constraint intents_status_check CHECK (status = ANY (ARRAY['pending'::text, 'processing'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])),
  constraint intents_succeeded_is_granted CHECK ((status = 'succeeded'::text) = (grant_journal_id IS NOT NULL)),
  constraint intents_user_id_check CHECK (length(user_id) >= 1 AND length(user_id) <= 255)
) with (fillfactor=85);
CREATE INDEX intents_amount ON intents USING btree (amount_minor DESC, id DESC);
CREATE INDEX intents_by_currency ON intents USING btree (currency, created_at DESC);
CREATE INDEX intents_by_package ON intents USING btree (package_id, created_at DESC);
CREATE INDEX intents_by_provider ON intents USING btree (provider, created_at DESC);
CREATE INDEX intents_completed ON intents USING btree (completed_at) INCLUDE (status, currency, amount_minor, credits, package_id, created_at) WHERE completed_at IS NOT NULL;
CREATE INDEX intents_end ON intents USING btree (reverse(id));
CREATE UNIQUE INDEX intents_grant ON intents USING btree (grant_journal_id);
CREATE INDEX intents_key ON intents USING btree (idempotency_key);
CREATE INDEX intents_last4 ON intents USING btree ((payment_method ->> 'last4'::text)) WHERE (payment_method ->> 'last4'::text) IS NOT NULL;
CREATE INDEX intents_leased ON intents USING btree (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX intents_metadata ON intents USING gin (metadata jsonb_path_ops) WHERE metadata IS NOT NULL;
CREATE INDEX intents_newest ON intents USING btree (created_at DESC, id DESC);
CREATE UNIQUE INDEX intents_open_auto ON intents USING btree (user_id, package_id, provider, currency, amount_minor) WHERE idempotency_key ~~ 'auto:%'::text AND (status = ANY (ARRAY['pending'::text, 'processing'::text]));
CREATE INDEX intents_pending_expiry ON intents USING btree (expires_at) WHERE status = 'pending'::text;
CREATE UNIQUE INDEX intents_provider_intent ON intents USING btree (provider_intent_id, provider);
CREATE INDEX intents_provider_payment ON intents USING btree (provider_payment_id) WHERE provider_payment_id IS NOT NULL;
CREATE INDEX intents_reference ON intents USING btree (reference) WHERE reference IS NOT NULL;
CREATE INDEX intents_risk_decision ON intents USING btree (risk_decision, created_at DESC, id DESC) WHERE risk_decision = ANY (ARRAY['challenge'::text, 'review'::text, 'block'::text]);
CREATE INDEX intents_risk_score ON intents USING btree (risk_score DESC, id DESC) WHERE risk_score > 0;
CREATE INDEX intents_status ON intents USING btree (status, created_at DESC);
CREATE INDEX intents_updated ON intents USING btree (updated_at DESC, id DESC);
CREATE UNIQUE INDEX intents_user_key ON intents USING btree (user_id, idempotency_key, (created_by = user_id));
CREATE INDEX intents_user_newest ON intents USING btree (user_id, created_at DESC, id DESC);
CREATE STATISTICS intents_filters (mcv) ON package_id, currency, provider, status FROM intents;
CREATE TRIGGER intent_status_guard BEFORE UPDATE OF status ON intents FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION intent_status_guard();

create table jobs (
  id text collate "C" not null,
  kind text collate "C" not null,
  input jsonb not null,
  status text collate "C" not null default 'queued'::text,
  done integer not null default 0,
  total integer,
  message text,
  eta_seconds integer,
  checkpoint jsonb,
  result jsonb,
  version integer not null default 1,
  tries integer not null default 0,
  lease_until timestamp with time zone,
  lease_token text,
  requested_by text collate "C" not null,
  created_at timestamp with time zone not null default instant(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  updated_at timestamp with time zone not null default instant(),
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_done_check CHECK (done >= 0),
  constraint jobs_finished CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'canceled'::text])) = (finished_at IS NOT NULL)),
  constraint jobs_leased CHECK ((status = 'running'::text) = (lease_token IS NOT NULL)),
  constraint jobs_status_check CHECK (status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])),
  constraint jobs_total_check CHECK (total >= 0)
);
CREATE INDEX jobs_newest ON jobs USING btree (kind, created_at DESC, id DESC);
CREATE UNIQUE INDEX jobs_one_reconciliation ON jobs USING btree ((input ->> 'provider'::text)) WHERE kind = 'reconciliation'::text AND (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX jobs_unfinished ON jobs USING btree (lease_until) WHERE status = ANY (ARRAY['queued'::text, 'running'::text]);

create table journal (
  id bigint not null generated always as identity,
  kind text collate "C" not null,
  reference text collate "C" not null,
  user_id text collate "C" not null,
  intent_id text collate "C",
  reason text,
  actor text not null,
  posted_at timestamp with time zone not null default instant(),
  epoch integer not null,
  xid xid8 not null default pg_current_xact_id(),
  reversal_of bigint,
  approved_by text,
  public_reason text,
  caller_reference text,
  metadata jsonb,
  constraint journal_pkey PRIMARY KEY (id),
  constraint journal_fact UNIQUE (reference, kind),
  constraint journal_caller_reference_check CHECK (length(caller_reference) >= 1 AND length(caller_reference) <= 255),
  constraint journal_kind_check CHECK (is_posting_kind(kind)),
  constraint journal_metadata_check CHECK (metadata IS NULL OR is_metadata(metadata))
);
CREATE INDEX journal_caller_reference ON journal USING btree (caller_reference) WHERE caller_reference IS NOT NULL;
CREATE INDEX journal_intent ON journal USING btree (intent_id, id) WHERE intent_id IS NOT NULL;
CREATE INDEX journal_metadata ON journal USING gin (metadata jsonb_path_ops) WHERE metadata IS NOT NULL;
CREATE INDEX journal_newest ON journal USING btree (posted_at DESC, id DESC);
CREATE INDEX journal_order ON journal USING btree (epoch, xid, id);
CREATE INDEX journal_user ON journal USING btree (user_id, id);

create table listed_disputes (
  dispute_id text collate "C" not null,
  provider text collate "C" not null,
  payment_id text collate "C" not null,
  provider_intent_id text collate "C",
  status text collate "C" not null,
  amount_minor bigint not null,
  currency text collate "C" not null,
  withdrawn_minor bigint not null,
  run_id text collate "C" not null,
  constraint listed_disputes_pkey PRIMARY KEY (dispute_id, provider)
);
CREATE INDEX listed_disputes_run ON listed_disputes USING btree (run_id, dispute_id);

create table listed_payouts (
  payout_id text collate "C" not null,
  provider text collate "C" not null,
  amount_minor bigint not null,
  currency text collate "C" not null,
  created_at timestamp with time zone not null,
  run_id text collate "C" not null,
  constraint listed_payouts_pkey PRIMARY KEY (payout_id, provider)
);
CREATE INDEX listed_payouts_run ON listed_payouts USING btree (run_id, payout_id);

create table lot_history (
  id bigint not null generated always as identity,
  lot_id bigint not null,
  at timestamp with time zone not null,
  remaining bigint not null,
  constraint lot_history_pkey PRIMARY KEY (id),
  constraint lot_history_remaining_check CHECK (remaining >= 0)
);
CREATE INDEX lot_history_lot ON lot_history USING btree (lot_id, id);

create table lots (
  id bigint not null generated always as identity,
  user_id text collate "C" not null,
  intent_id text collate "C",
  journal_id bigint not null,
  granted bigint not null,
  remaining bigint not null,
  held bigint not null default 0,
  frozen bigint not null default 0,
  paid_minor bigint not null,
  deferred_minor bigint not null,
  currency text collate "C" not null,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null,
  spent bigint not null default 0,
  earned_minor bigint not null default 0,
  used_up boolean not null default false,
  is_promotional boolean not null default false,
  revived_at timestamp with time zone,
  ended_at timestamp with time zone,
  parent_lot_id bigint,
  root_intent_id text collate "C",
  transferred bigint not null default 0,
  constraint lots_pkey PRIMARY KEY (id),
  constraint lots_deferred CHECK (deferred_minor >= 0 AND deferred_minor <= paid_minor),
  constraint lots_earned CHECK (earned_minor <= (paid_minor - deferred_minor) AND ((earned_minor::numeric + 1::numeric) * granted::numeric) > (paid_minor::numeric * spent::numeric) AND ((earned_minor::numeric - 1::numeric) * granted::numeric) < (paid_minor::numeric * spent::numeric)),
  constraint lots_frozen_check CHECK (frozen >= 0),
  constraint lots_granted_check CHECK (granted > 0),
  constraint lots_granted_safe CHECK (granted <= '9007199254740991'::bigint),
  constraint lots_held_check CHECK (held >= 0),
  constraint lots_paid_minor_check CHECK (paid_minor >= 0),
  constraint lots_parent CHECK ((parent_lot_id IS NULL) = (root_intent_id IS NULL) AND (parent_lot_id IS NULL OR intent_id IS NULL AND NOT is_promotional)),
  constraint lots_promotional CHECK (NOT is_promotional OR paid_minor = 0),
  constraint lots_remaining CHECK (remaining >= 0 AND remaining <= granted),
  constraint lots_set_aside CHECK ((held + frozen) <= remaining),
  constraint lots_spent CHECK (spent >= 0 AND spent <= (granted - remaining)),
  constraint lots_transferred CHECK (transferred >= 0 AND transferred <= (granted - remaining - spent))
) with (fillfactor=75);
CREATE UNIQUE INDEX lots_granted_by ON lots USING btree (journal_id, COALESCE(parent_lot_id, 0::bigint));
CREATE INDEX lots_in_turn ON lots USING btree (user_id, expires_at, is_promotional DESC, id) WHERE NOT used_up;
CREATE UNIQUE INDEX lots_intent ON lots USING btree (intent_id);
CREATE INDEX lots_moved_in ON lots USING btree (user_id, root_intent_id) WHERE root_intent_id IS NOT NULL;
CREATE INDEX lots_root ON lots USING btree (root_intent_id, user_id) WHERE root_intent_id IS NOT NULL;
CREATE INDEX lots_to_expire ON lots USING btree (expires_at) WHERE NOT used_up AND expires_at IS NOT NULL;
CREATE INDEX lots_to_spend ON lots USING btree (user_id, expires_at, id) WHERE NOT used_up;
CREATE INDEX lots_user ON lots USING btree (user_id, id);
CREATE TRIGGER lots_kept AFTER UPDATE OF remaining ON lots FOR EACH ROW WHEN (new.remaining <> old.remaining AND current_setting('credits_gateway.keeps_history'::text, true) IS DISTINCT FROM 'yes'::text) EXECUTE FUNCTION keep_lot_history();
CREATE TRIGGER lots_kept_at_first AFTER INSERT ON lots FOR EACH ROW WHEN (new.remaining <> new.granted) EXECUTE FUNCTION keep_lot_history();
CREATE TRIGGER lots_used_up AFTER INSERT OR UPDATE OF remaining, used_up ON lots FOR EACH ROW WHEN (new.used_up <> (new.remaining = 0)) EXECUTE FUNCTION note_used_up();

create table low_balances (
  user_id text collate "C" not null,
  levels jsonb not null,
  quiet_seconds integer not null,
  resolved bigint[] not null,
  episode integer not null default 0,
  level bigint,
  since timestamp with time zone,
  constraint low_balances_pkey PRIMARY KEY (user_id),
  constraint low_balances_quiet_seconds_check CHECK (quiet_seconds >= 0 AND quiet_seconds <= 604800),
  constraint low_balances_since CHECK ((level IS NULL) = (since IS NULL))
);

create table migrations (
  id serial not null,
  "timestamp" bigint not null,
  name character varying not null,
  constraint "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id)
);

create table moved_by_hand (
  id bigint not null generated always as identity,
  person text collate "C" not null,
  about text collate "C" not null,
  unit text collate "C" not null,
  amount bigint not null,
  reference text not null,
  at timestamp with time zone not null default instant(),
  constraint moved_by_hand_pkey PRIMARY KEY (id),
  constraint moved_by_hand_amount_check CHECK (amount > 0)
);
CREATE INDEX moved_by_hand_lately ON moved_by_hand USING btree (person, unit, at);

create table operations (
  code text collate "C" not null,
  name text not null,
  unit text not null,
  active boolean not null,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint operations_pkey PRIMARY KEY (code),
  constraint operations_code_check CHECK (code ~ '^[a-z0-9_.-]{1,64}$'::text),
  constraint operations_name_check CHECK (length(name) >= 1 AND length(name) <= 255),
  constraint operations_unit_check CHECK (length(unit) >= 1 AND length(unit) <= 40)
);

create table packages (
  id text collate "C" not null,
  name text not null,
  credits bigint not null,
  currency text not null,
  credits_expire_after_days integer,
  active boolean not null default true,
  created_at timestamp with time zone not null default instant(),
  bonus_credits bigint,
  bonus_expire_after_days integer,
  constraint packages_pkey PRIMARY KEY (id),
  constraint packages_bonus CHECK (bonus_credits >= 1 AND bonus_credits <= '9007199254740991'::bigint AND bonus_expire_after_days >= 1 AND bonus_expire_after_days <= 3650 AND (bonus_credits IS NOT NULL OR bonus_expire_after_days IS NULL)),
  constraint packages_credits_check CHECK (credits > 0),
  constraint packages_credits_expire_after_days_check CHECK (credits_expire_after_days > 0),
  constraint packages_credits_safe CHECK (credits <= '9007199254740991'::bigint),
  constraint packages_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint packages_id_check CHECK (id ~ '^[a-z0-9_-]{1,64}$'::text),
  constraint packages_name_check CHECK (length(name) >= 1 AND length(name) <= 255)
);

create table positions (
  name text collate "C" not null,
  epoch integer not null,
  xid xid8 not null,
  id bigint not null,
  constraint positions_pkey PRIMARY KEY (name)
);

create table prices (
  package_id text collate "C" not null,
  currency text collate "C" not null,
  amount_minor bigint not null,
  constraint prices_pkey PRIMARY KEY (package_id, currency),
  constraint prices_amount_minor_check CHECK (amount_minor >= 1 AND amount_minor <= 2147483647),
  constraint prices_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text)
);

create table processes (
  id text collate "C" not null,
  version text not null,
  code_schema text collate "C" not null,
  newest_migration bigint not null,
  role text collate "C" not null,
  host text not null,
  pid integer not null,
  started_at timestamp with time zone not null,
  beat_at timestamp with time zone not null,
  constraint processes_pkey PRIMARY KEY (id)
);

create table promo_codes (
  code text collate "C" not null,
  campaign text collate "C" not null,
  credits bigint not null,
  total_limit integer,
  redeemed integer not null default 0,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null,
  first_purchase_only boolean not null default false,
  package_ids text[],
  constraint promo_codes_pkey PRIMARY KEY (code),
  constraint promo_codes_code_check CHECK (code ~ '^[A-Z0-9-]{10,40}$'::text),
  constraint promo_codes_credits_check CHECK (credits >= 1 AND credits <= '9007199254740991'::bigint),
  constraint promo_codes_limit CHECK (redeemed >= 0 AND redeemed <= COALESCE(total_limit, 2147483647)),
  constraint promo_codes_packages CHECK (cardinality(package_ids) >= 1 AND cardinality(package_ids) <= 100),
  constraint promo_codes_span CHECK (starts_at < ends_at),
  constraint promo_codes_total_limit_check CHECK (total_limit > 0)
);
CREATE INDEX promo_codes_newest ON promo_codes USING btree (created_at DESC, code);
CREATE INDEX promo_codes_of_campaign ON promo_codes USING btree (campaign, created_at DESC, code);

create table promo_redemptions (
  code text collate "C" not null,
  user_id text collate "C" not null,
  grant_id text collate "C" not null,
  constraint promo_redemptions_pkey PRIMARY KEY (code, user_id),
  constraint promo_redemptions_grant_id_key UNIQUE (grant_id)
);

create table promo_tries (
  who text collate "C" not null,
  hour timestamp with time zone not null,
  tries integer not null,
  constraint promo_tries_pkey PRIMARY KEY (who, hour)
);

create unlogged table provider_calls (
  account text collate "C" not null,
  operation text collate "C" not null,
  tokens double precision not null,
  at timestamp with time zone not null,
  constraint provider_calls_pkey PRIMARY KEY (account, operation)
) with (fillfactor=50);

create table provider_troubles (
  provider text collate "C" not null,
  operation text collate "C" not null,
  kind text collate "C" not null,
  message text not null,
  first_at timestamp with time zone not null default instant(),
  last_at timestamp with time zone not null default instant(),
  constraint provider_troubles_pkey PRIMARY KEY (provider, operation),
  constraint provider_troubles_kind_check CHECK (kind = ANY (ARRAY['misconfigured'::text, 'unknown'::text]))
);

create table providers (
  name text collate "C" not null,
  constraint providers_pkey PRIMARY KEY (name),
  constraint providers_name_check CHECK (name ~ '^[a-z][a-z0-9_]{0,39}$'::text)
);

create table quarantine (
  loop text collate "C" not null,
  row_id text collate "C" not null,
  failures integer not null default 1,
  error text not null,
  since timestamp with time zone not null default instant(),
  retry_at timestamp with time zone not null,
  constraint quarantine_pkey PRIMARY KEY (loop, row_id)
);

create table rates (
  operation text collate "C" not null,
  version integer not null,
  effective_from timestamp with time zone not null,
  flat_micro bigint not null,
  micro_per_unit bigint not null,
  per_units bigint not null,
  minimum_micro bigint not null,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null,
  constraint rates_pkey PRIMARY KEY (operation, version),
  constraint rates_flat_micro_check CHECK (flat_micro >= 0 AND flat_micro <= '9007199254740991'::bigint),
  constraint rates_micro_per_unit_check CHECK (micro_per_unit >= 0 AND micro_per_unit <= '9007199254740991'::bigint),
  constraint rates_minimum_micro_check CHECK (minimum_micro >= 0 AND minimum_micro <= '9007199254740991'::bigint),
  constraint rates_per_units_check CHECK (per_units >= 1 AND per_units <= '9007199254740991'::bigint),
  constraint rates_version_check CHECK (version > 0)
);
CREATE TRIGGER rates_in_order BEFORE INSERT ON rates FOR EACH ROW EXECUTE FUNCTION rates_in_order();

create table receipts (
  intent_id text collate "C" not null,
  year integer not null,
  number integer not null,
  constraint receipts_pkey PRIMARY KEY (intent_id),
  constraint receipts_gapless UNIQUE (year, number),
  constraint receipts_number_check CHECK (number > 0)
);

create table recoveries (
  provider text collate "C" not null,
  since timestamp with time zone not null,
  done_to timestamp with time zone not null,
  constraint recoveries_pkey PRIMARY KEY (provider, since)
);

create table refunds (
  id text collate "C" not null,
  intent_id text collate "C" not null,
  provider text collate "C" not null,
  provider_refund_id text collate "C",
  provider_payment_id text collate "C" not null,
  amount_minor bigint not null,
  currency text not null,
  status text collate "C" not null,
  requested_by text not null,
  reason text,
  credits_revoked bigint not null default 0,
  created_at timestamp with time zone not null default instant(),
  completed_at timestamp with time zone,
  lease_until timestamp with time zone,
  lease_token text,
  tries integer not null default 0,
  last_error text,
  idempotency_key text collate "C",
  request jsonb,
  credits_frozen bigint not null default 0,
  approved_by text,
  public_reason text,
  review_id text collate "C",
  constraint refunds_pkey PRIMARY KEY (id),
  constraint refunds_amount_minor_check CHECK (amount_minor > 0),
  constraint refunds_credits_frozen_check CHECK (credits_frozen >= 0),
  constraint refunds_credits_revoked_check CHECK (credits_revoked >= 0),
  constraint refunds_status_check CHECK (status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text]))
);
CREATE INDEX refunds_completed ON refunds USING btree (completed_at) WHERE status = 'succeeded'::text;
CREATE INDEX refunds_intent ON refunds USING btree (intent_id);
CREATE INDEX refunds_leased ON refunds USING btree (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX refunds_newest ON refunds USING btree (created_at DESC, id DESC);
CREATE UNIQUE INDEX refunds_of_review ON refunds USING btree (review_id) WHERE review_id IS NOT NULL AND status <> 'failed'::text;
CREATE INDEX refunds_payment ON refunds USING btree (provider_payment_id, provider);
CREATE UNIQUE INDEX refunds_policy ON refunds USING btree (provider_payment_id, provider) WHERE requested_by = 'policy'::text;
CREATE UNIQUE INDEX refunds_provider_refund ON refunds USING btree (provider_refund_id, provider);
CREATE INDEX refunds_settled ON refunds USING btree (provider, created_at, provider_refund_id) WHERE provider_refund_id IS NOT NULL;

create table revoked_lots (
  cause_id text collate "C" not null,
  lot_id bigint not null,
  credits bigint not null,
  constraint revoked_lots_pkey PRIMARY KEY (cause_id, lot_id),
  constraint revoked_lots_credits_check CHECK (credits > 0)
);
CREATE INDEX revoked_lots_lot ON revoked_lots USING btree (lot_id);

create table risk_attacks (
  id bigint not null generated always as identity,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  quiet_at timestamp with time zone,
  sign text collate "C" not null,
  seen bigint not null,
  usual_most integer not null,
  constraint risk_attacks_pkey PRIMARY KEY (id),
  constraint risk_attacks_check CHECK (ended_at >= started_at),
  constraint risk_attacks_sign_check CHECK (sign = ANY (ARRAY['declines'::text, 'new_cards'::text]))
);
CREATE UNIQUE INDEX risk_attacks_open ON risk_attacks USING btree ((true)) WHERE ended_at IS NULL;
CREATE TRIGGER attacks_ended AFTER UPDATE ON risk_attacks FOR EACH ROW WHEN (old.ended_at IS NULL AND new.ended_at IS NOT NULL) EXECUTE FUNCTION tell_attack();
CREATE TRIGGER attacks_started AFTER INSERT ON risk_attacks FOR EACH ROW EXECUTE FUNCTION tell_attack();

create table risk_counters (
  subject text collate "C" not null,
  attempts_at timestamp with time zone[],
  attempts_n bigint[],
  attempts_credits bigint[],
  tries_at timestamp with time zone[],
  tries_n bigint[],
  declines_at timestamp with time zone[],
  declines_n bigint[],
  declines_in_row integer not null default 0,
  cards bigint[],
  cards_at timestamp with time zone[],
  users bigint[],
  users_at timestamp with time zone[],
  disputes integer not null default 0,
  warnings integer not null default 0,
  troubles integer not null default 0,
  touched_at timestamp with time zone not null,
  newcomers_at timestamp with time zone[],
  constraint risk_counters_pkey PRIMARY KEY (subject)
) with (fillfactor=60);

create table risk_decisions (
  id bigint not null generated by default as identity,
  intent_id text collate "C",
  user_id text collate "C" not null,
  stage text collate "C" not null,
  at timestamp with time zone not null,
  rule_version bigint,
  score smallint not null,
  decision text collate "C" not null,
  told text collate "C" not null,
  signals double precision[] not null,
  fired smallint[] not null,
  device text collate "C",
  address text collate "C",
  email_domain text collate "C",
  country text collate "C",
  card text collate "C",
  credits bigint not null,
  amount_minor bigint not null,
  currency text collate "C" not null,
  shadow_version bigint,
  shadow_score smallint,
  shadow_decision text collate "C",
  constraint risk_decisions_pkey PRIMARY KEY (id),
  constraint risk_decisions_are CHECK (is_risk_decision(stage, score, decision, told))
);
CREATE INDEX risk_decisions_address ON risk_decisions USING btree (address, id) WHERE address IS NOT NULL;
CREATE INDEX risk_decisions_card ON risk_decisions USING btree (card, id) WHERE card IS NOT NULL;
CREATE INDEX risk_decisions_device ON risk_decisions USING btree (device, id) WHERE device IS NOT NULL;
CREATE INDEX risk_decisions_intent ON risk_decisions USING btree (intent_id) WHERE intent_id IS NOT NULL;
CREATE INDEX risk_decisions_strict ON risk_decisions USING btree (id DESC) WHERE decision = ANY (ARRAY['challenge'::text, 'review'::text, 'block'::text]);
CREATE INDEX risk_decisions_user ON risk_decisions USING btree (user_id, id);

create table risk_lists (
  id text collate "C" not null,
  list text collate "C" not null,
  kind text collate "C" not null,
  value text collate "C" not null,
  range cidr,
  reason text not null,
  expires_at timestamp with time zone,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null default instant(),
  removed_at timestamp with time zone,
  removed_by text collate "C",
  constraint risk_lists_pkey PRIMARY KEY (id),
  constraint risk_lists_check CHECK (NOT range::inet IS DISTINCT FROM
CASE
    WHEN kind = 'address'::text THEN value::cidr
    ELSE NULL::cidr
END::inet),
  constraint risk_lists_check1 CHECK ((removed_at IS NULL) = (removed_by IS NULL)),
  constraint risk_lists_kind_check CHECK (kind = ANY (ARRAY['user'::text, 'device'::text, 'card'::text, 'address'::text, 'email_domain'::text, 'country'::text])),
  constraint risk_lists_list_check CHECK (list = ANY (ARRAY['block'::text, 'allow'::text])),
  constraint risk_lists_value_check CHECK (length(value) >= 1 AND length(value) <= 255)
);
CREATE UNIQUE INDEX risk_lists_live ON risk_lists USING btree (kind, value, list) WHERE removed_at IS NULL;
CREATE INDEX risk_lists_newest ON risk_lists USING btree (list, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX risk_lists_ranges ON risk_lists USING gist (range inet_ops) WHERE kind = 'address'::text AND removed_at IS NULL;

create table risk_minutes (
  minute timestamp with time zone not null,
  tries bigint not null,
  declines bigint not null,
  new_cards bigint not null,
  stopped bigint not null,
  constraint risk_minutes_pkey PRIMARY KEY (minute)
);

create table risk_review_steps (
  id bigint not null generated always as identity,
  status text collate "C" not null,
  constraint risk_review_steps_pkey PRIMARY KEY (id)
);

create table risk_review_totals (
  status text collate "C" not null,
  reviews bigint not null,
  constraint risk_review_totals_pkey PRIMARY KEY (status)
);

create table risk_reviews (
  id text collate "C" not null,
  intent_id text collate "C" not null,
  user_id text collate "C" not null,
  reason text collate "C" not null,
  decision_id bigint,
  score integer not null,
  status text collate "C" not null default 'open'::text,
  opened_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by text collate "C",
  note text,
  constraint risk_reviews_pkey PRIMARY KEY (id),
  constraint risk_reviews_decided CHECK ((status = 'open'::text) = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
  constraint risk_reviews_reason_check CHECK (reason = ANY (ARRAY['rule'::text, 'warning'::text, 'provider_review'::text, 'dispute_fraud'::text])),
  constraint risk_reviews_score_check CHECK (score >= 0 AND score <= 100),
  constraint risk_reviews_status_check CHECK (status = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'expired'::text]))
);
CREATE INDEX risk_reviews_due ON risk_reviews USING btree (opened_at) WHERE status = 'open'::text;
CREATE INDEX risk_reviews_listed ON risk_reviews USING btree (opened_at DESC, id DESC);
CREATE INDEX risk_reviews_of_intent ON risk_reviews USING btree (intent_id, opened_at);
CREATE INDEX risk_reviews_of_user ON risk_reviews USING btree (user_id);
CREATE UNIQUE INDEX risk_reviews_open ON risk_reviews USING btree (intent_id) WHERE status = 'open'::text;
CREATE TRIGGER reviews_ended AFTER UPDATE OF status ON risk_reviews FOR EACH ROW WHEN (new.status <> old.status) EXECUTE FUNCTION count_review();
CREATE TRIGGER reviews_opened AFTER INSERT ON risk_reviews FOR EACH ROW EXECUTE FUNCTION count_review();

create table risk_rule_lines (
  version bigint not null,
  ord smallint not null,
  code text collate "C" not null,
  signal smallint not null,
  sign smallint not null,
  bound double precision not null,
  weight smallint not null,
  floor smallint not null,
  stages smallint not null,
  when_signals smallint[],
  when_signs smallint[],
  when_bounds double precision[],
  constraint risk_rule_lines_pkey PRIMARY KEY (version, ord),
  constraint risk_rule_lines_version_code_key UNIQUE (version, code),
  constraint risk_rule_lines_floor_check CHECK (floor >= 0 AND floor <= 3),
  constraint risk_rule_lines_sign_check CHECK (sign = ANY (ARRAY['-1'::integer, 1])),
  constraint risk_rule_lines_stages_check CHECK (stages >= 1 AND stages <= 3),
  constraint risk_rule_lines_weight_check CHECK (weight >= 0 AND weight <= 100)
);

create table risk_rules (
  version bigint not null generated always as identity,
  state text collate "C" not null,
  document jsonb not null,
  challenge_at smallint not null,
  review_at smallint not null,
  block_at smallint not null,
  proposed_by text not null,
  approved_by text,
  note text,
  created_at timestamp with time zone not null default instant(),
  activated_at timestamp with time zone,
  any_signals smallint[],
  any_signs smallint[],
  any_bounds double precision[],
  constraint risk_rules_pkey PRIMARY KEY (version),
  constraint risk_rules_block_at_check CHECK (block_at > 0),
  constraint risk_rules_challenge_at_check CHECK (challenge_at > 0),
  constraint risk_rules_review_at_check CHECK (review_at > 0),
  constraint risk_rules_state_check CHECK (state = ANY (ARRAY['proposed'::text, 'shadow'::text, 'active'::text, 'retired'::text]))
);
CREATE UNIQUE INDEX risk_rules_active ON risk_rules USING btree (state) WHERE state = 'active'::text;
CREATE UNIQUE INDEX risk_rules_shadow ON risk_rules USING btree (state) WHERE state = 'shadow'::text;

create table risk_tallies (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default instant(),
  tries integer not null default 0,
  declines integer not null default 0,
  new_cards integer not null default 0,
  stopped integer not null default 0,
  constraint risk_tallies_pkey PRIMARY KEY (id)
);

create table risk_warnings (
  provider text collate "C" not null,
  provider_id text collate "C" not null,
  kind text collate "C" not null,
  intent_id text collate "C" not null,
  user_id text collate "C" not null,
  reason text,
  is_actionable boolean not null,
  at timestamp with time zone not null,
  review_id text collate "C",
  constraint risk_warnings_pkey PRIMARY KEY (provider_id, provider),
  constraint risk_warnings_kind_check CHECK (kind = ANY (ARRAY['early_fraud_warning'::text, 'provider_review'::text, 'fraud_dispute'::text]))
);
CREATE INDEX risk_warnings_of_intent ON risk_warnings USING btree (intent_id);
CREATE INDEX risk_warnings_of_user ON risk_warnings USING btree (user_id);

create table run_breaks (
  run_id text collate "C" not null,
  break_id bigint not null,
  constraint run_breaks_pkey PRIMARY KEY (run_id, break_id)
);

create table seal_totals (
  number bigint not null,
  account text collate "C" not null,
  unit text collate "C" not null,
  kind text collate "C" not null,
  amount numeric not null,
  constraint seal_totals_pkey PRIMARY KEY (number, account, unit, kind)
);

create table seals (
  number bigint not null,
  journal_id bigint not null,
  hash bytea not null,
  closes_at timestamp with time zone not null,
  sealed_at timestamp with time zone not null,
  format smallint not null,
  hidden text[],
  hidden_hash bytea,
  salt bytea,
  constraint seals_pkey PRIMARY KEY (number),
  constraint seals_journal_id_key UNIQUE (journal_id),
  constraint seals_format CHECK (
CASE format
    WHEN 1 THEN hidden IS NULL
    ELSE hidden IS NOT NULL AND (hidden = '{}'::text[]) = (hidden_hash IS NULL)
END),
  constraint seals_hash_check CHECK (length(hash) = 32),
  constraint seals_hidden_hash_check CHECK (length(hidden_hash) = 32),
  constraint seals_salt_check CHECK (length(salt) = 32)
);
CREATE INDEX seals_closes_at ON seals USING btree (closes_at, number);

create table secret_checks (
  setting text collate "C" not null,
  value text collate "C" not null,
  since timestamp with time zone not null,
  constraint secret_checks_pkey PRIMARY KEY (setting)
);

create table settlement_entries (
  entry_id text collate "C" not null,
  provider text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  provider_intent_id text collate "C",
  payout_id text collate "C",
  amount_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  currency text collate "C" not null,
  created_at timestamp with time zone not null,
  run_id text collate "C" not null,
  in_window boolean not null,
  journal_id bigint,
  booked_minor bigint,
  part_of text,
  is_foreign boolean not null default false,
  constraint settlement_entries_pkey PRIMARY KEY (entry_id, provider),
  constraint settlement_entries_check CHECK (kind = 'payout'::text OR part_of IS NULL),
  constraint settlement_entries_net CHECK (net_minor = (amount_minor - fee_minor))
);
CREATE INDEX settlement_entries_journal ON settlement_entries USING btree (journal_id) WHERE journal_id IS NOT NULL;
CREATE INDEX settlement_entries_key ON settlement_entries USING btree (key, provider);
CREATE INDEX settlement_entries_part_of ON settlement_entries USING btree (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX settlement_entries_payout ON settlement_entries USING btree (payout_id, provider) WHERE payout_id IS NOT NULL;
CREATE INDEX settlement_entries_run ON settlement_entries USING btree (run_id, key, entry_id) WHERE in_window;
CREATE INDEX settlement_entries_run_payout ON settlement_entries USING btree (run_id, payout_id) WHERE in_window AND payout_id IS NOT NULL;

create table shared_wallets (
  id text collate "C" not null,
  name text not null,
  created_by text collate "C" not null,
  created_at timestamp with time zone not null,
  constraint shared_wallets_pkey PRIMARY KEY (id),
  constraint shared_wallets_name_check CHECK (length(name) >= 1 AND length(name) <= 100)
);
CREATE INDEX shared_wallets_called ON shared_wallets USING btree (lower(name) text_pattern_ops, id);
CREATE CONSTRAINT TRIGGER shared_wallets_owner AFTER INSERT ON shared_wallets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION begin_with_an_owner();

create table spend_limits (
  user_id text collate "C" not null,
  subject text collate "C" not null,
  per text collate "C" not null,
  credits bigint not null,
  time_zone text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  spent bigint not null,
  held bigint not null,
  constraint spend_limits_pkey PRIMARY KEY (user_id, subject, per),
  constraint spend_limits_check CHECK (ends_at > starts_at),
  constraint spend_limits_credits_check CHECK (credits >= 0 AND credits <= '9007199254740991'::bigint),
  constraint spend_limits_per_check CHECK (per = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'total'::text]))
) with (fillfactor=50);

create table spend_lots (
  journal_id bigint not null,
  lot_id bigint not null,
  credits bigint not null,
  minor bigint not null,
  constraint spend_lots_credits_check CHECK (credits <> 0)
);
CREATE INDEX spend_lots_journal ON spend_lots USING btree (journal_id);

create table spend_reversals (
  journal_id bigint not null,
  spend_id bigint not null,
  user_id text collate "C" not null,
  credits bigint not null,
  constraint spend_reversals_pkey PRIMARY KEY (journal_id),
  constraint spend_reversals_credits_check CHECK (credits > 0)
);
CREATE INDEX spend_reversals_of ON spend_reversals USING btree (spend_id);

create table spenders (
  journal_id bigint not null,
  user_id text collate "C" not null,
  member_id text collate "C",
  api_key_id text collate "C",
  counted_at timestamp with time zone,
  constraint spenders_pkey PRIMARY KEY (journal_id)
);
CREATE INDEX spenders_api_key ON spenders USING btree (user_id, api_key_id, journal_id) WHERE api_key_id IS NOT NULL;
CREATE INDEX spenders_member ON spenders USING btree (user_id, member_id, journal_id) WHERE member_id IS NOT NULL;

create table timeline_cuts (
  intent_id text collate "C" not null,
  entries integer not null,
  last integer not null,
  constraint timeline_cuts_pkey PRIMARY KEY (intent_id),
  constraint timeline_cuts_check CHECK (last >= entries),
  constraint timeline_cuts_entries_check CHECK (entries > 0)
);

create table transfers (
  journal_id bigint not null,
  to_journal_id bigint not null,
  user_id text collate "C" not null,
  to_user_id text collate "C" not null,
  credits bigint not null,
  constraint transfers_pkey PRIMARY KEY (journal_id),
  constraint transfers_to_journal_id_key UNIQUE (to_journal_id),
  constraint transfers_check CHECK (user_id <> to_user_id),
  constraint transfers_credits_check CHECK (credits > 0)
);

create table transitions (
  from_status text not null,
  news text not null,
  result text not null,
  constraint transitions_pkey PRIMARY KEY (from_status, news),
  constraint transitions_result_check CHECK (result = ANY (ARRAY['pending'::text, 'processing'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text, 'same'::text, 'orphan'::text, 'illegal'::text]))
);

create table turns (
  loop text collate "C" not null,
  turn_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint turns_pkey PRIMARY KEY (loop)
);

create table unreadable_lines (
  provider text collate "C" not null,
  line text collate "C" not null,
  key text collate "C",
  payout_id text collate "C",
  listed_from bigint,
  listed_to bigint,
  reason text not null,
  run_id text collate "C" not null,
  seen_at timestamp with time zone not null default instant(),
  constraint unreadable_lines_pkey PRIMARY KEY (provider, line),
  constraint unreadable_lines_check CHECK ((listed_to IS NULL) = (listed_from IS NULL) AND listed_to > listed_from),
  constraint unreadable_lines_line_check CHECK (length(line) >= 1 AND length(line) <= 300)
);

create table usage_days (
  id bigint not null generated always as identity,
  user_id text collate "C" not null,
  day timestamp with time zone not null,
  operation text collate "C" not null,
  member_id text collate "C" not null default ''::text,
  api_key_id text collate "C" not null default ''::text,
  uses bigint not null,
  quantity numeric not null,
  micro numeric not null,
  constraint usage_days_pkey PRIMARY KEY (id),
  constraint usage_days_once UNIQUE (day, user_id, operation, member_id, api_key_id)
);
CREATE INDEX usage_days_of ON usage_days USING btree (user_id, day, operation, id);

create table usage_parts (
  usage_id bigint not null,
  nth integer not null,
  operation text collate "C" not null,
  version integer not null,
  quantity bigint not null,
  micro bigint not null,
  constraint usage_parts_pkey PRIMARY KEY (usage_id, nth)
);

create table usage_remainders (
  user_id text collate "C" not null,
  micro integer not null,
  constraint usage_remainders_pkey PRIMARY KEY (user_id),
  constraint usage_remainders_micro_check CHECK (micro >= 0 AND micro <= 999999)
);

create table usages (
  id bigint not null,
  user_id text collate "C" not null,
  member_id text collate "C",
  api_key_id text collate "C",
  hold_id text collate "C",
  reversal_of bigint,
  micro bigint not null,
  unpaid_micro bigint not null,
  credits bigint not null,
  at timestamp with time zone not null,
  priced_at timestamp with time zone not null,
  epoch integer not null,
  xid xid8 not null default pg_current_xact_id(),
  constraint usages_pkey PRIMARY KEY (id),
  constraint usages_signs CHECK (
CASE
    WHEN reversal_of IS NULL THEN micro >= 0 AND credits >= 0
    ELSE micro <= 0 AND credits <= 0 AND unpaid_micro = 0
END),
  constraint usages_unpaid_micro_check CHECK (unpaid_micro >= 0)
);
CREATE INDEX usages_in_order ON usages USING btree (epoch, xid, id);
CREATE INDEX usages_reversed ON usages USING btree (reversal_of) WHERE reversal_of IS NOT NULL;

create table users (
  id text collate "C" not null,
  email text,
  email_mark text collate "C",
  name text,
  name_mark text collate "C",
  key_mark text collate "C" not null,
  account_created_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_check CHECK (starts_with(email, 'cg1:'::text) AND starts_with(name, 'cg1:'::text)),
  constraint users_check1 CHECK ((email IS NULL) = (email_mark IS NULL) AND (name IS NULL) = (name_mark IS NULL)),
  constraint users_id_check CHECK (length(id) >= 1 AND length(id) <= 255)
);
CREATE INDEX users_email ON users USING btree (email_mark) WHERE email_mark IS NOT NULL;
CREATE INDEX users_key ON users USING btree (key_mark);
CREATE INDEX users_name ON users USING btree (name_mark) WHERE name_mark IS NOT NULL;

create table wallet_members (
  id bigint not null generated always as identity,
  wallet_id text collate "C" not null,
  user_id text collate "C" not null,
  role text collate "C" not null,
  since timestamp with time zone not null,
  until timestamp with time zone,
  constraint wallet_members_pkey PRIMARY KEY (id),
  constraint wallet_members_check CHECK (until >= since),
  constraint wallet_members_role_check CHECK (role = ANY (ARRAY['owner'::text, 'manager'::text, 'member'::text]))
);
CREATE UNIQUE INDEX wallet_members_now ON wallet_members USING btree (wallet_id, user_id) WHERE until IS NULL;
CREATE INDEX wallet_members_of ON wallet_members USING btree (user_id) WHERE until IS NULL;
CREATE CONSTRAINT TRIGGER wallet_members_owner AFTER DELETE OR UPDATE ON wallet_members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_an_owner();

create table wallets (
  user_id text collate "C" not null,
  balance bigint not null default 0,
  held bigint not null default 0,
  frozen bigint not null default 0,
  owed bigint not null default 0,
  version integer not null default 0,
  line_sequence bigint not null default 0,
  updated_at timestamp with time zone not null default instant(),
  low_watched boolean not null default false,
  low_at bigint,
  spend_limited boolean not null default false,
  is_shared boolean not null default false,
  constraint wallets_pkey PRIMARY KEY (user_id),
  constraint wallets_balance_check CHECK (balance >= 0),
  constraint wallets_frozen_check CHECK (frozen >= 0),
  constraint wallets_held_check CHECK (held >= 0),
  constraint wallets_owed_check CHECK (owed >= 0),
  constraint wallets_safe CHECK (balance <= '9007199254740991'::bigint AND owed <= '9007199254740991'::bigint),
  constraint wallets_set_aside CHECK ((held + frozen) <= balance),
  constraint wallets_user_id_check CHECK (length(user_id) >= 1 AND length(user_id) <= 255)
) with (fillfactor=75);
CREATE TRIGGER wallets_form BEFORE INSERT ON wallets FOR EACH ROW WHEN (new.is_shared <> is_shared_wallet_id(new.user_id)) EXECUTE FUNCTION guard_shared_wallet();
CREATE TRIGGER wallets_form_kept BEFORE UPDATE OF is_shared, user_id ON wallets FOR EACH ROW WHEN (new.is_shared IS DISTINCT FROM old.is_shared OR new.user_id IS DISTINCT FROM old.user_id) EXECUTE FUNCTION guard_shared_wallet();
CREATE CONSTRAINT TRIGGER wallets_low AFTER UPDATE ON wallets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.low_watched AND (new.balance > old.balance OR (new.balance - new.held - new.frozen) <= new.low_at)) EXECUTE FUNCTION tell_low_balance();
CREATE CONSTRAINT TRIGGER wallets_owe_first AFTER INSERT OR UPDATE ON wallets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.owed > 0) EXECUTE FUNCTION wallet_owes_first();

create table webhook_attempts (
  event_id text collate "C" not null,
  number integer not null,
  at timestamp with time zone not null,
  duration_ms integer not null,
  succeeded boolean not null,
  error text,
  constraint webhook_attempts_pkey PRIMARY KEY (event_id, number)
);

create table webhook_endpoint_secrets (
  endpoint_id text collate "C" not null,
  secret text not null,
  created_at timestamp with time zone not null default instant(),
  expires_at timestamp with time zone,
  constraint webhook_endpoint_secrets_pkey PRIMARY KEY (endpoint_id, secret)
);

create table webhook_endpoints (
  id text collate "C" not null,
  url text not null,
  events jsonb not null,
  enabled boolean not null,
  description text,
  failing_since timestamp with time zone,
  failed_count integer not null default 0,
  created_at timestamp with time zone not null default instant(),
  deleted_at timestamp with time zone,
  constraint webhook_endpoints_pkey PRIMARY KEY (id),
  constraint webhook_endpoints_events_check CHECK (jsonb_array_length(events) > 0)
);

create table webhook_events (
  id text collate "C" not null,
  provider text collate "C" not null,
  provider_event_id text collate "C" not null,
  type text not null,
  subject text not null,
  livemode boolean,
  provider_intent_id text collate "C",
  intent_id text collate "C",
  body bytea,
  body_sha256 text collate "C" not null,
  status text collate "C" not null default 'received'::text,
  duplicate_count integer not null default 0,
  attempt_count integer not null default 0,
  last_error text,
  lease_until timestamp with time zone,
  received_at timestamp with time zone not null default instant(),
  processed_at timestamp with time zone,
  constraint webhook_events_pkey PRIMARY KEY (id),
  constraint webhook_events_body UNIQUE (body_sha256, provider),
  constraint webhook_events_status_check CHECK (status = ANY (ARRAY['received'::text, 'parked'::text, 'processing'::text, 'processed'::text, 'ignored'::text, 'quarantined'::text, 'failed'::text, 'dead'::text]))
);
CREATE INDEX webhook_events_body_age ON webhook_events USING btree (received_at) WHERE body IS NOT NULL;
CREATE INDEX webhook_events_due ON webhook_events USING btree (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX webhook_events_event_id ON webhook_events USING btree (provider_event_id);
CREATE INDEX webhook_events_intent ON webhook_events USING btree (intent_id);
CREATE INDEX webhook_events_newest ON webhook_events USING btree (received_at DESC, id DESC);
CREATE INDEX webhook_events_provider_intent ON webhook_events USING btree (provider_intent_id);
CREATE INDEX webhook_events_status ON webhook_events USING btree (status, provider, received_at DESC);
CREATE STATISTICS webhook_events_filters (mcv) ON provider, type, status FROM webhook_events;

alter table api_keys add constraint api_keys_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES shared_wallets(id);
alter table approvals add constraint approvals_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(id);
alter table bonus_dues add constraint bonus_dues_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES credit_grants(id);
alter table dispute_answers add constraint dispute_answers_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);
alter table dispute_drafts add constraint dispute_drafts_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);
alter table dispute_files add constraint dispute_files_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);
alter table disputes add constraint disputes_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table due_days add constraint due_days_of_provider_fkey FOREIGN KEY (of_provider) REFERENCES providers(name);
alter table intents add constraint intents_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table listed_disputes add constraint listed_disputes_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table listed_payouts add constraint listed_payouts_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table prices add constraint prices_package_id_fkey FOREIGN KEY (package_id) REFERENCES packages(id);
alter table provider_troubles add constraint provider_troubles_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table recoveries add constraint recoveries_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table risk_rule_lines add constraint risk_rule_lines_version_fkey FOREIGN KEY (version) REFERENCES risk_rules(version);
alter table risk_warnings add constraint risk_warnings_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table settlement_entries add constraint settlement_entries_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table unreadable_lines add constraint unreadable_lines_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
alter table wallet_members add constraint wallet_members_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES shared_wallets(id);
alter table webhook_events add constraint webhook_events_provider_fkey FOREIGN KEY (provider) REFERENCES providers(name);
