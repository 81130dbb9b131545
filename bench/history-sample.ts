// What there is to ask for in a history that was made: ids of one thing of each kind, and places deep in each list.
import type pg from 'pg';
import { cursorAt } from '../src/db/page';

/** Things of this history to ask for. */
export interface Sample {
  /** As the console would take it from the clock. */
  readonly now: Date;
  readonly busyUser: string;
  readonly user: string;
  readonly intent: Record<'id' | 'provider_intent_id' | 'provider_payment_id' | 'idempotency_key', string>;
  readonly webhookEvent: string;
  /** Cursors after nine tenths of each list. */
  readonly deep: Readonly<
    Record<'created' | 'updated' | 'amount' | 'webhooks' | 'deliveries' | 'ledger' | 'users', string>
  >;
}

export async function sampleOf(client: pg.Client): Promise<Sample> {
  const one = async (text: string) => (await client.query(text)).rows[0];
  const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint::text as at`;
  const intents = await one('select intents from history_made');
  const tenth = Math.floor(intents.intents / 10);
  const intent = await one(
    `select * from intents where status = 'succeeded' order by created_at desc offset ${tenth} limit 1`,
  );
  const place = async (name: string, column: string, from: string, direction: 'desc' | 'asc' = 'desc') => {
    const back = direction === 'desc' ? 'asc' : 'desc';
    const row = await one(
      `select id, ${column.endsWith('_at') ? micros(column) : `${column}::text as at`} from ${from} order by ${column} ${back}, id ${back} offset ${tenth} limit 1`,
    );
    return cursorAt(name, [row.at, row.id]);
  };
  const last = async (text: string) => (await one(text)).at as string;
  return {
    now: (await one('select max(created_at) as at from intents')).at,
    busyUser: 'user_1',
    user: intent.user_id,
    intent,
    webhookEvent: await last('select id as at from webhook_events order by received_at desc limit 1'),
    deep: {
      created: await place('intents:createdAt:desc', 'created_at', 'intents'),
      updated: await place('intents:updatedAt:desc', 'updated_at', 'intents'),
      amount: await place('intents:amountMinor:desc', 'amount_minor', 'intents'),
      webhooks: await place('webhookEvents', 'received_at', 'webhook_events'),
      deliveries: await place('deliveries', 'created_at', 'deliveries'),
      ledger: cursorAt('ledger', [await last('select (max(id) / 10)::text as at from journal')]),
      users: cursorAt('wallets', [
        await last("select max(user_id) as at from wallets where user_id < 'user_9'"),
      ]),
    },
  };
}
