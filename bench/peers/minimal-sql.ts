// What a spend and a purchase's claim come to as plain SQL, one transaction each, in pgbench's words.

/** Tables with their keys alone; `claimed` and those beside it are the gateway's own, with their checks and indexes. */
export const PEER_TABLES = `
  drop schema if exists peer cascade;
  create schema peer;
  create table peer.wallets (user_id text primary key, balance bigint not null check (balance >= 0)) with (fillfactor = 75);
  create table peer.postings (id bigint generated always as identity primary key, user_id text not null, kind text not null,
    key text not null, at timestamptz not null default now());
  create table peer.lines (posting_id bigint not null, line smallint not null, account text not null, amount bigint not null,
    primary key (posting_id, line));
  create table peer.events (id bigint generated always as identity primary key, subject text not null, kind text not null,
    data jsonb not null, at timestamptz not null default now());
  create table peer.claimed (like public.intents including all);
  create table peer.told (like public.events including all);
  create table peer.decided (like public.risk_decisions including all);
  create table peer.counted (like public.risk_counters including all);
  insert into peer.wallets select user_id, balance from public.wallets;
  vacuum analyze peer.wallets;
`;

const spendOf = (user: string) => `${user}
begin;
update peer.wallets set balance = balance - 1 where user_id = :user and balance >= 1;
insert into peer.postings (user_id, kind, key) values (:user, 'spend', :user || :key) returning id as posting \\gset
insert into peer.lines values (:posting, 1, 'wallet', -1), (:posting, 2, 'spent', 1);
insert into peer.events (subject, kind, data) values (:user, 'balance_changed', jsonb_build_object('posting', :posting::bigint, 'delta', -1));
end;
`;
const KEY = '\\set key random(1, 1000000000000)\n';

/** An update of a wallet and inserts of a posting, two lines and an event. @param users how many, u0 and so on */
export const minimalSpend = (users: number): string =>
  spendOf(`${KEY}\\set n random(0, ${users - 1})\nselect 'u' || :n as user \\gset`);
export const MINIMAL_HOT_SPEND = spendOf(`${KEY}select 'hot' as user \\gset`);

/** The rows that a createIntent leaves, of the simulated provider's own none: the intent, its decision, three counters, three events. */
export const CLAIM_ROWS = `
select 'int_' || substr(md5(random()::text || clock_timestamp()::text), 1, 26) as id, 'u' || (random() * 9999)::int as user \\gset
begin;
insert into peer.claimed (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, amount_minor, currency, provider,
  mode, created_by, request, read_number, applied_read_number, status, version, timeline_sequence, provider_intent_id, provider_status,
  client_secret, risk_score, risk_decision, risk_decision_id, lease_until, expires_at, created_at, updated_at)
values (:id, :user, :id, repeat('0', 64), 'small', 'Small', 50, 5000, 'INR', 'stripe', 'mock', :user,
  '{"currency": "INR", "metadata": {"schema": "1", "credits": "50", "user_id": "u1", "package_id": "small", "package_version": "5a821c11da77"}, "amountMinor": "5000", "description": "Small"}',
  1, 1, 'pending', 2, 3, 'pi_mock_' || :id, 'requires_payment_method', 'cg1' || chr(58) || repeat('c', 136), 0, 'allow', 1,
  now() + interval '15 minutes', now() + interval '1 day', now(), now());
insert into peer.decided (intent_id, user_id, stage, at, rule_version, score, decision, told, signals, fired, address, credits,
  amount_minor, currency)
values (:id, :user, 'claim', now(), 1, 0, 'allow', 'none', array_fill(0::float8, array[24]), '{}', '127.0.0.1', 50, 5000, 'INR');
insert into peer.counted as c (subject, attempts_at, attempts_n, attempts_credits, touched_at)
select subject, array[now()], array[1], array[50], now() from unnest(array['user:' || :user, 'new:' || :user, 'key:' || :id]) subject
order by subject
on conflict (subject) do update set attempts_n = c.attempts_n, touched_at = now();
insert into peer.told (subject, sequence, version, kind, actor, from_status, to_status, data, epoch)
values (:id, 1, 1, 'created', :user, null, 'pending', '{"currency": "INR", "packageId": "small", "amountMinor": 5000}', 1),
  (:id, 2, null, 'provider_called', 'provider', null, null, '{"call": "create"}', 1),
  (:id, 3, 2, 'provider_answered', 'provider', 'pending', 'pending', '{"attemptCount": 0}', 1);
end;
`;
