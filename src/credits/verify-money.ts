// The invariants that hold the money in the ledger against what payments, refunds, disputes, fees, payouts and the provider's
// books say, so that no posting passes that they do not explain.

/** By what must hold: the query whose rows name what breaks it. */
export const MONEY_INVARIANTS: Readonly<Record<string, string>> = {
  'each succeeded intent was bought by one payment of exactly its price, or one that somebody accepted': `
    select i.id as subject from intents i
    left join intent_payments p on p.intent_id = i.id and p.booked_as = 'bought'
    where (i.status = 'succeeded') <> (p.intent_id is not null)
      or (p.applied_at is null and (p.amount_minor, p.currency) <> (i.amount_minor, i.currency))`,
  'each payment that came in is booked once, for what it was': `
    select coalesce(p.provider_payment_id, j.reference) as subject
    from (select * from intent_payments where booked_as is not null) p
    full join (select j.reference, j.kind, -e.amount as amount, e.unit
      from journal j join entries e on e.journal_id = j.id and e.account like 'clearing%'
      where j.kind in ('receipt', 'unapplied')) j on j.reference = p.provider || ':' || p.provider_payment_id
    where p.intent_id is null or j.reference is null or (p.amount_minor, p.currency) <> (j.amount, j.unit)
      or (p.booked_as = 'bought' and p.applied_at is null) <> (j.kind = 'receipt')`,
  'unapplied money has a break that explains it': `
    select p.provider_payment_id as subject from intent_payments p
    left join breaks b on b.provider_entry_id = p.provider_payment_id and b.provider = p.provider
    where p.booked_as = 'unapplied' and b.id is null`,
  'unapplied is what came and bought nothing, less what went back': `
    select coalesce(f.payment, l.payment) || ' in ' || coalesce(f.unit, l.unit) as subject
    from (select payment, unit, sum(amount) as amount from (
        select provider || ':' || provider_payment_id as payment, currency as unit,
          amount_minor - amount_refunded_minor - amount_written_off_minor as amount
        from intent_payments where booked_as = 'unapplied'
        union all
        select p.provider || ':' || p.provider_payment_id, d.currency, -d.from_unapplied_minor
        from intent_payments p join disputes d on d.provider_payment_id = p.provider_payment_id and d.provider = p.provider
        where p.booked_as = 'unapplied') x group by payment, unit) f
    full join (select coalesce(
        case when j.kind in ('receipt', 'unapplied') then j.reference end,
        r.provider || ':' || r.provider_payment_id,
        d.provider || ':' || d.provider_payment_id,
        c.provider || ':' || c.key, 'posting ' || j.id) as payment, e.unit, sum(e.amount) as amount
      from entries e join journal j on j.id = e.journal_id
      left join refunds r on j.kind in ('refund', 'refund_reversal')
        and j.reference = r.provider || ':' || r.provider_refund_id
      left join disputes d on j.kind in ('dispute_withdrawn', 'dispute_reinstated')
        and d.id = split_part(j.reference, ':', 1)
      left join corrections c on c.journal_id = j.id and c.currency = e.unit and c.subject = 'payment'
      where e.account = 'unapplied' group by 1, 2) l on l.payment = f.payment and l.unit = f.unit
    where coalesce(f.amount, 0) <> coalesce(l.amount, 0)`,
  'no bank and no refund takes more of what is owed to a payer than is owed': `
    select p.provider_payment_id as subject from intent_payments p
    left join disputes d on d.provider_payment_id = p.provider_payment_id and d.provider = p.provider
      and d.currency = p.currency
    where p.booked_as = 'unapplied' or d.from_unapplied_minor > 0
    group by p.provider, p.provider_payment_id
    having p.amount_minor - p.amount_refunded_minor - p.amount_written_off_minor
      - coalesce(sum(d.from_unapplied_minor), 0) < 0`,
  'clearing is what payments, refunds, fees, payouts and corrections say': `
    with facts as (
      select 'clearing_' || provider as account, provider || ':' || provider_payment_id as fact, currency as unit,
        amount_minor as amount
      from intent_payments where booked_as is not null
      union all
      select 'clearing_' || provider, provider || ':' || provider_refund_id, currency, -amount_minor
      from refunds where provider_refund_id is not null and status <> 'failed'
      union all
      select 'clearing_' || provider, 'posting ' || journal_id, currency, -booked_minor
      from settlement_entries where booked_minor is not null and kind <> 'payout'
      union all
      select 'clearing_' || provider, provider || ':' || payout_id, currency, -booked_minor
      from settlement_entries where booked_minor is not null and kind = 'payout'
      union all
      select 'clearing_' || provider, 'posting ' || journal_id, currency, theirs_minor - booked_minor from corrections
    ), posted as (
      select e.account, case when c.journal_id is not null or j.kind = 'fee' then 'posting ' || j.id else j.reference end
          as fact, e.unit, -e.amount as amount
      from entries e join journal j on j.id = e.journal_id
      left join (select distinct journal_id from corrections) c on c.journal_id = j.id
      -- What was withdrawn for disputes is held against them by a rule of its own.
      where e.account like 'clearing%' and j.kind not in ('dispute_withdrawn', 'dispute_reinstated')
    )
    select coalesce(f.fact, p.fact) || ' in ' || coalesce(f.unit, p.unit) as subject
    from (select account, fact, unit, sum(amount) as amount from facts group by 1, 2, 3) f
    full join (select account, fact, unit, sum(amount) as amount from posted group by 1, 2, 3) p
      on p.account = f.account and p.fact = f.fact and p.unit = f.unit
    where coalesce(f.amount, 0) <> coalesce(p.amount, 0)`,
  'a correction starts from what the ledger had, and ends at what the provider’s books said': `
    select 'posting ' || c.journal_id as subject from corrections c
    left join journal j on j.id = c.journal_id
    left join lateral (select sum(b.amount) as amount from booked_of(c.provider, c.subject, c.key, c.journal_id) b
      where b.currency = c.currency) b on true
    where j.id is null or coalesce(b.amount, 0) <> c.booked_minor`,
  'what was withdrawn for disputes is what their postings say': `
    select coalesce(d.intent_id, j.intent_id) as subject
    from (select intent_id, sum(withdrawn_minor) as minor from disputes group by intent_id) d
    full join (select j.intent_id, sum(e.amount) as minor from journal j
      join entries e on e.journal_id = j.id and e.account like 'clearing%'
      where j.kind in ('dispute_withdrawn', 'dispute_reinstated') group by j.intent_id) j on j.intent_id = d.intent_id
    where coalesce(d.minor, 0) <> coalesce(j.minor, 0)`,
  'no more of a payment goes back than came': `
    select p.provider_payment_id as subject from intent_payments p
    left join (select provider_payment_id, provider,
        -- One that we asked for and have no answer to is refused there, when somebody else was faster.
        sum(amount_minor) filter (where requested_by <> 'provider') as asked,
        coalesce(sum(amount_minor) filter (where provider_refund_id is not null), 0) as accepted
      from refunds where status <> 'failed' group by provider_payment_id, provider) r
      on r.provider_payment_id = p.provider_payment_id and r.provider = p.provider
    where greatest(r.asked, r.accepted) > p.amount_minor or coalesce(r.accepted, 0) <> p.amount_refunded_minor`,
  'a payment of which more went back than came has a break that tells of it': `
    select p.provider_payment_id as subject from intent_payments p
    join (select provider_payment_id, provider, currency, sum(withdrawn_minor) as minor from disputes group by 1, 2, 3) d
      on d.provider_payment_id = p.provider_payment_id and d.provider = p.provider and d.currency = p.currency
    left join breaks b on b.provider_entry_id = p.provider_payment_id and b.provider = p.provider
      and b.kind = 'more_back_than_paid'
    where (p.amount_refunded_minor + d.minor > p.amount_minor and b.theirs_minor is distinct from p.amount_refunded_minor + d.minor)
      or (p.amount_refunded_minor + d.minor <= p.amount_minor and b.status = 'open')`,
};
