// The gateway of a story: its own claims and its own door for news, over a database whose clock is moved. No provider and no HTTP:
// what banks say stands in the story.
import pg from 'pg';
import { type Claimed, type ClaimIntent, createClaim } from '../../../src/intents/claim';
import { newId } from '../../../src/kernel/ids';
import type { Intent } from '../../../src/payments/intent.entity';
import type { Settle } from '../../../src/payments/settle';
import { installDefaultRules } from '../../../src/risk/install-default-rules';
import { watchAttack } from '../../../src/risk/watch-attack';
import { ownerOf } from '../../support/database';
import { doorOn, silent } from '../../support/intents';
import type { TestDatabase } from '../../support/pools';
import { aftermathOf } from './aftermath';
import { PARAMETERS } from './parameters';
import type { Purchase } from './purchase';

export interface Shop {
  readonly pool: pg.Pool;
  readonly settle: Settle;
  /** Moves the clock to so many milliseconds after the story's beginning; never back. */
  moveTo(at: number): Promise<void>;
  claim(purchase: Purchase): Promise<Claimed>;
  /** Looks whether an attack begins or is over. */
  watch(): Promise<void>;
  /** Uses up what a purchase bought, as far as it is free. */
  spend(intent: Intent): Promise<void>;
  /** A person says of a review that it is a fraud, and its money goes back, or that it is none. */
  decide(intent: Intent, reviewId: string, isFraud: boolean): Promise<void>;
  /** The card's network warns of a fraud. */
  warn(intent: Intent): Promise<void>;
  /** The payer asks the shop for his money: he gets what is left, or where he is believed all. @returns cents for what was spent */
  asksBack(intent: Intent, isBelieved: boolean): Promise<number>;
  /** He asks his bank, which takes all that is left of the payment. @returns cents for what was spent */
  dispute(intent: Intent, reason: string): Promise<number>;
  /** Whether nothing is left of what was bought. */
  isSpent(intent: Intent): Promise<boolean>;
  close(): Promise<void>;
}

const CHEAPEST = Math.min(...PARAMETERS.packages.map(({ cents }) => cents));

/** @param risk observe: nothing is stopped, everything is judged */
export async function openShop(database: TestDatabase, risk: 'act' | 'observe'): Promise<Shop> {
  const owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  await owner.query("update gateway set mode = 'mock'");
  // It sells its own packages alone: rules ask what the cheapest one costs.
  await owner.query('update packages set active = false');
  for (const { id, cents, credits } of PARAMETERS.packages) {
    await owner.query(
      `insert into packages (id, name, credits, currency) values ($1, $1, $2, 'USD')
       on conflict (id) do update set credits = excluded.credits, active = true`,
      [id, credits],
    );
    await owner.query(
      `insert into prices (package_id, currency, amount_minor) values ($1, 'USD', $2)
       on conflict (package_id, currency) do update set amount_minor = excluded.amount_minor`,
      [id, cents],
    );
  }
  const pool = database.pool();
  await installDefaultRules(pool);
  const begun = Date.now();
  const settle = doorOn(pool, risk);
  const claim = createClaim({
    ...{ pool, mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60, risk, hasCaptcha: false },
  });
  return {
    pool,
    settle,
    moveTo: async (at) => {
      // What the test has taken so far has passed already.
      await owner.query('update gateway set clock_offset_ms = greatest(clock_offset_ms, $1)', [
        Math.max(0, Math.round(at) - (Date.now() - begun)),
      ]);
    },
    claim: (purchase) => claimOf(claim, purchase, begun),
    watch: async () => void (await watchAttack({ pool, log: silent })),
    ...aftermathOf(pool, settle),
    close: () => owner.end(),
  };
}

function claimOf(claim: ClaimIntent, { payer, packageId, cents }: Purchase, begun: number): Promise<Claimed> {
  const id = newId('intent');
  const sold = PARAMETERS.packages.find((one) => one.id === packageId);
  return claim({
    ...{
      id,
      userId: payer.userId,
      key: id,
      inputHash: 'hash',
      packageId,
      provider: 'stripe',
      currency: 'USD',
    },
    ...{ amountMinor: BigInt(cents), credits: BigInt(sold?.credits ?? 0), createdBy: payer.userId },
    ...{ fingerprintId: payer.device, returnUrl: null, leaseToken: 'story', reference: null, metadata: null },
    ...{ isCheapest: cents === CHEAPEST, hasPassed: false, challenge: { forceAuthentication: true } },
    payer: {
      address: payer.address,
      country: payer.country,
      emailDomain: payer.emailDomain,
      accountCreatedAt: new Date(begun + payer.accountCreatedAt),
    },
    request: {
      ourIntentId: id,
      amountMinor: String(cents),
      currency: 'USD',
      description: packageId,
      metadata: {},
    },
  });
}
