// A gateway that runs as a process of its own and asks its providers over HTTP, where the simulator stands in for them. All
// that anybody does goes over HTTP as well: users and finance by GraphQL, the bank by the simulator's control. SQL makes what
// no bank of the simulator says, and adds both sides up.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { control } from '../../packages/simulator/src/control';
import type { Outcome } from '../../packages/simulator/src/outcomes';
import { type SimulatorServer, serve } from '../../packages/simulator/src/server';
import { createSimulator } from '../../packages/simulator/src/simulator';
import { pause } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import { copied, paidInDollars, paymentIdOf } from '../reconciliation/planted-breaks';
import { clearingOf, heldForPayersOf, type Rows, unappliedOf } from '../reconciliation/sides';
import type { Client } from '../support/client';
import { ownerOf } from '../support/database';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { heardPool, useDatabase } from '../support/pools';

export const PROVIDERS = ['stripe', 'razorpay'] as const;
export type Provider = (typeof PROVIDERS)[number];

const MONEY = '{ amountMinor currency }';
const BREAK = `id runId status subject kind suggestedFix fixes providerEntryId resolvedBy intent { id }
  ours ${MONEY} theirs ${MONEY}`;

export interface Paid {
  readonly id: string;
  readonly provider: Provider;
  readonly client: Client;
  readonly providerIntentId: string;
  /** At the bank. `isLost`: no event of it is ever sent. */
  play(outcome: Outcome, more?: { isLost?: boolean; amountMinor?: number }): Promise<void>;
  /** The user asks anew. */
  sync(): Promise<void>;
  refund(input: object): Promise<Record<string, any>>;
  /** Somebody sends some of it back in the provider's dashboard; nobody is told. */
  refundThere(amountMinor: number): Promise<void>;
  /** The provider's id of the newest payment. */
  paymentId(): Promise<string>;
  balance(): Promise<Record<string, number>>;
  intent(): Promise<Record<string, any>>;
  /** What an event tells is known a moment later. */
  until(isSo: (intent: Record<string, any>) => boolean): Promise<void>;
}

export interface Run {
  readonly id: string;
  readonly status: string;
  readonly breakCount: number;
  readonly differences: readonly { amountMinor: string; currency: string }[];
}

export interface BooksStand {
  readonly finance: Client;
  as(userId: string, role: string): Promise<Client>;
  rows: Rows;
  /** An intent that nothing was played on yet; small is 50 credits for INR 50.00, medium 120 for INR 100.00. */
  opened(provider: Provider, packageId?: string): Promise<Paid>;
  /** One that is paid, and the credits are there. */
  bought(provider: Provider, packageId?: string): Promise<Paid>;
  /** The payer paid INR 40.00 of the 100.00 of a medium package. */
  fortyOfHundred(provider: Provider): Promise<Paid>;
  /** The payer paid the number of the price in dollars. */
  dollarsForRupees(provider: Provider): Promise<Paid>;
  /** A second payment came on the same intent. */
  paidTwice(provider: Provider): Promise<Paid>;
  /** A run over the last hour, after everything was paid out at Razorpay, whose report has nothing else. */
  reconcile(provider: Provider): Promise<Run>;
  /** What is open about an intent, or of a run. */
  open(about: { intentId?: string; runId?: string }): Promise<Record<string, any>[]>;
  resolve(id: string, fix: string, more?: object): Promise<Record<string, any>>;
  /** What the bank moved for a dispute in rupees, as an account whose balance is in dollars has it: signed, in cents. */
  movedInDollars(disputeId: string, moves: readonly number[]): Promise<void>;
  /** The round that comes by itself every ten minutes, now. */
  sweep(): Promise<void>;
  /**
   * Both sides have the same, what bought nothing is owed to its payers, a run finds nothing, and the check that finance can
   * ask for finds the ledger whole.
   */
  expectAgreement(provider: Provider): Promise<void>;
}

