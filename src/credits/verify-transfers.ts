// The invariants of credits that were moved from one wallet to another.

/** By what must hold: the query whose rows name what breaks it. */
export const TRANSFER_INVARIANTS: Readonly<Record<string, string>> = {
  'what left a lot for other wallets stands there, with the money that left it': `
    select l.id::text as subject from lots l
    left join (select parent_lot_id, sum(granted) as credits, sum(paid_minor) as minor from lots
      where parent_lot_id is not null group by parent_lot_id) c on c.parent_lot_id = l.id
    left join (select s.lot_id, sum(s.credits) as credits, sum(s.minor) as minor from spend_lots s
      join journal j on j.id = s.journal_id and j.kind = 'transfer' group by s.lot_id) s on s.lot_id = l.id
    where (l.transferred, l.transferred) <> (coalesce(c.credits, 0), coalesce(s.credits, 0))
      or coalesce(c.minor, 0) <> coalesce(s.minor, 0)`,
  'what was moved was bought, by the purchase and in the currency that it names': `
    select c.id::text as subject from lots c
    left join lots p on p.id = c.parent_lot_id
    where c.parent_lot_id is not null and ((coalesce(p.root_intent_id, p.intent_id), p.currency, p.is_promotional)
      is distinct from (c.root_intent_id, c.currency, false) or c.is_promotional or c.user_id = p.user_id)`,
  'what leaves one wallet comes to the other, as lots of its own': `
    select coalesce(t.journal_id, j.id)::text as subject
    from (select journal_id, user_id, credits, -credits as amount from transfers
      union all select to_journal_id, to_user_id, credits, credits from transfers) t
    full join (select j.id, j.user_id, e.amount, e.user_id as owner from journal j
      join entries e on e.journal_id = j.id and e.account = 'wallet' where j.kind = 'transfer') j on j.id = t.journal_id
    left join (select journal_id, min(user_id) as user_id, count(distinct user_id) as users, sum(granted) as credits
      from lots where parent_lot_id is not null group by journal_id) l on l.journal_id = t.journal_id
    where (t.user_id, t.user_id, t.amount) is distinct from (j.user_id, j.owner, j.amount)
      or (t.amount > 0 and (l.user_id, l.users, l.credits) is distinct from (t.user_id, 1::bigint, t.credits))
      or (t.amount < 0 and l.journal_id is not null)
    union select 'credits_transferred' from entries where account = 'credits_transferred' having sum(amount) <> 0`,
};
