// The gateway beside the model: what a command works on, and whether the two agree.
import fc from 'fast-check';
import pg from 'pg';
import { INVARIANTS } from '../../src/credits/verify';
import { createReplayCache } from '../../src/idempotency/replay-cache';
import { createClaim } from '../../src/intents/claim';
import { createReadIntent } from '../../src/intents/find';
import { createForeignCounts } from '../../src/intents/foreign-counts';
import { createLeases, leaseSecondsFor } from '../../src/intents/lease';
import { createReadNewest } from '../../src/intents/newest';
import { createSecretBox } from '../../src/kernel/secret-box';
import { createCatalogue } from '../../src/packages/find';
import { createSettle } from '../../src/payments/settle';
import { readConfig } from '../../src/providers/read-config';
import { createProviders } from '../../src/providers/registry';
import type { RefundDeps } from '../../src/refunds/deps';
import { createWorkedEvents } from '../../src/webhooks/worked';
import { type CreditStand, useCreditStand } from '../credits/stand';
import { ownerOf } from '../support/database';
import { Bank } from './bank';
import {
  frozenFor,
  goneFor,
  type HoldModel,
  type LedgerModel,
  type PurchaseModel,
  type RefundModel,
  type UserModel,
} from './ledger-model';
import { razorpayWire } from './razorpay-wire';
import { stripeWire } from './stripe-wire';

export interface World {
  readonly stand: CreditStand;
  /** What the use cases about money back work with: the real adapters, whose wires end at the bank. */
  readonly deps: RefundDeps;
  readonly bank: Bank;
  /** Sees everything of this history's database, and nothing of another's. */
  readonly owner: pg.Client;
}

/** One history's world, with a database of its own. Without the loops that run beside requests: only commands act. */
export function useWorld(): World {
  const stand = useCreditStand();
  const bank = new Bank();
  const made = {} as { deps: RefundDeps; owner: pg.Client };
  beforeAll(async () => {
    made.deps = depsOf(stand, bank);
    // Compiling a statement takes longer than running it over so few rows.
    made.owner = new pg.Client({
      ...ownerOf(stand.database.url),
      options: `${ownerOf(stand.database.url).options} -c jit=off`,
    });
    await made.owner.connect();
  });
  afterAll(() => made.owner.end());
  return {
    stand,
    bank,
    get deps() {
      return made.deps;
    },
    get owner() {
      return made.owner;
    },
  };
}

function depsOf(stand: CreditStand, bank: Bank): RefundDeps {
  const { deps } = stand;
  const { pool, log } = deps;
  const config = readConfig({ PAYMENTS_MOCK_MODE: 'true', RISK: 'act' });
  const { mode, paymentsEnabled, providerTimeoutMs, providers: settings, approvalLimits, risk } = config;
  const transports = { stripe: stripeWire(bank), razorpay: razorpayWire(bank) };
  const leaseSeconds = leaseSecondsFor(providerTimeoutMs);
  return {
    ...deps,
    ...{
      mode,
      gatewayIds: ['gw_here'],
      paymentsEnabled,
      risk,
      providerTimeoutMs,
      approvalLimits,
      simulator: null,
      captcha: null,
      allowedOrigins: [],
    },
    catalogue: createCatalogue({ pool, log }),
    providers: createProviders({ settings, transports }),
    claim: createClaim({
      ...{ pool, mode, leaseSeconds, risk: config.risk.mode, hasCaptcha: false },
      ttlSeconds: config.intentTtlSeconds,
    }),
    settle: createSettle({ ...deps, secrets: createSecretBox(config.secretsKeys), risk: config.risk }),
    leases: createLeases({ pool, leaseSeconds }),
    readIntent: createReadIntent(pool),
    readNewest: createReadNewest(pool),
    replays: createReplayCache(null, log),
    worked: createWorkedEvents(pool, true),
    foreignCounts: createForeignCounts(),
    resolveAgreed: () => Promise.reject(new Error('No break is settled in these histories')),
  };
}

export type LedgerCommand = fc.AsyncCommand<LedgerModel, World>;

