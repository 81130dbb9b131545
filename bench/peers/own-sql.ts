// A purchase without the gateway: pgbench calls the gateway's own SQL, with arrays of one, on the same tables. It stores one webhook
// event of a purchase, and no provider is asked.

const NEW_ID = `select 'int_' || substr(md5(random()::text || clock_timestamp()::text), 1, 26) as id, 'bench_' || (random() * 5000)::int as user \\gset\n`;

/** A row of a composite type by its columns' names, so that what the gateway adds to it is null here. */
const rowOf = (type: string, columns: Readonly<Record<string, string>>) => {
  const pairs = Object.entries(columns).map(([name, value]) => `'${name}', ${value}`);
  return `jsonb_populate_record(null::${type}, jsonb_build_object(${pairs.join(', ')}))`;
};

const CLAIM_ROW = rowOf('intent_claim', {
  ...{
    id: ':id::text',
    user_id: ':user::text',
    key: ':id::text',
    input_hash: "'hash'",
    package_id: "'small'",
  },
  ...{
    provider: "'stripe'",
    currency: "'INR'",
    amount_minor: '5000',
    credits: '50',
    created_by: ':user::text',
  },
  ...{ request: `'{"ourIntentId":"x"}'::jsonb`, lease_token: "'token'", address: "'127.0.0.1'" },
  ...{ is_cheapest: 'false', has_passed: 'false' },
});
const CLAIM = `select * from claim_intents(array[${CLAIM_ROW}], 'mock', 86400, 60, 'observe', false);\n`;

const settle = (read: number, news: string, columns: Readonly<Record<string, string>>) =>
  `select * from settle_news(array[${rowOf('settle_fact', {
    ...{ intent_id: ':id::text', read_number: String(read), news: `'${news}'`, is_final: 'false' },
    ...{ provider_intent_id: "'pi_' || :id::text", provider_status: "'status'", requires_action: 'false' },
    ...{ client_secret: "'cg1' || chr(58) || 'sealed'", actor: "'provider'", note: "'{}'::jsonb" },
    ...columns,
  })}], false, 'observe');\n`;

const ANSWERED = settle(1, 'reopened', { note_kind: "'provider_called'" });
const PAID = settle(2, 'captured', {
  ...{ payment_id: "'ch_' || :id::text", amount_minor: '5000', currency: "'INR'" },
  note_kind: "'webhook_received'",
});

const STORE = `select * from store_webhook_events(array['whe_' || :id::text], array['stripe'], array['evt_' || :id::text],
  array['payment_intent.succeeded'], array['payment'], array[false], array['pi_' || :id::text], array[:id::text],
  array['\\x00'::bytea], array[:id::text], 30);
select id from intents where provider_intent_id = 'pi_' || :id::text and provider = 'stripe';
select * from begin_reads(array[:id::text]);\n`;

const FINISH = `select * from finish_webhook_events(array['whe_' || :id::text], array[1], array['processed'],
  array[:id::text], array[null::text], array[null::int], array[1]);\n`;

export const OWN_PURCHASE = NEW_ID + CLAIM + ANSWERED + STORE + PAID + FINISH;
