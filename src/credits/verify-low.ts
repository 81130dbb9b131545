// The invariants of balances that are told to be low.

/** By what must hold: the query whose rows name what breaks it. */
export const LOW_INVARIANTS: Readonly<Record<string, string>> = {
  'a low balance was told of once an episode, and none that is at its level waits to be': `
    select l.user_id as subject from low_balances l
    left join (select subject, count(*) as events, max(sequence) as last from events where kind = 'balance_low'
      group by subject) e on e.subject = 'low:' || l.user_id
    where (coalesce(e.events, 0), coalesce(e.last, 0)) is distinct from (l.episode::bigint, l.episode)
    union
    select w.user_id from wallets w left join low_balances l on l.user_id = w.user_id
    where w.low_at >= w.balance - w.held - w.frozen or w.low_watched <> (coalesce(l.resolved, '{}') <> '{}')`,
};