/** One step of a history. */
export abstract class Step implements LedgerCommand {
  check = (): boolean => true;
  /** Does it to both and compares what they answer. */
  abstract act(model: LedgerModel, world: World): Promise<void>;
  abstract toString(): string;

  async run(model: LedgerModel, world: World): Promise<void> {
    model.done.push(this.toString());
    try {
      await this.act(model, world);
      await agree(model, world);
    } catch (error) {
      const last = model.done.slice(-15).join('\n  ');
      throw new Error(
        `after ${model.done.length} steps, the last ones\n  ${last}\n${(error as Error).message}`,
      );
    }
  }
}

/** Credits to use: mostly a few, and sometimes most of what is there. */
export const amounts = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 25 }) },
  { weight: 1, arbitrary: fc.integer({ min: 30, max: 150 }) },
);

/** The nth from the last of a list, round and round; undefined of an empty one. Mostly the newest are meant. */
export const fromLast = <Item>(items: readonly Item[], nth: number): Item | undefined =>
  items[items.length - 1 - (nth % Math.max(1, items.length))];

/** An open hold, where there is one and one is wanted; otherwise any. The nth from the last. */
export function holdOf(user: UserModel, nth: number, isOpen: boolean): HoldModel | undefined {
  const open = user.holds.filter(({ status }) => isOpen && status === 'open');
  return fromLast(open.length > 0 ? open : user.holds, nth);
}

/** Three times out of four. */
export const mostly = fc.nat(3).map((one) => one !== 0);

/** Once out of four. */
export const rarely = mostly.map((isMostly) => !isMostly);

/** A purchase whose credits are on hold, where there is one and one is wanted; otherwise any. The nth from the last. */
export function purchaseOf(user: UserModel, nth: number, isHeld: boolean): PurchaseModel | undefined {
  const held = user.purchases.filter(({ lot }) => isHeld && lot.held > 0);
  return fromLast(held.length > 0 ? held : user.purchases, nth);
}

/** Everything that the gateway tells of each user is what the model says, and no invariant is broken. */
export async function agree(model: LedgerModel, world: World): Promise<void> {
  const { stand, owner } = world;
  const steps = model.done.length;
  for (const user of model.users) user.workDue();
  // Reading works what is due, so that it comes before the rows are looked at.
  const standings = await Promise.all(model.users.map(({ name }) => stand.standing(name)));
  expect(standings).toEqual(
    model.users.map(({ balance, held, frozen, owed }) => ({ credits: balance, held, frozen, owed })),
  );
  if (steps % PLANNED_FOR === 0) await owner.query('analyze');
  const plan = Math.floor(steps / PLANNED_FOR);
  const names = model.users.map(({ name }) => name);
  const { rows: told } = await owner.query({ name: `tells_${plan}`, text: TELLS, values: [names] });
  const expected = model.users.map(modelTells);
  // As text, since almost always they agree; a difference is shown as one.
  if (JSON.stringify(told) !== JSON.stringify(expected)) expect(told).toEqual(expected);
  const { rows: broken } = await owner.query({ name: `broken_${plan}`, text: BROKEN });
  expect(broken).toEqual([]);
}

/** Steps after which the two statements are planned anew: what suits ten rows does not suit ten thousand. */
const PLANNED_FOR = 100;

/** Every invariant over everything, in one statement of one snapshot: a history asks it a thousand times. */
const BROKEN = Object.entries(INVARIANTS)
  .map(([name, finder], nth) => `select '${name}' as invariant, subject from (${finder}) broken_${nth}`)
  .join(' union all ');

const total = (parts: ReadonlyMap<unknown, number>): number => [...parts.values()].reduce((a, b) => a + b, 0);

/** Of one payment in the order in which they were asked for: several payments are sent back at one instant. */
export const byPayment = (refunds: readonly RefundModel[]): RefundModel[] =>
  [...refunds].sort((a, b) =>
    a.purchase.paymentId === b.purchase.paymentId ? 0 : a.purchase.paymentId < b.purchase.paymentId ? -1 : 1,
  );

