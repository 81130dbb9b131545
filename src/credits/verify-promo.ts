// The invariants of what campaigns give.

/** By what must hold: the query whose rows name what breaks it. */
export const PROMO_INVARIANTS: Readonly<Record<string, string>> = {
  'what is left of promotional lots stands on credits_promo, user by user': `
    select coalesce(e.user_id, l.user_id) as subject
    from (select j.user_id, -sum(e.amount) as total from entries e join journal j on j.id = e.journal_id
      where e.account = 'credits_promo' group by j.user_id) e
    full join (select user_id, sum(remaining) as total from lots where is_promotional group by user_id) l
      on l.user_id = e.user_id
    where coalesce(e.total, 0) <> coalesce(l.total, 0)`,
  'nobody paid for promotional lots, and they earn nothing': `
    select id::text as subject from lots
    where is_promotional and (paid_minor, deferred_minor, earned_minor, currency, intent_id is null)
      is distinct from (0, 0, 0, 'NIL', true)`,
  'each grant is one posting to its user and one promotional lot of its credits': `
    select coalesce(g.id, 'lot ' || l.id) as subject
    from credit_grants g
    full join (select * from lots where is_promotional) l on l.journal_id = g.journal_id
    left join journal j on j.id = g.journal_id
    where (g.user_id, g.credits, j.user_id, j.kind, j.reference)
      is distinct from (l.user_id, l.granted, l.user_id, 'promo_grant', g.id)`,
  'a campaign has given what its grants say, and no more than its budget': `
    select coalesce(c.key, g.campaign) as subject
    from campaigns c
    full join (select campaign, sum(credits) as credits from credit_grants where campaign is not null group by campaign) g on g.campaign = c.key
    where c.key is null or c.granted_credits <> coalesce(g.credits, 0) or c.granted_credits > c.budget_credits`,
  'what was taken back of a grant was posted once, and its lot is over': `
    select coalesce(g.id, j.reference) as subject
    from (select * from credit_grants where revoked_at is not null) g
    full join (select j.reference, -e.amount as credits from journal j
      join entries e on e.journal_id = j.id and e.account = 'wallet' where j.kind = 'promo_revoke' and j.reference not like '%:%') j on j.reference = g.id
    left join lots l on l.journal_id = g.journal_id
    where g.id is null or g.revoked_credits <> coalesce(j.credits, 0) or (l.expires_at <= instant()) is not true`,
  'a purchase brought the bonus that it promised and what its code gave, once': `
    select coalesce(i.id, g.intent_id) as subject
    from (select id, user_id, bonus_credits, null as code from intents where status = 'succeeded' and bonus_credits is not null
      union all
      select id, user_id, promo_credits, promo_code from intents where promo_outcome = 'redeemed') i
    full join (select *, row_number() over (partition by intent_id, campaign is null) as nth from credit_grants
      where intent_id is not null) g on g.intent_id = i.id and (g.campaign is null) = (i.code is null)
    left join promo_redemptions r on r.grant_id = g.id
    where (i.user_id, i.bonus_credits, i.code, 1::bigint) is distinct from (g.user_id, g.credits, r.code, g.nth)`,
  'what was taken of a bonus for money that went back is what its postings say, and no more than belongs to that': `
    select coalesce(g.id, j.grant_id) as subject
    from (select * from credit_grants where return_count is not null) g
    full join (select split_part(j.reference, ':', 1) as grant_id, count(*) as postings, -sum(e.amount) as credits
      from journal j join entries e on e.journal_id = j.id and e.account = 'wallet'
      where j.kind in ('promo_grant', 'promo_revoke') and j.reference like '%:%' group by 1) j on j.grant_id = g.id
    where (g.returned_credits, g.return_count) is distinct from (j.credits, j.postings)
    union
    select g.id from credit_grants g
    join intent_payments p on p.intent_id = g.intent_id and p.booked_as = 'bought'
    where g.revoked_at is null and g.returned_credits > div(g.credits::numeric * least(p.amount_minor, p.amount_refunded_minor + (
      select coalesce(sum(case when d.currency = p.currency then d.amount_minor else p.amount_minor end), 0) from disputes d
      where d.provider_payment_id = p.provider_payment_id and d.provider = p.provider and d.status = 'lost')), p.amount_minor)`,
  'what is waited for of a bonus is not free, and belongs to its user': `
    select d.grant_id as subject from bonus_dues d
    left join credit_grants g on g.id = d.grant_id
    left join lots l on l.journal_id = g.journal_id
    where d.return_count is not distinct from coalesce(g.return_count, 0) and ((g.user_id, g.revoked_at is null) is distinct from (d.user_id, true)
      or coalesce(g.returned_credits, 0) + d.credits > g.credits or (l.remaining > l.held + l.frozen and l.expires_at > instant()))`,
  'a code was redeemed as often as it counts, and by nobody twice': `
    select c.code as subject from promo_codes c
    left join (select code, count(*) as times from promo_redemptions group by code) r on r.code = c.code
    where c.redeemed <> coalesce(r.times, 0)`,
};