/** @param env settings of the gateway beside the usual */
export function useBooks(env: Record<string, string> = {}): BooksStand {
  const database = useDatabase();
  const made = {} as { gateway: GatewayProcess; wire: SimulatorServer; owner: pg.Pool; finance: Client };
  let users = 0;
  beforeAll(async () => {
    made.owner = heardPool({ ...ownerOf(database.url), max: 4 });
    // It sends no event by itself: the gateway's own process of the same simulated providers does.
    const simulator = createSimulator({
      pool: made.owner,
      secrets: MOCK_WEBHOOK_SECRETS,
      deliver: async () => ({ status: 500 }),
    });
    made.wire = await serve(
      {
        handle: async (request) =>
          (await control({ simulator, pool: made.owner }, request)) ?? simulator.handle(request),
      },
      { port: 0, host: '127.0.0.1' },
    );
    made.gateway = await startGateway({
      DATABASE_URL: database.url,
      STRIPE_API_BASE: made.wire.url,
      RAZORPAY_API_BASE: made.wire.url,
      ...env,
    });
    made.finance = await made.gateway.as('fin_1', 'finance');
  });
  afterAll(async () => {
    await stopGateways();
    await made.wire.close();
    await made.owner.end();
  });

  const rows: Rows = async (text, values) => (await made.owner.query(text, values)).rows;
  const told = async (path: string, body: object) => {
    const response = await fetch(`${made.wire.url}/simulator/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
  };

  const stand: BooksStand = {
    get finance() {
      return made.finance;
    },
    as: (userId, role) => made.gateway.as(userId, role),
    rows,
    opened: async (provider, packageId = 'small') => {
      const client = await made.gateway.as(`payer_${++users}`);
      const { intent } = await client.mutate(
        'createIntent',
        { packageId, provider },
        'intent { id providerIntentId }',
      );
      return paidOf(stand, told, made.wire.url, { client, provider, ...intent });
    },
    bought: async (provider, packageId) => {
      const paid = await stand.opened(provider, packageId);
      await paid.play('succeed', { isLost: true });
      await paid.sync();
      expect(await paid.intent()).toMatchObject({ status: 'succeeded' });
      return paid;
    },
    fortyOfHundred: async (provider) => {
      const paid = await stand.opened(provider, 'medium');
      await paid.play('succeed', { isLost: true });
      const key = await paid.paymentId();
      await rows(
        `update simulator.objects set body = replace(replace(body::text, '"amount_captured":10000',
           '"amount_captured":4000'), '"amount":10000', '"amount":4000')::json where id = $1`,
        [key],
      );
      await rows('update simulator.balance_entries set amount = 4000, fee = 0 where source = $1', [key]);
      await paid.sync();
      return paid;
    },
    dollarsForRupees: async (provider) => {
      const paid = await stand.opened(provider);
      await paid.play('succeed', { isLost: true });
      await paidInDollars({ rows }, { provider }, await paid.paymentId());
      await paid.sync();
      return paid;
    },
    paidTwice: async (provider) => {
      const paid = await stand.bought(provider);
      await copied({ rows }, await paid.paymentId(), '{}');
      await paid.sync();
      return paid;
    },
    reconcile: async (provider) => {
      if (provider === 'razorpay') {
        // What is below zero waits until sales make up for it.
        do await stand.bought(provider, 'xlarge');
        while ((await unpaidRupees(rows)) <= 0);
        await told('pay-out', { provider });
      }
      const to = Date.now() + 1_000;
      const range = { gte: new Date(to - 3_600_000).toISOString(), lt: new Date(to).toISOString() };
      const started = await made.finance.mutate('startReconciliation', { provider, range }, 'run { id }');
      expect(started.errors).toEqual([]);
      return ended<Run>(
        `query ($id: ID!) { admin { reconciliationRun(id: $id) {
           id status breakCount(status: open) differences ${MONEY} } } }`,
        started.run.id,
        'reconciliationRun',
      );
    },
    open: async ({ intentId, runId }) => {
      const { data } = await made.finance.query(
        `query ($runId: ID) { admin { breaks(first: 100, filter: { runId: $runId, status: [open] }) {
           nodes { ${BREAK} } } } }`,
        { runId },
      );
      return data.admin.breaks.nodes.filter((item: any) => !intentId || item.intent?.id === intentId);
    },
    resolve: (id, fix, more = {}) =>
      made.finance.mutate(
        'resolveBreak',
        { id, fix, note: 'Looked at it.', ...more },
        `break { ${BREAK} } errors { ... on StaleFiguresError { figures { name money ${MONEY} } } }`,
      ),
    movedInDollars: async (disputeId, moves) => {
      const ids = moves.map((_, nth) => `txn_${disputeId}_${nth}`);
      await rows(
        `update simulator.objects o set body = (o.body::jsonb || jsonb_build_object('balance_transactions', (
           select jsonb_agg(o.body::jsonb #> '{balance_transactions,0}' || jsonb_build_object('id', m.id, 'amount', m.amount,
             'net', m.amount, 'fee', 0, 'currency', 'usd') order by m.id)
           from unnest($2::text[], $3::int[]) m(id, amount))))::json where o.id = $1`,
        [disputeId, ids, moves],
      );
      await rows('delete from simulator.balance_entries where source = $1', [disputeId]);
      await rows(
        `insert into simulator.balance_entries (id, provider, category, source, amount, currency, created)
         select m.id, 'stripe', case when m.amount < 0 then 'dispute' else 'dispute_reversal' end, $1, m.amount, 'usd',
           simulator.now_ms() / 1000
         from unnest($2::text[], $3::int[]) m(id, amount)`,
        [disputeId, ids, moves],
      );
    },
    sweep: async () => {
      // As if the last one had been long ago.
      await rows(`insert into turns (loop, turn_at) values ('sweep-disputes', '2000-01-01')
        on conflict (loop) do update set turn_at = excluded.turn_at, done_at = null`);
      for (let tries = 0; tries < 300; tries++) {
        const done = await rows(`select from turns where loop = 'sweep-disputes' and done_at is not null`);
        if (done.length > 0) return;
        await pause(100);
      }
      throw new Error('The sweep does not end');
    },
    expectAgreement: async (provider) => {
      expect(await stand.reconcile(provider)).toMatchObject({
        status: 'succeeded',
        breakCount: 0,
        differences: [],
      });
      const { ours, theirs } = await clearingOf(rows, provider);
      expect(ours).toEqual(theirs);
      expect(await unappliedOf(rows, provider)).toEqual(await heldForPayersOf(rows, provider));
      const { data } = await made.finance.query('mutation { startLedgerCheck { job { id } } }');
      const { id } = data.startLedgerCheck.job;
      const check = await ended(
        'query ($id: ID!) { node(id: $id) { ... on LedgerCheck { status ok imbalance problems } } }',
        id,
      );
      expect(check).toEqual({ status: 'succeeded', ok: true, imbalance: '0', problems: [] });
    },
  };

  async function ended<Job = Record<string, any>>(query: string, id: string, field?: string): Promise<Job> {
    for (let tries = 0; tries < 600; tries++) {
      const { data } = await made.finance.query(query, { id });
      const job = field ? data.admin[field] : data.node;
      if (job.status !== 'queued' && job.status !== 'running') return job;
      await pause(100);
    }
    throw new Error(`${id} does not end`);
  }
  return stand;
}

/** What Razorpay has not paid out yet, in paise. */
async function unpaidRupees(rows: Rows): Promise<number> {
  const [row] = await rows(
    `select coalesce(sum(amount - fee), 0)::int as net from simulator.balance_entries
     where provider = 'razorpay' and currency = 'INR' and payout_id is null and category <> 'settlement'`,
  );
  return row?.net;
}

interface Opened {
  readonly id: string;
  readonly provider: Provider;
  readonly client: Client;
  readonly providerIntentId: string;
}

const INTENT = `query ($id: ID!) { intent(id: $id) { status failure { code } refundedAmount ${MONEY}
  refunds { nodes { status amount ${MONEY} } } disputes { status creditsFrozen } } }`;

function paidOf(
  stand: BooksStand,
  told: (path: string, body: object) => Promise<void>,
  providersUrl: string,
  opened: Opened,
): Paid {
  const { id, client, providerIntentId } = opened;
  const intent = async () => (await stand.finance.query(INTENT, { id })).data.intent;
  return {
    ...opened,
    play: (outcome, more = {}) => told('play', { id: providerIntentId, outcome, ...more }),
    sync: async () => {
      const synced = await client.mutate('syncIntent', { id }, 'intent { status }');
      expect(synced.errors).toEqual([]);
    },
    refund: (input) =>
      stand.finance.mutate(
        'refundIntent',
        { intentId: id, reason: 'Asked by phone.', idempotencyKey: randomUUID(), ...input },
        `refund { status creditsRevoked amount ${MONEY} } errors { ... on StaleFiguresError { figures { name money ${MONEY} } } }`,
      ),
    refundThere: async (amountMinor) =>
      refundThere(providersUrl, opened.provider, await paymentIdOf(stand, opened), amountMinor),
    paymentId: () => paymentIdOf(stand, opened),
    balance: async () =>
      (await client.query('{ balance { credits available held frozen owed } }')).data.balance,
    intent,
    until: async (isSo) => {
      for (let tries = 0; tries < 300; tries++) {
        if (isSo(await intent())) return;
        await pause(100);
      }
      throw new Error(`It is not so: ${JSON.stringify(await intent())}`);
    },
  };
}

/** As the provider's own dashboard asks for it. */
async function refundThere(
  url: string,
  provider: Provider,
  paymentId: string,
  amountMinor: number,
): Promise<void> {
  const headers = { 'idempotency-key': randomUUID() };
  const response =
    provider === 'stripe'
      ? await fetch(`${url}/v1/refunds`, {
          method: 'POST',
          headers: { ...headers, authorization: 'Bearer sk_test_dashboard' },
          body: new URLSearchParams({ charge: paymentId, amount: String(amountMinor) }),
        })
      : await fetch(`${url}/v1/payments/${paymentId}/refund`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Basic ${Buffer.from('rzp_test_dashboard:secret').toString('base64')}`,
          },
          body: JSON.stringify({ amount: amountMinor }),
        });
  if (!response.ok) throw new Error(`Not refunded: ${await response.text()}`);
}
