// Purchases that the backup has as open, or as ended without money a short while ago: they may have been paid since.
import { readAndSettle } from '../intents/read';
import { answered } from './answered';
import { alone, type Recovered, type RecoverWork } from './recover-purchases';

// One statement of a few milliseconds, and a hundred calls.
const PAGE_ROWS = 100;
const AT_ONCE = 8;

// For as long as money may still come after the end: see next_look().
const OPEN = `
  select id, provider_intent_id as "providerIntentId" from intents
  where provider = $1 and provider_intent_id is not null and id > $2
    and (status in ('pending', 'processing')
      or status in ('failed', 'canceled') and completed_at > $3::timestamptz - interval '5 days')
  order by id limit ${PAGE_ROWS}`;

interface Open {
  readonly id: string;
  readonly providerIntentId: string;
}

/** Reads each, and settles what the provider says. */
export async function lookAtOpen(
  work: RecoverWork,
): Promise<Pick<Recovered, 'looked' | 'unanswered' | 'unreadable'>> {
  const { deps, provider, since, tell } = work;
  let [looked, unanswered, after] = [0, 0, ''];
  const unreadable: Recovered['unreadable'][number][] = [];
  const one = async ({ id, providerIntentId }: Open) => {
    const told = await alone(work, providerIntentId, () => isAnswered(work, id));
    if (typeof told === 'object') unreadable.push({ providerIntentId, reason: told.reason });
    else if (told) looked += 1;
    else unanswered += 1;
  };
  for (;;) {
    const { rows } = await deps.pool.query<Open>(OPEN, [provider.name, after, since]);
    for (let at = 0; at < rows.length; at += AT_ONCE)
      await Promise.all(rows.slice(at, at + AT_ONCE).map(one));
    tell(`${provider.name}: open purchases`, looked);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return { looked, unanswered, unreadable };
    after = last.id;
  }
}

async function isAnswered({ deps, by }: RecoverWork, id: string): Promise<boolean> {
  const intent = await deps.readIntent(id);
  if (!intent) return true;
  const note = { kind: 'provider_called' as const, data: { call: 'restore', by } };
  const read = await answered(() => readAndSettle(deps, intent, { actor: 'provider', note }));
  // That it has no such object, or that it is another's, is its answer.
  return read.kind === 'settled' || read.kind === 'not_found' || read.kind === 'conflict';
}
