-- What a purchase brought beside its credits follows its money, which goes back or returns. Called once that is written down, and
-- before its credits are taken: what is free of a bonus pays no debt that its own refund makes. Under the locks of the door.
create or replace function follow_bonuses(p_intent intents, p_payment intent_payments, p_actor text)
returns void
language plpgsql as $$
begin
  if p_payment.booked_as = 'bought' then
    perform follow_bonus(g, p_payment.amount_refunded_minor + disputed_minor(p_payment, array['lost']), p_payment.amount_minor,
      p_actor)
    from (select g from credit_grants g where intent_id = p_intent.id order by id) g;
  end if;
end $$;
