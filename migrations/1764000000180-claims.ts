import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What waits for credits of a lot, so that the ledger knows no dispute. How much a dispute has frozen is the ledger's to say;
 * the dispute shows it.
 */
export class Claims1764000000180 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table claims (
        -- Who waits: a dispute.
        cause_id text collate "C" primary key,
        user_id text collate "C" not null,
        -- Of the lot that this intent bought, and no other.
        intent_id text collate "C" not null,
        credits bigint not null check (credits >= 0),
        -- Of these. More than them, when less is wanted than was.
        frozen bigint not null default 0 check (frozen >= 0),
        -- The oldest is served first.
        since timestamptz not null
      );
      create index claims_waiting on claims (user_id) where credits > frozen;

      create function show_frozen() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          update disputes set credits_frozen = 0 where id = old.cause_id and credits_frozen <> 0;
        else
          update disputes set credits_frozen = new.frozen, updated_at = instant() where id = new.cause_id;
        end if;
        return null;
      end $$;
    `);
    await runner.query(OPEN_DISPUTES);
    await runner.query(`
      create trigger claims_shown after update of frozen on claims
        for each row when (new.frozen <> old.frozen) execute function show_frozen();
      create trigger claims_dropped after delete on claims for each row execute function show_frozen();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table claims; drop function show_frozen');
  }
}

// The credits of the disputed money that does not go back otherwise: by a refund that was made or asked for, or by a dispute
// that was opened before.
const OPEN_DISPUTES = `
  insert into claims (cause_id, user_id, intent_id, credits, frozen, since)
  select d.id, d.user_id, d.intent_id,
    coalesce(div(i.credits::numeric * least(p.amount_minor, b.before + m.minor), p.amount_minor)
      - div(i.credits::numeric * least(p.amount_minor, b.before), p.amount_minor), 0), d.credits_frozen, d.opened_at
  from disputes d
  left join intent_payments p on p.provider_payment_id = d.provider_payment_id and p.provider = d.provider
    and p.booked_as = 'bought'
  left join intents i on i.id = p.intent_id
  cross join lateral (select case when d.currency = p.currency then d.amount_minor else p.amount_minor end as minor) m
  cross join lateral (
    select p.amount_refunded_minor
      + (select coalesce(sum(r.amount_minor), 0) from refunds r where r.provider_payment_id = p.provider_payment_id
           and r.provider = p.provider and r.status = 'pending' and r.provider_refund_id is null)
      + (select coalesce(sum(case when o.currency = p.currency then o.amount_minor else p.amount_minor end), 0)
         from disputes o where o.provider_payment_id = p.provider_payment_id and o.provider = p.provider
           and o.status in ('open', 'lost') and (o.opened_at, o.id) < (d.opened_at, d.id)) as before) b
  where d.status = 'open'
`;
