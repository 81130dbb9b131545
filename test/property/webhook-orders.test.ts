// Five webhook events about one payment, in all 120 orders, alone and at the same time, while the provider's state moves
// on between and inside the reads: always the same end, always the same ledger.
// One case of each order here, at points that it seeds; ORDERS=all plays every case that there is (npm run test:orders).
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
const isAll = process.env.ORDERS === 'all';
// Payments whose stories run side by side; they share sets and race each other's locks.
const AT_ONCE = 80;

const orders = permutations([0, 1, 2, 3, 4]);

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

// Five reads are ten requests at least, and the state has come to its end before the last event is worked: it moves at the first
// eight, at four of them at the most.
const REQUESTS = 8;
const moveSets: readonly (readonly number[])[] = Array.from({ length: 2 ** REQUESTS }, (_, bits) =>
  Array.from({ length: REQUESTS }, (_, nth) => nth + 1).filter((nth) => bits & (1 << (nth - 1))),
).filter(({ length }) => length >= 1 && length <= LAST_STAGE);

interface Case {
  readonly order: readonly number[];
  /** The first four at the same time, and the last after them; or one after the other. */
  readonly isTogether: boolean;
  /** The requests at which the state moves on. */
  readonly moves: readonly number[];
}

// Started in the same turn they are stored by one set and share their reads, in whatever order they were started, so that only the
// last one tells them apart; who comes first is left to the clock.
const lastOnes = orders.filter((order) => isAscending(order.slice(0, 4)));

function isAscending(items: readonly number[]): boolean {
  return items.every((item, at) => at === 0 || (items[at - 1] ?? 0) < item);
}

/** 120 orders by 162 sets of moves one after the other, and 5 last ones by 162 sets together: 20,250. */
const everyCase = (): Case[] => [
  ...orders.flatMap((order) => moveSets.map((moves) => ({ order, moves, isTogether: false }))),
  ...lastOnes.flatMap((order) => moveSets.map((moves) => ({ order, moves, isTogether: true }))),
];

/** One case of each order, spread over them: steps that share no factor with 162. */
const oneOfEach = (): Case[] =>
  orders.map((order, nth) => ({
    order,
    moves: moveSets[(nth * 61) % moveSets.length] ?? [],
    isTogether: nth % 2 === 0,
  }));

/** Where each object stands; it moves on by itself at these requests. */
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

// The gateway never asks for postings by intent; this test does, once for each of what may be 40,500 cases.
beforeAll(async () => {
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('create index on journal (intent_id)');
  await owner.end();
});

async function play(
  provider: ProviderName,
  { order, moves, isTogether }: Case,
  nth: number,
): Promise<unknown> {
  const userId = `${provider}_${nth}`;
  const { intent } = await createIntent(
    app.deps,
    { id: userId, role: 'user' },
    { packageId: 'small', provider, currency: 'INR' },
  );
  const objectId = intent.providerIntentId ?? '';
  const world = new World(new Set(moves));
  worlds.set(objectId, world);
  const letters = STORIES[provider].letters(objectId, intent.id);
  const deliver = async (at: number) => {
    const letter = letters[order[at] ?? 0];
    if (!letter) throw new Error('No such event');
    const received = await receiveWebhook(app.deps, provider, letter.body, letter.headers);
    await received.worked;
  };
  // The last one comes after the others, when the provider is at its end.
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

const PROVIDERS = ['stripe', 'razorpay'] as const;

it(
  `Five events about one payment end alike at both providers, ${isAll ? 'in every case' : 'in all 120 orders'}`,
  async () => {
    const cases = isAll ? everyCase() : oneOfEach();
    const plays = cases
      .flatMap((item, nth) => PROVIDERS.map((provider) => ({ provider, item, nth })))
      .values();
    let done = 0;
    const lane = async () => {
      for (const { provider, item, nth } of plays) {
        const end = await play(provider, item, nth);
        try {
          expect(end).toEqual(expected(provider));
        } catch (error) {
          throw new Error(`${provider}, ${JSON.stringify(item)}: ${(error as Error).message}`);
        }
        if (++done % 2_000 === 0) process.stderr.write(`${done} of ${2 * cases.length} cases\n`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect(done).toBe(2 * (isAll ? 20_250 : 120));
  },
  // A case takes some 25 ms of the processor; beside other work several times that.
  isAll ? 3_600_000 : 120_000,
);
