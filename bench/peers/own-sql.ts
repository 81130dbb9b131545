// A purchase without the gateway: pgbench calls the gateway's own SQL, with arrays of one, on the same tables. It stores one webhook
// event of a purchase, and no provider is asked.

const NEW_ID = `select 'int_' || substr(md5(random()::text || clock_timestamp()::text), 1, 26) as id, 'bench_' || (random() * 5000)::int as user \\gset\n`;

const CLAIM = `select * from claim_intents(array[row(:id::text, :user::text, :id::text, 'hash', 'small', 'stripe', 'INR', 5000,
  50, :user::text, null, null, '{"ourIntentId":"x"}', 'token', null, null, null, false, false, null, '127.0.0.1', null, null, null)::intent_claim],
  'mock', 86400, 60, 'observe', false);\n`;

const settle = (
  read: number,
  news: string,
  payment: string,
  amount: string,
  note: string,
) => `select * from settle_news(array[row(:id::text, ${read}, '${news}', ${payment}, ${amount},
  ${amount === 'null' ? 'null' : "'INR'"}, false, null, null, null, null, null, 'pi_' || :id::text, 'status',
  'cg1' || chr(58) || 'sealed', false, 'provider', '${note}', '{}', null)::settle_fact], false, 'observe');\n`;

const ANSWERED = settle(1, 'reopened', 'null::text', 'null', 'provider_called');
const PAID = settle(2, 'captured', "'ch_' || :id::text", '5000', 'webhook_received');

const STORE = `select * from store_webhook_events(array['whe_' || :id::text], array['stripe'], array['evt_' || :id::text],
  array['payment_intent.succeeded'], array['payment'], array[false], array['pi_' || :id::text], array[:id::text],
  array['\\x00'::bytea], array[:id::text], 30);
select id from intents where provider_intent_id = 'pi_' || :id::text and provider = 'stripe';
select * from begin_reads(array[:id::text]);\n`;

const FINISH = `select * from finish_webhook_events(array['whe_' || :id::text], array[1], array['processed'],
  array[:id::text], array[null::text], array[null::int], array[1]);\n`;

export const OWN_PURCHASE = NEW_ID + CLAIM + ANSWERED + STORE + PAID + FINISH;