const modelTells = (user: UserModel) => ({
  leftOver: user.leftOver,
  lots: user.lots.map(
    ({ granted, remaining, transferred, held, frozen, deferred, spent, earned, isPromo }) => [
      ...[granted, remaining, transferred, held, frozen, deferred, spent, earned, isPromo],
    ],
  ),
  holds: [...user.holds]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, status, lots, settled }) => [id, status, total(lots), settled]),
  limits: [...user.limits.all]
    .sort((a, b) => ((a.member ?? '') < (b.member ?? '') ? -1 : 1))
    .map(({ member, credits, spent, held }) => [member, credits, spent, held]),
  refunds: byPayment(user.refunds).map((refund) => [
    ...[refund.status, refund.isAccepted ? refund.bankId : null, refund.minor],
    ...[frozenFor(refund), refund.revoked],
  ]),
  disputes: user.disputes.map((dispute) => [
    ...[dispute.id, dispute.status, dispute.turn, dispute.minor, dispute.withdrawn],
    ...[frozenFor(dispute), dispute.revoked],
  ]),
  reviews: user.purchases.flatMap(({ intentId, reviews }) =>
    reviews.map((review) => [intentId, review.status, frozenFor(review)]),
  ),
  overReturned: [...user.purchases, ...user.unapplied]
    .filter((payment) => goneFor(payment) > payment.lot.paid)
    .map((payment) => [payment.paymentId, goneFor(payment)])
    .sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
  books: Object.entries(user.books)
    .filter(([, amount]) => amount !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
});

/** What the gateway has of each user, as modelTells() says it. */
const TELLS = `
  with books as materialized (
    select j.user_id, e.account collate "C" as account, sum(e.amount) as amount
    from journal j join entries e on e.journal_id = j.id group by 1, 2 having sum(e.amount) <> 0)
  select
    (select coalesce(sum(micro), 0)::int from usage_remainders where user_id = u.user_id) as "leftOver",
    (select coalesce(jsonb_agg(jsonb_build_array(granted, remaining, transferred, held, frozen, deferred_minor, spent,
        earned_minor, is_promotional) order by id), '[]')
     from lots where user_id = u.user_id) as lots,
    (select coalesce(jsonb_agg(jsonb_build_array(id, status, held, settled_credits) order by id), '[]')
     from holds where user_id = u.user_id) as holds,
    (select coalesce(jsonb_agg(jsonb_build_array(nullif(substr(subject, 8), ''), credits, spent, held)
        order by nullif(subject, 'wallet') collate "C" nulls first), '[]')
     from spend_limits where user_id = u.user_id) as limits,
    (select coalesce(jsonb_agg(jsonb_build_array(r.status, provider_refund_id, r.amount_minor, credits_frozen,
        credits_revoked) order by r.provider_payment_id collate "C", r.created_at), '[]')
     from refunds r join intents i on i.id = r.intent_id where i.user_id = u.user_id) as refunds,
    (select coalesce(jsonb_agg(jsonb_build_array(provider_dispute_id, status, turn, amount_minor, withdrawn_minor,
        credits_frozen, credits_revoked) order by opened_at), '[]')
     from disputes where user_id = u.user_id) as disputes,
    (select coalesce(jsonb_agg(jsonb_build_array(r.intent_id, r.status, coalesce(c.frozen, 0))
        order by l.id, r.decided_at), '[]')
     from risk_reviews r join lots l on l.intent_id = r.intent_id left join claims c on c.cause_id = r.id
     where r.user_id = u.user_id) as reviews,
    (select coalesce(jsonb_agg(jsonb_build_array(b.provider_entry_id, b.theirs_minor)
        order by b.provider_entry_id collate "C"), '[]')
     from breaks b join intents i on i.id = b.intent_id
     where i.user_id = u.user_id and b.kind = 'more_back_than_paid' and b.status = 'open') as "overReturned",
    (select coalesce(jsonb_agg(jsonb_build_array(account, amount) order by account), '[]') from books
     where user_id = u.user_id) as books
  from unnest($1::text[]) with ordinality u(user_id, nth) order by nth`;
