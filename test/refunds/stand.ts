// A gateway in this process, whose providers are the simulated ones behind a wire that a test can break. It hears no
// webhook event: what it knows, it knows from its own calls and reads.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  createSimulator,
  type Simulator,
  type SimulatorRequest,
} from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { holdCredits } from '../../src/credits/hold';
import { createIntent } from '../../src/intents/create';
import { readAndSettle } from '../../src/intents/read';
import type { SimulatedOutcome } from '../../src/intents/simulate';
import { systemClock } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { readRefund } from '../../src/refunds/read';
import { refundIntent } from '../../src/refunds/refund';
import { ownerOf } from '../support/database';
import { silent } from '../support/intents';
import { heardPool, type TestDatabase, useDatabase } from '../support/pools';

export const finance: Caller = { id: 'fin_1', role: 'finance' };
export const secondPerson: Caller = { id: 'fin_2', role: 'finance' };

/** What the wire does with a call that would change something: lost never arrives, answerLost arrives and is not heard. */
export type Trouble = 'lost' | 'answerLost' | null;

export interface Bought {
  readonly id: string;
  readonly userId: string;
  readonly provider: ProviderName;
  readonly providerIntentId: string;
  play(outcome: SimulatedOutcome): Promise<void>;
  /** What the gateway finds when it looks at the provider. */
  look(): Promise<void>;
  refund(amountCents: number | null, key?: string): ReturnType<typeof refundIntent>;
  wallet(): Promise<{ balance: number; held: number; frozen: number; owed: number }>;
  lot(): Promise<{ remaining: number; held: number; frozen: number; deferred: number }>;
  /** The lines of one kind of posting about this intent: account, unit, amount. */
  posted(kind: string): Promise<string[]>;
  refunds(): Promise<{ status: string; amount: number; credits_revoked: number; credits_frozen: number }[]>;
}

interface BoughtOptions {
  readonly userId?: string;
  readonly provider?: ProviderName;
  readonly packageId?: string;
  /** Left out: the package's own. */
  readonly currency?: string;
}

