// The invariants of what counts against limits of spends.

/** By what must hold: the query whose rows name what breaks it. */
export const LIMIT_INVARIANTS: Readonly<Record<string, string>> = {
  'in the window of a limit counts what was spent and is held in it': `
    select l.user_id || ' ' || l.subject || ' a ' || l.per as subject from spend_limits l
    cross join lateral counted_of(l) c where (l.spent, l.held) <> (c.spent, c.held)`,
  'a wallet says that it has limits exactly where it has': `
    select w.user_id as subject from wallets w
    where w.spend_limited <> exists (select from spend_limits l where l.user_id = w.user_id)
    union select l.user_id from spend_limits l left join wallets w on w.user_id = l.user_id where w.user_id is null`,
  'who spent is noted of spends alone, and of the user whose they are': `
    select s.journal_id::text as subject from spenders s left join journal j on j.id = s.journal_id
    where (j.kind, j.user_id) is distinct from ('spend', s.user_id)`,
};
