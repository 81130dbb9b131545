// A database with the use cases about credits, purchases made straight at the door, and time that passes when a test
// says so.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { CODE, ENTITIES } from '../../src/app/database';
import type { Caller } from '../../src/callers/caller';
import { adjustCredits } from '../../src/credits/adjust';
import { balanceOf } from '../../src/credits/balance';
import type { CreditDeps } from '../../src/credits/deps';
import { holdCredits } from '../../src/credits/hold';
import { moveCredits } from '../../src/credits/move-credits';
import { releaseHold } from '../../src/credits/release-hold';
import { reverseSpend } from '../../src/credits/reverse-spend';
import { settleHold } from '../../src/credits/settle-hold';
import { spendCredits } from '../../src/credits/spend';
import { createCreditVerbs } from '../../src/credits/verbs';
import { applicationDataSource } from '../../src/db/data-source';
import { createReadEvents } from '../../src/events/feed';
import { createHub } from '../../src/events/hub';
import { type GrantResult, grantCredits } from '../../src/grants/grant';
import { revokeGrant } from '../../src/grants/revoke';
import { saveCampaign } from '../../src/grants/save-campaign';
import { createGrantVerbs, type GrantVerbs } from '../../src/grants/verbs';
import { type ApprovalLimits, NO_APPROVALS } from '../../src/kernel/approval-limits';
import { isSharedWalletId } from '../../src/kernel/ids';
import type { ProviderName } from '../../src/providers/provider';
import { ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, reading, refunded, silent } from '../support/intents';
import { heardPool, type TestDatabase, useDatabase } from '../support/pools';

export const finance: Caller = { id: 'fin_1', role: 'finance' };
export const service: Caller = { id: 'svc_1', role: 'service' };
/** A user; of a shared wallet its owner. */
export const as = (id: string): Caller => ({ id: isSharedWalletId(id) ? OWNER : id, role: 'user' });
/** Who owns each shared wallet that a test names in the place of a user. */
export const OWNER = 'olga';
/** Whose credits an input means. */
export const named = (id: string) => (isSharedWalletId(id) ? { walletId: id } : { userId: id });

export interface Standing {
  readonly credits: number;
  readonly held: number;
  readonly frozen: number;
  readonly owed: number;
}

export interface CreditStand {
  readonly database: TestDatabase;
  readonly deps: CreditDeps & GrantVerbs;
  /** The same use cases as another process has them. */
  another(): CreditDeps & GrantVerbs;
  /** 50 credits for INR 50.00, unless it says otherwise. @returns the intent's id. */
  buy(userId: string, expireAfterDays?: number | null, bought?: Bought): Promise<string>;
  /** What the provider sent back of a purchase, in minor units. */
  refund(intentId: string, amountMinor: bigint): Promise<void>;
  /** @param memberId by which member of the user's, as a back end says */
  spend(
    userId: string,
    credits: number,
    key?: string,
    memberId?: string | null,
  ): ReturnType<typeof spendCredits>;
  hold(
    userId: string,
    credits: number,
    more?: { ttlSeconds?: number; caller?: Caller; key?: string; memberId?: string | null },
  ): ReturnType<typeof holdCredits>;
  settle(
    userId: string,
    id: string,
    credits: number,
    more?: { caller?: Caller; key?: string },
  ): ReturnType<typeof settleHold>;
  release(userId: string, id: string, caller?: Caller): ReturnType<typeof releaseHold>;
  adjust(
    userId: string,
    credits: number,
    more?: { expiresAt?: Date; key?: string },
  ): ReturnType<typeof adjustCredits>;
  /** As a back end does it; null: all that is left. */
  reverse(
    journalId: string,
    more?: { credits?: number | null; key?: string; caller?: Caller },
  ): ReturnType<typeof reverseSpend>;
  /** As a back end does it, unless it says otherwise. */
  move(
    userId: string,
    toUserId: string,
    credits: number,
    more?: { key?: string; caller?: Caller; seenMovable?: bigint; limits?: ApprovalLimits },
  ): ReturnType<typeof moveCredits>;
  /** Out of a campaign that has enough. */
  promote(
    userId: string,
    credits: number,
    more?: { expiresAt?: Date | null; key?: string; campaign?: string },
  ): Promise<GrantResult>;
  revoke(id: string): ReturnType<typeof revokeGrant>;
  /** @param budgetCredits more than anybody gives, unless it says otherwise */
  campaign(
    key: string,
    more?: { budgetCredits?: bigint; endsAt?: Date | null; expireAfterDays?: number },
  ): Promise<void>;
  standing(userId: string): Promise<Standing>;
  /** Lets time pass for a user's open holds and lots. */
  pass(userId: string, seconds: number): Promise<void>;
  /** As the owner of the tables. */
  sql(text: string, values?: unknown[]): Promise<any[]>;
  /** The lines of each posting of a user, in order: kind, then account and amount. */
  postings(userId: string): Promise<[string, Record<string, number>][]>;
}

