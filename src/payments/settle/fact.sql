-- What goes into the door for news, and what is decided about it.

-- One piece of news about one intent, as it was read from its provider. `is_followed`: another one of the same reading comes after it, so
-- that the intent is answered with that one alone.
create type settle_fact as (
  intent_id text, read_number integer, news text, payment_id text, amount_minor bigint, currency text,
  is_final boolean, failure jsonb, method jsonb, refund_id text, refund_status text, our_refund_id text,
  provider_intent_id text, provider_status text, client_secret text, requires_action boolean, actor text,
  note_kind text, note jsonb, card jsonb, is_followed boolean);
-- What one fact does. `news` is what it comes to here and now, `result` what the table of states says of that.
-- `receipt_kind`: how its money is posted, in `receipt_id`; `grant_id`: where its credits are. `intent` and `payment` are
-- as they are after it; no payment: nothing of it changes. `frozen_by`: the decision by which a person is to look at what is
-- bought; null: nobody is.
create type settle_step as (
  ord integer, fact settle_fact, news text, result text, from_status text, moved boolean, is_new_payment boolean,
  declines boolean, answered boolean, visible boolean, new_failure jsonb, receipt_kind text, receipt_id bigint,
  grant_id bigint, break_kind text, first_sequence integer, intent intents, payment intent_payments, frozen_by bigint,
  -- What risk decided of what was bought, and what came of it.
  risk_decision text, risk_told text);
