// Five webhook events about one payment, in all 120 orders, alone and at the same time, while the provider's state moves
// on at seeded points between and inside the reads: always the same end, always the same ledger.
// One seed an order here; ORDER_SEEDS=1000 for a long run (npm run test:orders).
import pg from 'pg';
import type { App } from '../../src/app';
import { startApp } from '../../src/app';
import { createIntent } from '../../src/intents/create';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import type { WireRequest, WireResponse } from '../../src/providers/transport';
import { receiveWebhook } from '../../src/webhooks/receive';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { json, LAST_STAGE, STORIES } from './story';

const database = useDatabase();
const SEEDS = Number(process.env.ORDER_SEEDS ?? 1);
// Payments whose stories run side by side; they share sets and race each other's locks.
const AT_ONCE = 40;

const orders = permutations([0, 1, 2, 3, 4]);

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

/** mulberry32: small, fast and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Where each object stands; it moves on by itself at the requests that the seed names. */
class World {
  stage = 0;
  private requests = 0;
  constructor(private readonly moves: ReadonlySet<number>) {}

  seen(): number {
    this.requests++;
    if (this.moves.has(this.requests) && this.stage < LAST_STAGE) this.stage++;
    return this.stage;
  }
}

const worlds = new Map<string, World>();
let app: App;

const wire =
  (provider: ProviderName) =>
  async (request: WireRequest): Promise<WireResponse> => {
    const story = STORIES[provider];
    if (request.method === 'POST') {
      const intentId = /int_[0-9a-z]{26}/.exec(request.body)?.[0] ?? '';
      return json(story.answer({ ...request, path: '' }, `${story.objectPrefix}${intentId}`, 0));
    }
    const objectId = /(?:pi|order)_story_int_[0-9a-z]{26}/.exec(decodeURIComponent(request.path))?.[0] ?? '';
    return json(story.answer(request, objectId, worlds.get(objectId)?.seen() ?? 0));
  };

beforeAll(async () => {
  const config = readConfig({ DATABASE_URL: database.url, ROLE: 'worker', PAYMENTS_MOCK_MODE: 'true' });
  app = await startApp(config, silent, { stripe: wire('stripe'), razorpay: wire('razorpay') });
});
afterAll(() => app.close());

// The gateway never asks for postings by intent; this test does, once for each of what may be 120,000 sequences.
beforeAll(async () => {
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('create index on journal (intent_id)');
  await owner.end();
});

async function play(provider: ProviderName, order: readonly number[], seed: number): Promise<unknown> {
  const next = random(seed);
  const userId = `${provider}_${seed}`;
  const { intent } = await createIntent(
    app.deps,
    { id: userId, role: 'user' },
    { packageId: 'small', provider, currency: 'INR' },
  );
  const objectId = intent.providerIntentId ?? '';
  // Ten requests at least are made by five reads; the state has come to its end before the last event is worked.
  const world = new World(new Set(Array.from({ length: LAST_STAGE }, () => 1 + Math.floor(next() * 8))));
  worlds.set(objectId, world);
  const letters = STORIES[provider].letters(objectId, intent.id);
  const deliver = async (at: number) => {
    const letter = letters[order[at] ?? 0];
    if (!letter) throw new Error('No such event');
    const received = await receiveWebhook(app.deps, provider, letter.body, letter.headers);
    await received.worked;
  };
  // The first ones one by one or all at the same time; the last one after them, when the provider is at its end.
  const isTogether = next() < 0.5;
  if (isTogether) await Promise.all([0, 1, 2, 3].map(deliver));
  else for (const at of [0, 1, 2, 3]) await deliver(at);
  world.stage = LAST_STAGE;
  await deliver(4);
  worlds.delete(objectId);
  return endOf(intent.id, userId);
}

async function endOf(intentId: string, userId: string): Promise<unknown> {
  const { rows } = await app.deps.pool.query(
    `select i.status, i.attempt_count, i.failure, i.provider_payment_id like '%\\_2\\_%' as paid_by_second,
       (select jsonb_agg(p.status || ' ' || coalesce(p.booked_as, '-') || ' ' || p.amount_refunded_minor order by p.provider_payment_id)
        from intent_payments p where p.intent_id = i.id) as payments,
       (select jsonb_agg(j.kind order by j.kind) from journal j where j.intent_id = i.id) as postings,
       (select jsonb_agg(e.account || ' ' || e.unit || ' ' || e.amount order by e.account, e.unit, e.amount)
        from entries e join journal j on j.id = e.journal_id where j.intent_id = i.id) as lines,
       (select w.balance || ' ' || w.owed || ' v' || w.version from wallets w where w.user_id = $2) as wallet,
       (select count(*) from breaks b where b.intent_id = i.id)::int as breaks,
       (select jsonb_agg(distinct w.status) from webhook_events w where w.intent_id = i.id) as events
     from intents i where i.id = $1`,
    [intentId, userId],
  );
  return rows[0];
}

const expected = (provider: ProviderName) => ({
  status: 'succeeded',
  attempt_count: 2,
  failure: null,
  paid_by_second: true,
  payments: ['declined - 0', 'captured bought 1000'],
  postings: ['grant', 'receipt', 'refund'],
  lines: [
    `clearing_${provider} INR -5000`,
    `clearing_${provider} INR 1000`,
    'credits_issued CREDIT -50',
    'credits_issued CREDIT 10',
    'deferred_revenue INR -1000',
    'deferred_revenue INR 5000',
    'wallet CREDIT -10',
    'wallet CREDIT 50',
  ],
  wallet: '40 0 v2',
  breaks: 0,
  events: ['processed'],
});

describe.each(['stripe', 'razorpay'] as const)('Five events about one payment at %s', (provider) => {
  it(
    `end alike in all 120 orders, ${SEEDS} seed(s) each`,
    async () => {
      const plays = orders.flatMap((order, nth) =>
        Array.from({ length: SEEDS }, (_, seed) => ({ order, seed: nth * 1_000_003 + seed })),
      );
      let done = 0;
      const lane = async () => {
        for (let item = plays.shift(); item; item = plays.shift()) {
          const end = await play(provider, item.order, item.seed);
          try {
            expect(end).toEqual(expected(provider));
          } catch (error) {
            throw new Error(`order ${item.order.join('')}, seed ${item.seed}: ${(error as Error).message}`);
          }
          if (++done % 10_000 === 0)
            process.stderr.write(`${provider}: ${done} of ${orders.length * SEEDS} sequences\n`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      expect(done).toBe(120 * SEEDS);
    },
    // A seed plays 120 orders in about 2 s of a quiet machine, and several times that beside other work.
    60_000 + SEEDS * 10_000,
  );
});