/** What is bought, and what comes with it. */
export interface Bought {
  readonly credits: number;
  readonly amountMinor: bigint;
  readonly provider?: ProviderName;
  readonly bonus?: { readonly credits: number; readonly days: number | null } | null;
  /** A code that was typed for it. */
  readonly promo?: { readonly code: string; readonly credits: number } | null;
}

const SMALL: Bought = {
  credits: 50,
  amountMinor: 5000n,
};

export function useCreditStand(): CreditStand {
  const database = useDatabase();
  const made = {} as { deps: CreditDeps & GrantVerbs; dataSource: DataSource; owner: pg.Pool };
  const depsOn = (pool: pg.Pool): CreditDeps & GrantVerbs => ({
    pool,
    dataSource: made.dataSource,
    hub: createHub(),
    log: silent,
    readEvents: createReadEvents(pool),
    ...createCreditVerbs(pool),
    ...createGrantVerbs(pool),
  });
  beforeAll(async () => {
    made.dataSource = await applicationDataSource(database.url, CODE.schema, ENTITIES, 4).initialize();
    made.owner = heardPool({ ...ownerOf(database.url), max: 2 });
    made.deps = depsOn(database.pool());
    await campaign('gifts');
  });
  afterAll(() => Promise.all([made.dataSource.destroy(), made.owner.end()]));
  const sql: CreditStand['sql'] = async (text, values) => (await made.owner.query(text, values)).rows;
  const key = () => randomUUID();
  const campaign: CreditStand['campaign'] = async (name, more = {}) =>
    void (await saveCampaign(made.deps, finance, {
      key: name,
      name,
      budgetCredits: 1_000_000_000_000n,
      ...more,
    }));

  return {
    database,
    get deps() {
      return made.deps;
    },
    another: () => depsOn(database.pool()),
    buy: async (userId, expireAfterDays = null, bought = SMALL) => {
      const { credits, amountMinor, provider = 'stripe', bonus = null, promo = null } = bought;
      const [intent] = await claimIntents(made.deps.pool, [userId], provider);
      const id = intent!.id;
      await sql(
        `update intents set credits_expire_after_days = $2, credits = $3, amount_minor = $4, bonus_credits = $5,
           bonus_expire_after_days = $6, promo_code = $7, promo_credits = $8 where id = $1`,
        [
          ...[id, expireAfterDays, credits, amountMinor, bonus?.credits, bonus?.days],
          ...[promo?.code, promo?.credits],
        ],
      );
      await doorOn(made.deps.pool)(
        reading(id, captured(`${provider === 'stripe' ? 'ch' : 'pay'}_${id}`, amountMinor)),
      );
      return id;
    },
    refund: async (intentId, amountMinor) =>
      void (await doorOn(made.deps.pool)(
        reading(intentId, refunded(`ch_${intentId}`, `re_${key()}`, amountMinor)),
      )),
    spend: (userId, credits, idempotencyKey = key(), memberId = null) =>
      spendCredits(made.deps, memberId === null ? as(userId) : service, {
        ...{ ...named(userId), memberId, credits: BigInt(credits) },
        ...{ reason: 'A picture', idempotencyKey },
      }),
    hold: (userId, credits, more = {}) =>
      holdCredits(made.deps, more.caller ?? as(userId), {
        ...named(userId),
        memberId: more.memberId,
        credits: BigInt(credits),
        reason: 'A film',
        ttlSeconds: more.ttlSeconds ?? 3600,
        idempotencyKey: more.key ?? key(),
      }),
    settle: (userId, id, credits, more = {}) =>
      settleHold(made.deps, more.caller ?? as(userId), {
        id,
        credits: BigInt(credits),
        idempotencyKey: more.key ?? key(),
      }),
    release: (userId, id, caller = as(userId)) => releaseHold(made.deps, caller, { id }),
    adjust: (userId, credits, more = {}) =>
      adjustCredits(made.deps, finance, {
        userId,
        credits: BigInt(credits),
        expiresAt: more.expiresAt,
        reason: 'A goodwill gift',
        idempotencyKey: more.key ?? key(),
      }),
    move: (userId, toUserId, credits, more = {}) =>
      moveCredits({ ...made.deps, approvalLimits: more.limits ?? NO_APPROVALS }, more.caller ?? service, {
        ...named(userId),
        ...(isSharedWalletId(toUserId) ? { toWalletId: toUserId } : { toUserId }),
        credits: BigInt(credits),
        seenMovable: more.seenMovable,
        reason: 'To the team',
        idempotencyKey: more.key ?? randomUUID(),
      }),
    reverse: (journalId, { credits = null, key: idempotencyKey = key(), caller = service } = {}) =>
      reverseSpend({ ...made.deps, approvalLimits: NO_APPROVALS }, caller, {
        transactionId: `ctx_${journalId}`,
        credits: credits === null ? null : BigInt(credits),
        reason: 'The job failed',
        idempotencyKey,
      }),
    promote: async (userId, credits, more = {}) => {
      const [result] = await grantCredits(made.deps, service, {
        campaign: more.campaign ?? 'gifts',
        grants: [
          {
            ...named(userId),
            credits: BigInt(credits),
            key: more.key ?? key(),
            expiresAt: more.expiresAt ?? null,
            reason: 'A welcome gift',
          },
        ],
      });
      return result!;
    },
    revoke: (id) => revokeGrant(made.deps, finance, { id, reason: 'Given by mistake' }),
    campaign,
    standing: async (userId) => {
      const { balance, held, frozen, owed } = await balanceOf(made.deps, userId);
      return { credits: Number(balance), held: Number(held), frozen: Number(frozen), owed: Number(owed) };
    },
    pass: async (userId, seconds) => {
      const ago = [userId, seconds];
      await sql(
        `update holds set created_at = created_at - make_interval(secs => $2),
           expires_at = expires_at - make_interval(secs => $2) where user_id = $1 and status = 'open'`,
        ago,
      );
      await sql(
        `update lots set expires_at = expires_at - make_interval(secs => $2)
         where user_id = $1 and expires_at is not null`,
        ago,
      );
      // Whoever held belonged to the wallet then.
      await sql(
        'update wallet_members set since = since - make_interval(secs => $2) where wallet_id = $1',
        ago,
      );
      // What counts in a limit without an end goes back with it; days and months are tried with the clock.
      await sql(
        `insert into spenders as s (journal_id, user_id, counted_at)
         select id, user_id, posted_at - make_interval(secs => $2) from journal
         where user_id = $1 and kind = 'spend' and exists (select from spend_limits where user_id = $1)
         on conflict (journal_id) do update set counted_at =
           case when s.counted_at is null then excluded.counted_at else s.counted_at - make_interval(secs => $2) end`,
        ago,
      );
      await sql(
        'update spend_limits set starts_at = starts_at - make_interval(secs => $2) where user_id = $1',
        ago,
      );
    },
    sql,
    postings: async (userId) => {
      const rows = await sql(
        `select j.kind, json_object_agg(e.account || case e.unit when 'CREDIT' then '' else ' ' || e.unit end, e.amount) as lines
         from journal j join entries e on e.journal_id = j.id where j.user_id = $1 group by j.id, j.kind order by j.id`,
        [userId],
      );
      return rows.map(({ kind, lines }) => [kind, lines]);
    },
  };
}

/** The code of the problem that a call ends with. */
export const codeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'none',
    (problem: { code?: string; message: string }) => problem.code ?? problem.message,
  );
