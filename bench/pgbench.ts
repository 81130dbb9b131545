// The same work without the gateway: pgbench calls the gateway's own SQL, with arrays of one, on the same tables.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CODE } from '../src/app/database';
import { applicationOptions } from '../src/db/pool';

const NEW_ID = `select 'int_' || substr(md5(random()::text || clock_timestamp()::text), 1, 26) as id, 'bench_' || (random() * 5000)::int as user \\gset\n`;

const CLAIM = `select * from claim_intents(array[row(:id::text, :user::text, :id::text, 'hash', 'small', 'stripe', 'INR', 5000,
  50, :user::text, null, null, '{"ourIntentId":"x"}', 'token', null, null)::intent_claim], 'mock', 86400, 60);\n`;

const settle = (
  read: number,
  news: string,
  payment: string,
  amount: string,
  note: string,
) => `select * from settle_news(array[row(:id::text, ${read}, '${news}', ${payment}, ${amount},
  ${amount === 'null' ? 'null' : "'INR'"}, false, null, null, null, null, null, 'pi_' || :id::text, 'status',
  'cg1' || chr(58) || 'sealed', false, 'provider', '${note}', '{}')::settle_fact], false);\n`;

const ANSWERED = settle(1, 'reopened', 'null::text', 'null', 'provider_called');
const PAID = settle(2, 'captured', "'ch_' || :id::text", '5000', 'webhook_received');

const STORE = `select * from store_webhook_events(array['whe_' || :id::text], array['stripe'], array['evt_' || :id::text],
  array['payment_intent.succeeded'], array['payment'], array[false], array['pi_' || :id::text], array[:id::text],
  array['\\x00'::bytea], array[:id::text], 30);
select id from intents where provider_intent_id = 'pi_' || :id::text and provider = 'stripe';
select * from begin_reads(array[:id::text]);\n`;

const FINISH = `select * from finish_webhook_events(array['whe_' || :id::text], array[1], array['processed'],
  array[:id::text], array[null::text], array[null::int], array[1]);\n`;

export const SCRIPTS = {
  balance: `\\set n random(0, 5000)\nselect * from wallets where user_id = any(array['bench_' || :n::text]);\n`,
  create: NEW_ID + CLAIM + ANSWERED,
  purchase: NEW_ID + CLAIM + ANSWERED + STORE + PAID + FINISH,
} as const;

/** Where Debian and others put it when it is not on the path. */
function find(): string {
  const versions = '/usr/lib/postgresql';
  const installed = fs.existsSync(versions) ? fs.readdirSync(versions).sort().reverse() : [];
  const places = installed.map((version) => path.join(versions, version, 'bin', 'pgbench'));
  return places.find((place) => fs.existsSync(place)) ?? 'pgbench';
}

/** Transactions a second. */
export function pgbench(url: string, script: keyof typeof SCRIPTS, clients: number, seconds: number): number {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'pgbench-')), `${script}.sql`);
  fs.writeFileSync(file, SCRIPTS[script]);
  const flags = ['-n', '-M', 'extended', '-f', file, '-c', String(clients), '-j', '2', '-T', String(seconds)];
  const output = execFileSync(find(), [...flags, url], {
    encoding: 'utf8',
    env: { ...process.env, PGOPTIONS: applicationOptions(CODE.schema) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return Number(/tps = ([\d.]+)/.exec(output)?.[1] ?? Number.NaN);
}
