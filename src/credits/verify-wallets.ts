// The invariants of wallets that several share.

/** By what must hold: the query whose rows name what breaks it. */
export const WALLET_INVARIANTS: Readonly<Record<string, string>> = {
  'a shared wallet is a wallet that says so, and has an owner': `
    select coalesce(s.id, w.user_id) as subject from shared_wallets s
    full join (select user_id from wallets where is_shared) w on w.user_id = s.id
    where s.id is null or w.user_id is null or not exists (
      select from wallet_members m where m.wallet_id = s.id and m.role = 'owner' and m.until is null)`,
  'who spent of a shared wallet belonged to it at that time, or when the hold was made': `
    select s.journal_id::text as subject from shared_wallets w
    join spenders s on s.user_id = w.id and s.member_id is not null
    left join journal j on j.id = s.journal_id
    where not exists (select from wallet_members m where m.wallet_id = w.id and m.user_id = s.member_id
      and m.since <= coalesce(s.counted_at, j.posted_at)
      and (m.until is null or m.until >= coalesce(s.counted_at, j.posted_at)))`,
};
