// The rows of every table, from the plan.
import { SPAN } from './history-plan';

/** One step: a statement for each chunk of rows $1 to $2 of the plan or of the postings. */
export interface Step {
  readonly table: string;
  readonly of: 'plan' | 'posts';
  readonly statement: string;
}

const PLANNED = 'from making.plan p where p.n between $1 and $2';
const POSTED = 'from making.posts p where p.id between $1 and $2';
const BY = 'order by p.n';

/** The ledger: what is sealed afterwards. */
export const LEDGER_STEPS: readonly Step[] = [
  {
    table: 'journal',
    of: 'posts',
    statement: `
      insert into journal (id, kind, reference, user_id, intent_id, reason, actor, posted_at, epoch) overriding system value
      select p.id, kind, case kind when 'receipt' then provider || ':' || payment_id when 'grant' then intent_id
          when 'spend' then user_id || ':spend:' || intent_id || nth else provider || ':' || kind || payment_id end,
        user_id, case when kind <> 'spend' then intent_id end, case kind when 'spend' then 'Usage' end,
        case kind when 'spend' then user_id else 'provider' end, at, epoch
      from making.posts p, gateway where p.id between $1 and $2 order by p.id`,
  },
  {
    table: 'entries',
    of: 'posts',
    statement: `
      insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
      select p.id, l.line, l.account, case l.account when 'wallet' then user_id end, coalesce(l.unit, p.currency), l.amount,
        case l.account when 'wallet' then p.sequence end, case l.account when 'wallet' then p.balance_after end
      from making.posts p cross join lateral (
        select 1 as line, 'clearing_' || provider as account, null as unit, -amount_minor as amount where kind = 'receipt'
        union all select 2, 'deferred_revenue', null, amount_minor where kind = 'receipt'
        union all select 1, 'credits_issued', 'CREDIT', -credits where kind = 'grant'
        union all select 2, 'wallet', 'CREDIT', credits where kind = 'grant'
        union all select 1, 'wallet', 'CREDIT', credits where kind = 'spend'
        union all select 2, 'credits_spent', 'CREDIT', -credits where kind = 'spend'
        union all select 3, 'deferred_revenue', null, credits where kind = 'spend'
        union all select 4, 'revenue', null, -credits where kind = 'spend'
        union all select 1, 'clearing_' || provider, null, amount_minor where kind = 'refund'
        union all select 2, 'deferred_revenue', null, -amount_minor where kind = 'refund'
        union all select 3, 'wallet', 'CREDIT', credits where kind = 'refund'
        union all select 4, 'credits_issued', 'CREDIT', -credits where kind = 'refund'
        union all select 1, 'clearing_' || provider, null, amount_minor where kind = 'dispute_withdrawn'
        union all select 2, 'chargebacks', null, -amount_minor where kind = 'dispute_withdrawn') l
      where p.id between $1 and $2 order by p.id, l.line`,
  },
  {
    table: 'lots',
    of: 'posts',
    statement: `
      insert into lots (user_id, intent_id, journal_id, granted, remaining, spent, paid_minor, deferred_minor, earned_minor,
        currency, created_at)
      select p.user_id, p.intent_id, p.id, p.credits, p.credits + taken, spent, p.amount_minor,
        case when p.credits + taken = 0 then 0 else p.amount_minor - p.amount_minor * spent / p.credits end,
        p.amount_minor * spent / p.credits, p.currency, p.at
      from making.posts p cross join lateral (
        select coalesce(sum(t.credits), 0)::integer as taken,
          coalesce(-sum(t.credits) filter (where t.kind = 'spend'), 0) as spent
        from making.posts t where t.n = p.n and t.credits < 0) t
      where p.id between $1 and $2 and p.kind = 'grant' order by p.id`,
  },
];

