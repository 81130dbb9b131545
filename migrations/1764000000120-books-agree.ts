import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a person posted to make our books say what the provider's say, with both sides as they stood; what of each line of
 * the provider's books was booked; and breaks that are seen as they happen apart from those of the books.
 */
export class BooksAgree1764000000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CORRECTIONS);
    await runner.query(`
      alter table intent_payments
        -- Of a payment that bought nothing: what the provider's books say never came.
        add column amount_written_off_minor bigint not null default 0
          check (amount_written_off_minor between 0 and amount_minor),
        -- It had bought nothing, until somebody gave the credits for it.
        add column applied_at timestamptz;
      insert into transitions (from_status, news, result) values ('pending', 'applied', 'succeeded'),
        ('processing', 'applied', 'succeeded'), ('succeeded', 'applied', 'same'), ('failed', 'applied', 'succeeded'),
        ('canceled', 'applied', 'succeeded');
      -- Of what is withdrawn, what was owed to the payer: the payment had bought nothing.
      alter table disputes add column from_unapplied_minor bigint not null default 0 check (from_unapplied_minor >= 0);
      alter table settlement_entries
        -- The fee of this line, of a payout what was paid out, as it was first booked.
        add column booked_minor bigint;
      update settlement_entries set booked_minor = fee_minor
        where journal_id is not null and kind not in ('payout', 'fee', 'other');
      update settlement_entries s set booked_minor = -net_minor where kind = 'payout'
        and exists (select 1 from journal j where j.kind = 'payout' and j.reference = s.provider || ':' || s.payout_id
          and j.actor = 'reconciliation');
      create index settlement_entries_journal on settlement_entries (journal_id) where journal_id is not null;
    `);
    await runner.query(`
      -- A run had taken over the break of money that bought nothing: it compares the price with what came.
      update breaks b set run_id = null from intent_payments p, intents i
        where b.subject = 'payment' and b.provider_entry_id = p.provider_payment_id and b.provider = p.provider
          and p.booked_as = 'unapplied' and i.id = p.intent_id and b.run_id is not null
          and (b.ours_minor, b.ours_currency) = (i.amount_minor, i.currency)
          and b.kind in ('amount_mismatch', 'currency_mismatch', 'duplicate', 'unapplied');
      -- It knew of one attempt for a payment; request_unapplied took its place.
      drop function if exists take_unapplied_payment(text, text, text, integer);
      alter table breaks drop constraint breaks_fact;
      create unique index breaks_fact on breaks (provider_entry_id, provider, kind, (run_id is null));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index breaks_fact;
      alter table breaks add constraint breaks_fact unique (provider_entry_id, provider, kind);
      drop index settlement_entries_journal;
      alter table settlement_entries drop column booked_minor;
      alter table disputes drop column from_unapplied_minor;
      delete from transitions where news = 'applied';
      alter table intent_payments drop column applied_at, drop column amount_written_off_minor;
      drop table corrections;
    `);
  }
}

// Those of before have no record of what the ledger had; what the break says of the other side tells whether they were right.
const CORRECTIONS = `
  create table corrections (
    journal_id bigint not null,
    currency text collate "C" not null,
    provider text collate "C" not null,
    subject text collate "C" not null,
    -- The provider's id of what was corrected, as its break names it.
    key text collate "C" not null,
    -- Signed: what comes to us is positive.
    booked_minor bigint not null,
    theirs_minor bigint not null,
    primary key (journal_id, currency)
  );
  create index corrections_key on corrections (key, provider);
  insert into corrections (journal_id, currency, provider, subject, key, booked_minor, theirs_minor)
  select j.id, e.unit, b.provider, b.subject, b.provider_entry_id, t.minor + e.amount, t.minor
  from journal j
  join breaks b on (j.kind = 'correction' and j.reference like 'break:' || b.id || ':%')
    or (j.kind in ('fee', 'payout') and j.actor <> 'reconciliation' and j.reference = b.provider || ':' || b.provider_entry_id
      and b.subject = j.kind)
  join entries e on e.journal_id = j.id and e.account = 'clearing_' || b.provider
  cross join lateral (select case when b.theirs_currency is distinct from e.unit then 0
    else case b.subject when 'payment' then 1 else -1 end * coalesce(b.theirs_minor, 0) end as minor) t
  on conflict do nothing;
`;
