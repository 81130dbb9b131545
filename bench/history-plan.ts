// What a history is made from: the plan of its purchases and of the postings that follow from them, as SQL. The shares are
// those of `npm run cli -- seed`. Each number drawn follows from the purchase's number, so that the same size gives the same
// history.

// Two years, more lately than before.
export const SPAN = `interval '730 days'`;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Functions that the other statements use; the caller drops the schema when the history is made. */
export const TOOLS = `
  drop schema if exists making cascade;
  create schema making;
  -- A number in [0, 1) for purchase n and purpose p.
  create function making.draw(n bigint, p bigint) returns float8 language sql immutable parallel safe
    return (hashint8extended(n, p) & 16777215) / 16777216.0;
  -- An id as newId() makes it: its time, then what is random there and drawn here.
  create function making.id(prefix text, at timestamptz, n bigint) returns text language sql immutable parallel safe
    return prefix || '_' || ${Array.from({ length: 10 }, (_, place) => `substr('${ALPHABET}', ((extract(epoch from at) * 1000)::bigint >> ${5 * (9 - place)} & 31)::integer + 1, 1)`).join(' || ')}
      || substr(md5(prefix || n), 1, 16)`;

/** $1: how many purchases. */
export const PLAN = `
  create table making.plan as
  with drawn as (
    select n, now() - interval '2 minutes' - ${SPAN} * (1 - sqrt(n / $1::float8)) as created_at,
      -- A few buy often, most once or twice.
      'user_' || 1 + floor($1::float8 / 6 * making.draw(n, 1) ^ 2)::bigint as user_id,
      making.draw(n, 2) as package, making.draw(n, 3) as provider, making.draw(n, 4) as fate, making.draw(n, 5) as wait,
      making.draw(n, 6) as spending, making.draw(n, 7) as back
    from generate_series(1, $1::bigint) n
  ),
  decided as (
    select d.*, p.*, case when provider < 0.6 then 'razorpay' else 'stripe' end as provider_name,
      -- Those of the last hours may still be open, and a few wait for their bank.
      case when n > $1::bigint - 2000 and fate > 0.8 then 'pending' when n > $1::bigint - 20000 and fate > 0.997 then 'processing'
        when fate < 0.91 then 'succeeded' when fate < 0.96 then 'failed' else 'canceled' end as status
    from drawn d
    cross join lateral (select * from (values (0.38, 'small', 'Small', 50, 5000), (0.74, 'medium', 'Medium', 120, 10000),
      (0.93, 'large', 'Large', 300, 20000), (1, 'xlarge', 'Extra large', 600, 35000)) v(upto, package_id, package_name, credits, price)
      where d.package < upto order by upto limit 1) p
  )
  select n, making.id('int', created_at, n) as id, user_id, package_id, package_name, credits, provider_name as provider, status,
    case when wait < 0.05 then price / 50 else price end as amount_minor, case when wait < 0.05 then 'USD' else 'INR' end as currency,
    case provider_name when 'stripe' then 'pi_made_' else 'order_made_' end || substr(md5('i' || n), 1, 24) as provider_intent_id,
    case provider_name when 'stripe' then 'ch_made_' else 'pay_made_' end || substr(md5('p' || n), 1, 24) as payment_id,
    created_at, case when status in ('pending', 'processing') then null else created_at
      + case status when 'succeeded' then interval '5 seconds' + wait * interval '90 seconds'
        when 'failed' then interval '30 minutes' else interval '2 minutes' end end as completed_at,
    -- Two of a hundred get their money back, three of a thousand dispute it.
    status = 'succeeded' and back < 0.02 as is_refunded, status = 'succeeded' and back > 0.997 as is_disputed,
    case when status = 'succeeded' and back between 0.02 and 0.997 then floor(spending * 2.4)::integer else 0 end as spends
  from decided;
  create unique index on making.plan (n);`;

/** The postings in the order of their instants, each with the place of its wallet line. */
export const POSTS = `
  create table making.posts as
  with posted as (
    select n, 0 as nth, 'receipt' as kind, 0 as credits, completed_at as at from making.plan where status = 'succeeded'
    union all
    select n, 0, 'grant', credits, completed_at from making.plan where status = 'succeeded'
    union all
    select n, nth, 'spend', -(1 + floor(20 * making.draw(n, 20 + nth)))::integer,
      completed_at + nth * (interval '1 minute' + making.draw(n, 30 + nth) * interval '3 days')
      from making.plan, generate_series(1, spends) nth
    union all
    select n, 0, 'refund', -credits, completed_at + making.draw(n, 40) * interval '3 days' from making.plan where is_refunded
    union all
    select n, 0, 'dispute_withdrawn', 0, completed_at + making.draw(n, 41) * interval '20 days' from making.plan where is_disputed
  ),
  numbered as (
    select p.*, plan.user_id, plan.id as intent_id, plan.provider, plan.payment_id, plan.currency, plan.amount_minor,
      row_number() over (order by at, n, case kind when 'receipt' then 0 else 1 end) as id
    from posted p join making.plan using (n) where at < now()
  )
  select *, case when credits <> 0 then row_number() over lines end as sequence,
    case when credits <> 0 then sum(credits) over lines end as balance_after
  from numbered window lines as (partition by user_id, credits <> 0 order by id)
  order by id;
  create unique index on making.posts (id);
  create index on making.posts (n);
  analyze making.plan, making.posts;`;