/** Everything beside the ledger. */
export const OTHER_STEPS: readonly Step[] = [
  {
    table: 'intents',
    of: 'plan',
    statement: `
      insert into intents (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, amount_minor, currency,
        provider, mode, created_by, request, status, version, timeline_sequence, provider_intent_id, provider_status,
        provider_payment_id, payment_method, failure, attempt_count, grant_journal_id, cancel_reason, expires_at, created_at,
        updated_at, completed_at)
      select p.id, p.user_id, 'made-' || n, md5('h' || n), package_id, package_name, p.credits, p.amount_minor, p.currency, p.provider,
        'mock', p.user_id, jsonb_build_object('currency', p.currency, 'metadata', jsonb_build_object('package_id', package_id),
          'amountMinor', p.amount_minor::text, 'description', package_name, 'ourIntentId', p.id), status,
        case when status in ('pending', 'processing') then 2 else 3 end, case status when 'succeeded' then 7 else 4 end,
        provider_intent_id, status, case when status in ('succeeded', 'processing') then p.payment_id end,
        case when status = 'succeeded' then '{"kind": "card", "brand": "visa", "last4": "4242"}'::jsonb end,
        case when status = 'failed' then '{"code": "expired", "message": "The time to pay ran out.", "retryable": false}'::jsonb end,
        (status in ('succeeded', 'processing'))::integer, g.id, case when status = 'canceled' then 'requested' end,
        created_at + interval '30 minutes', created_at, coalesce(completed_at, created_at), completed_at
      from making.plan p left join lateral (select id from making.posts g where g.n = p.n and g.kind = 'grant') g on true
      where p.n between $1 and $2 ${BY}`,
  },
  {
    table: 'intent_payments',
    of: 'plan',
    statement: `
      insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, amount_refunded_minor,
        booked_as, seen_at)
      select payment_id, provider, id, 'captured', amount_minor, currency, case when is_refunded then amount_minor else 0 end,
        'bought', completed_at ${PLANNED} and status = 'succeeded' ${BY}`,
  },
  {
    table: 'events',
    of: 'plan',
    statement: `
      insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
      select p.id, e.sequence, e.version, e.kind, e.actor, e.from_status, e.to_status, e.data,
        case when e.sequence > 3 then coalesce(completed_at, created_at) else created_at end, epoch
      from making.plan p, gateway cross join lateral (
        select 1 as sequence, 1 as version, 'created' as kind, user_id as actor, null as from_status, 'pending' as to_status,
          jsonb_build_object('currency', currency, 'packageId', package_id, 'amountMinor', amount_minor) as data
        union all select 2, null, 'provider_called', 'provider', null, null, '{"call": "create"}'
        union all select 3, 2, 'provider_answered', 'provider', 'pending', 'pending', '{"attemptCount": 0}'
        union all select 3 + nth, null, 'webhook_received', 'provider', null, null,
          jsonb_build_object('type', 'payment.captured', 'webhookEventId', making.id('whe', completed_at, n * 4 + nth))
          from generate_series(1, 2) nth where status = 'succeeded'
        union all select case status when 'succeeded' then 6 else 4 end, 3, 'status_changed', 'provider', 'pending', status,
          jsonb_build_object('attemptCount', 1, 'providerPaymentId', payment_id) where status not in ('pending', 'processing')
        union all select 7, null, 'credits_granted', 'system', null, null,
          jsonb_build_object('credits', credits, 'currency', currency, 'amountMinor', amount_minor, 'providerPaymentId', payment_id)
          where status = 'succeeded') e
      where p.n between $1 and $2 order by p.n, e.sequence`,
  },
  {
    table: 'events',
    of: 'posts',
    statement: `
      insert into events (subject, sequence, version, kind, actor, data, at, epoch)
      select 'wallet:' || user_id, sequence, sequence, 'balance_changed', 'provider', jsonb_build_object('held', 0, 'owed', 0, 'delta',
        credits, 'frozen', 0, 'balance', balance_after, 'journalId', p.id), at, epoch
      from making.posts p, gateway where p.id between $1 and $2 and credits <> 0 order by p.id`,
  },
  {
    table: 'webhook_events',
    of: 'plan',
    // Bodies are dropped after 30 days; $3 stands for those that are still there. One in a thousand ended badly.
    statement: `
      insert into webhook_events (id, provider, provider_event_id, type, subject, provider_intent_id, intent_id, body, body_sha256,
        status, attempt_count, received_at, processed_at)
      select making.id('whe', completed_at, n * 4 + nth), provider, 'evt_made_' || n || '_' || nth,
        case provider when 'stripe' then (array['charge.succeeded', 'payment_intent.succeeded'])[nth]
          else (array['payment.authorized', 'payment.captured', 'order.paid'])[nth] end, 'payment', provider_intent_id, id,
        case when completed_at > now() - interval '30 days' then $3::bytea end, md5(n || 'b' || nth) || md5(n || 'c' || nth),
        case when nth = 1 and making.draw(n, 50) < 0.0005 then 'dead' when nth = 1 and making.draw(n, 50) > 0.9995 then 'quarantined'
          when nth = 3 then 'ignored' else 'processed' end, 1,
        completed_at + nth * interval '20 milliseconds', completed_at + nth * interval '50 milliseconds'
      from making.plan p, generate_series(1, case provider when 'stripe' then 2 else 3 end) nth
      where p.n between $1 and $2 and status = 'succeeded' order by p.n, nth`,
  },
  {
    table: 'webhook_attempts',
    of: 'plan',
    statement: `
      insert into webhook_attempts (event_id, number, at, duration_ms, succeeded)
      select making.id('whe', completed_at, n * 4 + nth), 1, completed_at + nth * interval '20 milliseconds', 30, true
      from making.plan p, generate_series(1, case provider when 'stripe' then 2 else 3 end) nth
      where p.n between $1 and $2 and status = 'succeeded' order by p.n, nth`,
  },
  {
    table: 'deliveries',
    of: 'plan',
    statement: `
      insert into deliveries (id, endpoint_id, event_id, type, order_key, sequence, body, status, attempt_count, due_at, created_at)
      select making.id('dlv', completed_at, n * 2 + nth), 'ept_made_' || nth, 'evt_' || n, 'intent.' || status, id, 3,
        jsonb_build_object('id', 'evt_' || n, 'type', 'intent.' || status, 'version', 1, 'sequence', 3, 'occurredAt', completed_at,
          'userId', user_id, 'data', jsonb_build_object('intentId', id, 'status', status, 'previousStatus', 'pending', 'packageId',
          package_id, 'packageName', package_name, 'creditsAmount', credits, 'amount', jsonb_build_object('amountMinor',
          amount_minor::text, 'currency', currency), 'provider', provider, 'providerIntentId', provider_intent_id,
          'providerPaymentId', payment_id, 'mock', true))::text,
        case when making.draw(n, 60 + nth) < 0.0005 then 'dead' else 'delivered' end, 1, null,
        completed_at + interval '30 milliseconds'
      from making.plan p, generate_series(1, 2) nth
      where p.n between $1 and $2 and completed_at is not null order by p.n, nth`,
  },
  {
    table: 'delivery_attempts',
    of: 'plan',
    statement: `
      insert into delivery_attempts (delivery_id, number, claim_number, at, duration_ms, succeeded)
      select making.id('dlv', completed_at, n * 2 + nth), 1, 1, completed_at + interval '60 milliseconds', 40,
        making.draw(n, 60 + nth) >= 0.0005
      from making.plan p, generate_series(1, 2) nth
      where p.n between $1 and $2 and completed_at is not null order by p.n, nth`,
  },
  {
    table: 'refunds',
    of: 'posts',
    statement: `
      insert into refunds (id, intent_id, provider, provider_refund_id, provider_payment_id, amount_minor, currency, status,
        requested_by, reason, credits_revoked, created_at, completed_at)
      select making.id('ref', at, n), intent_id, provider, 're_made_' || n, payment_id, amount_minor, currency, 'succeeded', 'finn',
        'On request', -credits, at - interval '3 seconds', at ${POSTED} and kind = 'refund' order by p.id`,
  },
  {
    table: 'disputes',
    of: 'posts',
    statement: `
      insert into disputes (id, provider, provider_dispute_id, provider_payment_id, intent_id, user_id, status, amount_minor,
        currency, withdrawn_minor, reason, respond_by, opened_at, closed_at)
      select making.id('dsp', at, n), provider, 'dp_made_' || n, payment_id, intent_id, user_id,
        case when is_old then case when making.draw(n, 70) < 0.4 then 'won' else 'lost' end else 'open' end, amount_minor, currency,
        amount_minor, 'fraudulent', at + interval '14 days', at, case when is_old then at + interval '21 days' end
      from making.posts p cross join lateral (select at < now() - interval '21 days' as is_old) age
      where p.id between $1 and $2 and kind = 'dispute_withdrawn' order by p.id`,
  },
];

