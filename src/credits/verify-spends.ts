// The invariants of what spends took, and of what was given back of it.

/** By what must hold: the query whose rows name what breaks it. */
export const SPEND_INVARIANTS: Readonly<Record<string, string>> = {
  'no more of a spend is given back than it took, by one posting each that undoes it': `
    select coalesce(r.journal_id, j.id)::text as subject
    from spend_reversals r
    full join (select j.*, e.amount from journal j
      join entries e on e.journal_id = j.id and e.account = 'wallet' where j.kind = 'spend_reversal') j on j.id = r.journal_id
    where (r.spend_id, r.user_id, r.credits) is distinct from (j.reversal_of, j.user_id, j.amount)
    union
    -- Of usage its price comes back, whatever of it that spend itself has taken.
    select r.spend_id::text from (select spend_id, sum(credits) as credits from spend_reversals
      where spend_id not in (select id from usages) group by spend_id) r
    left join journal j on j.id = r.spend_id and j.kind = 'spend'
    left join entries e on e.journal_id = j.id and e.account = 'wallet'
    where (r.credits <= -e.amount) is not true`,
  'what a spend or its reversal took of lots is what it posted': `
    select j.id::text as subject from journal j
    join (select journal_id, sum(credits) as credits from spend_lots group by journal_id) l on l.journal_id = j.id
    join entries e on e.journal_id = j.id and e.account = 'wallet'
    where j.kind in ('spend', 'spend_reversal') and l.credits <> -e.amount`,
};
