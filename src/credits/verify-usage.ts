// The invariants of what was used: a wallet has paid what its usage cost, to the millionth.

/** By what must hold: the query whose rows name what breaks it. */
export const USAGE_INVARIANTS: Readonly<Record<string, string>> = {
  'what a user used is what was taken for it and what is left over': `
    select coalesce(u.user_id, r.user_id) as subject
    from (select user_id, sum(micro) as micro, sum(credits) as credits from usages group by user_id) u
    full join usage_remainders r on r.user_id = u.user_id
    where coalesce(u.micro, 0) <> coalesce(u.credits, 0) * 1000000 + coalesce(r.micro, 0)`,
  'what usage took, or gave back, is what its posting moved, and no posting where that is nothing': `
    select u.id::text as subject from usages u
    left join journal j on j.id = u.id
    left join entries e on e.journal_id = u.id and e.account = 'wallet'
    where coalesce(-e.amount, 0) <> u.credits or e.user_id <> u.user_id
      or j.kind <> case when u.reversal_of is null then 'spend' else 'spend_reversal' end
      or j.reversal_of is distinct from case when j.id is not null then u.reversal_of end`,
  'the parts of usage are its price, each by the rate of its version that was in force': `
    select u.id::text as subject from usages u
    left join (select usage_id, sum(micro) as micro from usage_parts group by usage_id) p on p.usage_id = u.id
    where p.micro is distinct from u.micro + u.unpaid_micro
    union
    select u.id::text from usages u
    join usage_parts p on p.usage_id = u.id
    left join rates r on r.operation = p.operation and r.version = p.version
    left join rates n on n.operation = p.operation and n.version = p.version + 1
    where u.reversal_of is null and (p.micro = greatest(r.minimum_micro,
        r.flat_micro + div(p.quantity::numeric * r.micro_per_unit + r.per_units - 1, r.per_units))
      and r.effective_from <= u.priced_at and (n.effective_from <= u.priced_at) is not true) is not true`,
  'no more of usage is given back than it cost': `
    select b.reversal_of::text as subject
    from (select reversal_of, sum(micro) as micro from usages where reversal_of is not null group by reversal_of) b
    left join usages u on u.id = b.reversal_of and u.reversal_of is null
    where (u.micro + b.micro >= 0) is not true`,
  'usage by day of all is that of the users together, and nobody has more than was used': `
    select operation || ' ' || day as subject from usage_days group by day, operation
    having sum(micro) filter (where user_id = '') is distinct from sum(micro) filter (where user_id <> '')
      or sum(quantity) filter (where user_id = '') is distinct from sum(quantity) filter (where user_id <> '')
    union
    select p.operation from positions n
    join usages u on (u.epoch, u.xid, u.id) <= (n.epoch, n.xid, n.id)
    join usage_parts p on p.usage_id = u.id
    full join (select operation, sum(micro) as micro from usage_days where user_id = '' group by operation) d
      on d.operation = p.operation
    where n.name = 'usage_days'
    group by p.operation having sum(p.micro) is distinct from max(d.micro)`,
};