/** What is few, or summed up from what was made. */
export const REST = [
  `insert into wallets (user_id, balance, version, line_sequence, updated_at)
   select user_id, sum(credits), max(sequence), max(sequence), max(at) from making.posts where credits <> 0 group by user_id order by user_id`,
  `insert into webhook_endpoints (id, url, events, enabled, created_at)
   select 'ept_made_' || nth, 'https://product.example.com/hooks/' || nth, '["*"]', true, now() - ${SPAN} from generate_series(1, 2) nth`,
  `insert into audit_log (at, actor, role, action, target_id, reason)
   select now() - n * interval '20 minutes', 'operator_' || n % 7, 'finance', (array['refundIntent', 'addNote', 'adjustCredits'])[1 + n % 3],
     'int_made_' || n, 'On request' from generate_series(50000, 1, -1) n`,
  `insert into breaks (subject, kind, provider, provider_entry_id, status, opened_at, resolved_at)
   select 'payment', 'missing_here', 'stripe', 'ch_break_' || n, case when n % 20 = 0 then 'open' else 'resolved' end,
     now() - n * interval '1 hour', case when n % 20 > 0 then now() end from generate_series(5000, 1, -1) n`,
  // What was made is no news: the gateway neither delivers it nor walks it.
  `update positions set epoch = (select epoch from gateway), xid = pg_current_xact_id(), id = 0 where name = 'deliveries'`,
  ...['journal', 'events', 'lots', 'audit_log', 'breaks'].map(
    (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`,
  ),
];

/** The tables that are filled by the million: their indexes are made after their rows. */
export const LARGE = [...new Set([...LEDGER_STEPS, ...OTHER_STEPS].map(({ table }) => table))];