export interface RefundStand {
  readonly database: TestDatabase;
  readonly app: App;
  readonly owner: pg.Client;
  trouble: (request: SimulatorRequest) => Trouble;
  /** What the gateway reads instead of what a provider answered. */
  garble: (request: SimulatorRequest, body: string) => string;
  /** True: nothing at the provider is read either. */
  isCutOff: boolean;
  /** A paid small package (50 credits for 5000) unless another is named. */
  bought(options?: BoughtOptions): Promise<Bought>;
  /** An intent that nothing was played on yet. */
  opened(options?: BoughtOptions): Promise<Bought>;
  /** A paid one, of which the gateway does not know yet that it was paid. */
  paidUnseen(options?: BoughtOptions): Promise<Bought>;
  rows(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  spend(userId: string, credits: number): Promise<void>;
  /** Sets credits aside. */
  hold(userId: string, credits: number): Promise<string>;
}

export function useRefundStand(env: Record<string, string> = {}): RefundStand {
  const database = useDatabase();
  const made = { app: undefined as unknown as App, owner: undefined as unknown as pg.Client };
  let simulator: Simulator;
  let simulatorPool: pg.Pool;
  let users = 0;
  const stand: RefundStand = {
    database,
    trouble: () => null,
    garble: (_request, body) => body,
    isCutOff: false,
    get app() {
      return made.app;
    },
    get owner() {
      return made.owner;
    },
    rows: async (text, values) => (await made.owner.query(text, values)).rows,
    bought: async (options) => {
      const thing = await stand.paidUnseen(options);
      await thing.look();
      return thing;
    },
    paidUnseen: async (options) => {
      const thing = await stand.opened(options);
      await thing.play('succeed');
      return thing;
    },
    opened: async ({
      userId = `payer_${++users}`,
      provider = 'stripe',
      packageId = 'small',
      currency,
    } = {}) => {
      const { deps } = made.app;
      const { intent } = await createIntent(
        deps,
        { id: userId, role: 'user' },
        { packageId, provider, currency },
      );
      return thingOf(stand, simulator, intent.id, userId, provider, intent.providerIntentId ?? '');
    },
    spend: async (userId, credits) => {
      const { outcome } = await made.app.deps.spend({
        ...{
          userId,
          credits: BigInt(credits),
          reason: 'work',
          key: randomUUID(),
          inputHash: 'h',
          kind: 'service',
          actor: userId,
        },
      });
      expect(outcome).toBe('spent');
    },
    hold: async (userId, credits) => {
      const { hold } = await holdCredits(
        made.app.deps,
        { id: userId, role: 'user' },
        { credits: BigInt(credits), reason: 'work', ttlSeconds: 3600, idempotencyKey: randomUUID() },
      );
      return hold.id;
    },
  };
  beforeAll(async () => {
    simulatorPool = heardPool({ connectionString: database.url, max: 4 });
    simulator = createSimulator({
      pool: simulatorPool,
      clock: systemClock,
      secrets: MOCK_WEBHOOK_SECRETS,
      deliver: async () => ({ status: 500 }),
    });
    const wire = async (request: SimulatorRequest) => {
      const trouble = request.method !== 'GET' ? stand.trouble(request) : null;
      if (trouble === 'lost' || stand.isCutOff) throw new Error('The wire is cut');
      const answer = await simulator.handle(request);
      if (trouble === 'answerLost') throw new Error('The answer is lost');
      return { ...answer, body: stand.garble(request, answer.body) };
    };
    const config = { DATABASE_URL: database.url, ROLE: 'worker', UNAPPLIED_REFUND: 'manual', ...env };
    made.app = await startApp(readConfig(config), silent, { stripe: wire, razorpay: wire });
    made.owner = new pg.Client(ownerOf(database.url));
    await made.owner.connect();
  });
  afterAll(async () => {
    await made.owner.end();
    await made.app.close();
    await simulatorPool.end();
  });
  return stand;
}

function thingOf(
  stand: RefundStand,
  simulator: Simulator,
  id: string,
  userId: string,
  provider: ProviderName,
  providerIntentId: string,
): Bought {
  const intent = async () => {
    const found = await stand.app.deps.readIntent(id);
    if (!found) throw new Error('No intent');
    return found;
  };
  return {
    id,
    userId,
    provider,
    providerIntentId,
    play: async (outcome) => {
      await simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });
    },
    look: async () => {
      const result = await readAndSettle(stand.app.deps, await intent(), { actor: 'provider', note: null });
      expect(result.kind).toBe('settled');
      const known = await stand.rows(
        'select provider_refund_id as id from refunds where intent_id = $1 and provider_refund_id is not null',
        [id],
      );
      for (const refund of known) await readRefund(stand.app.deps, await intent(), refund.id, { note: null });
    },
    refund: (amountCents, key = randomUUID()) =>
      refundIntent(stand.app.deps, finance, {
        intentId: id,
        amountCents,
        reason: 'asked',
        idempotencyKey: key,
      }),
    wallet: async () =>
      (
        await stand.rows(
          'select balance::int, held::int, frozen::int, owed::int from wallets where user_id = $1',
          [userId],
        )
      )[0] as never,
    lot: async () =>
      (
        await stand.rows(
          'select remaining::int, held::int, frozen::int, deferred_minor::int as deferred from lots where intent_id = $1',
          [id],
        )
      )[0] as never,
    posted: async (kind) =>
      (
        await stand.rows(
          `select e.account || ' ' || e.unit || ' ' || e.amount as line from journal j join entries e on e.journal_id = j.id
           where j.intent_id = $1 and j.kind = $2 order by j.id, e.account, e.unit`,
          [id, kind],
        )
      ).map(({ line }) => line),
    refunds: async () =>
      (await stand.rows(
        `select status, amount_minor::int as amount, credits_revoked::int, credits_frozen::int from refunds where intent_id = $1
         order by created_at`,
        [id],
      )) as never,
  };
}
