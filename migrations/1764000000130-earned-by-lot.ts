import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Revenue by cumulative floor: each lot knows how many of its credits were spent and what they earned, so that no rounding
 * adds up however small the steps are. What earlier versions rounded away of lots that are not used up yet is earned now,
 * by one posting for each currency.
 */
export class EarnedByLot1764000000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table lots add column spent bigint not null default 0, add column earned_minor bigint not null default 0;
    `);
    await runner.query(CATCH_UP);
    await runner.query(`
      alter table lots add constraint lots_spent check (spent between 0 and granted - remaining);
      alter table lots add constraint lots_earned check (earned_minor between div(paid_minor::numeric * spent, granted)
        and least(div(paid_minor::numeric * spent + granted - 1, granted), paid_minor - deferred_minor));
      -- What comes back returns by the same sum as it went.
      alter table revoked_lots drop column deferred_minor;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table revoked_lots add column deferred_minor bigint not null default 0 check (deferred_minor >= 0);
      alter table revoked_lots alter column deferred_minor drop default;
      alter table lots drop constraint lots_earned, drop constraint lots_spent, drop column earned_minor,
        drop column spent;
    `);
  }
}

// Gone otherwise than by a spend: what refunds and disputes took and did not return, and what expired, whose postings name
// the lot. What was taken by hand names none: it counts as spent, with the money that it moved.
const CATCH_UP = `
  with gone as (
    select lot_id, sum(credits) as credits, sum(minor) as minor from (
      select lot_id, credits, deferred_minor as minor from revoked_lots
      union all
      select split_part(j.reference, ':', 2)::bigint, -coalesce(sum(e.amount) filter (where e.account = 'wallet'), 0),
        coalesce(sum(e.amount) filter (where e.account = 'breakage'), 0)
      from journal j join entries e on e.journal_id = j.id where j.kind = 'expiry' group by j.id) x
    group by lot_id
  ),
  known as (
    select l.*, greatest(0, l.granted - l.remaining - coalesce(g.credits, 0)) as went,
      greatest(0, l.paid_minor - l.deferred_minor - coalesce(g.minor, 0)) as booked
    from lots l left join gone g on g.lot_id = l.id
    where l.remaining < l.granted
  ),
  ruled as (
    select k.*, div(paid_minor::numeric * went, granted)::bigint as least_minor,
      div(paid_minor::numeric * went + granted - 1, granted)::bigint as most_minor
    from known k
  ),
  caught_up as (
    update lots l set spent = r.went, earned_minor = greatest(r.least_minor, least(r.most_minor, r.booked)),
      deferred_minor = l.deferred_minor - least(l.deferred_minor, greatest(0, r.least_minor - r.booked))
    from ruled r where l.id = r.id
    returning l.currency, r.deferred_minor - l.deferred_minor as earns
  ),
  earned as (
    select currency, sum(earns)::bigint as minor from caught_up group by currency having sum(earns) > 0
  ),
  posted as (
    insert into journal (kind, reference, user_id, reason, actor, posted_at, epoch)
    -- In another cluster than before, its transactions count from a new epoch on, which is raised after the migrations.
    select 'correction', 'earned_by_lot:' || e.currency, 'system',
      'Earned by credits that were spent in small parts, and rounded away', 'system', clock_timestamp(), g.epoch + (g.system_identifier <> c.system_identifier)::integer
    from earned e, gateway g, pg_control_system() c order by e.currency
    returning id, reference
  )
  insert into entries (journal_id, line, account, unit, amount)
  select p.id, s.line, s.account, e.currency, s.sign * e.minor
  from posted p join earned e on p.reference = 'earned_by_lot:' || e.currency
  cross join (values (1, 'deferred_revenue', -1), (2, 'revenue', 1)) s(line, account, sign)
`;
