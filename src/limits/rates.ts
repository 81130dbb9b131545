// How much anybody may ask in a minute. Points are what an operation costs (graphql/cost.ts), so that one request with
// fifteen fields counts as fifteen.
import type { Redis } from 'ioredis';
import { type Caller, hasRole, seesEveryone } from '../callers/caller';
import type { Mode } from '../kernel/config';
import { RetryLaterProblem } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { type Budget, createWindow, type Window } from './window';

export interface Rates {
  /** Takes what an operation costs from its caller. @throws Problem RATE_LIMITED */
  spend(caller: Caller | null, address: string, cost: number): Promise<Budget>;
  /**
   * Counts a money operation against who is known to call, never against somebody whom the input merely names.
   * @param named whose money the input says it is, believed as far as the caller may act for that user.
   * @throws Problem RATE_LIMITED
   */
  money(caller: Caller | null, named: string | null, operation: string): Promise<void>;
  /**
   * Counts the beginning of a sign-in against where it came from, or the end of one against its flow as well.
   * @throws Problem RATE_LIMITED
   */
  signIn(address: string, flow?: string): Promise<void>;
  /** Counts a token that was no good against where it came from. @throws Problem RATE_LIMITED */
  badToken(address: string): Promise<void>;
}

/** Points a minute. */
const LIMITS = {
  // A page that polls every second with a query of cost 20 stays below half of it.
  user: 3_000,
  operator: 30_000,
  // A back end serves all users: 5,000 operations of cost 1 a second.
  key: 300_000,
  // Packages and checkout settings of a page view cost about 150.
  anonymous: 3_000,
  // Many users share an address behind a company's or a carrier's gateway.
  address: 60_000,
  // Guessing: a person's client retries a few times.
  badToken: 60,
  // Apart from bad tokens: whoever tries those keeps nobody at the same address from signing in. Each is a call to the
  // issuer; a person begins a few times, and an office shares an address.
  signInBegin: 60,
  signInEnd: 60,
  // A browser comes back from the issuer once, and again where its answer was lost.
  signInFlow: 5,
};

/** Calls a minute of one user, of one operator, or of one back end for one user: what moves money, or is long work. */
export const MONEY_LIMITS: Readonly<Record<string, number>> = {
  // A person buys; each one is a call to a provider.
  createIntent: 30,
  cancelIntent: 60,
  syncIntent: 60,
  confirmPayment: 60,
  // A back end meters: 20 a second for one user.
  spendCredits: 1_200,
  spendMany: 1_200,
  setLowBalance: 60,
  setSpendLimit: 60,
  holdCredits: 1_200,
  settleHold: 1_200,
  releaseHold: 1_200,
  reverseSpend: 1_200,
  moveCredits: 1_200,
  // Operators; what is more than this a minute is a script.
  refundIntent: 120,
  attachDisputeFile: 120,
  submitDisputeEvidence: 120,
  acceptDispute: 120,
  adjustCredits: 120,
  saveCampaign: 120,
  revokeCampaign: 120,
  savePromoCode: 120,
  // A person types it.
  redeemPromoCode: 30,
  revokeGrant: 1_200,
  // Each gives to up to 256 users.
  grantCredits: 1_200,
  // A person tries a file, mends it and gives it.
  startGrantsImport: 30,
  decideRiskReview: 120,
  // Each writes a file of everything; a person waits for one.
  startExport: 10,
  resumeJob: 10,
};

// Nobody's money is at stake in mock mode, and one machine is the address of every test and benchmark.
const MOCK_FACTOR = 100;

export function createRates(options: { mode: Mode; redis: Redis | null; log: Logger }): Rates {
  const factor = options.mode === 'mock' ? MOCK_FACTOR : 1;
  const window = (name: string, limit: number) => createWindow({ ...options, name, limit: limit * factor });
  const of = Object.fromEntries(
    Object.entries(LIMITS).map(([name, limit]) => [name, window(name, limit)]),
  ) as Record<keyof typeof LIMITS, Window>;
  const money = new Map(
    Object.entries(MONEY_LIMITS).map(([name, limit]) => [name, window(`money:${name}`, limit)]),
  );
  return {
    spend: async (caller, address, cost) => {
      if (!caller) return taken(of.anonymous, address, cost);
      // Those who act for everybody come from a few addresses of their own.
      if (seesEveryone(caller) || caller.boundTo)
        return taken(of[hasRole(caller, 'service') ? 'key' : 'operator'], caller.id, cost);
      const [budget] = await Promise.all([taken(of.user, caller.id, cost), taken(of.address, address, cost)]);
      return budget;
    },
    money: async (caller, named, operation) => {
      const limit = money.get(operation);
      const who = limit && caller && payerOf(caller, named);
      if (who) await taken(limit, who, 1);
    },
    signIn: async (address, flow) => {
      await taken(of[flow === undefined ? 'signInBegin' : 'signInEnd'], address, 1);
      if (flow !== undefined) await taken(of.signInFlow, flow, 1);
    },
    badToken: async (address) => {
      await taken(of.badToken, address, 1);
    },
  };
}

/**
 * Whose calls of a money operation are counted together; null where what the operation costs is all that is counted. A
 * back end has as many for each user it names as that user has, and takes none of them: what a user may do never depends
 * on what somebody else did. Without a token there is nobody to count but the address, which pays the cost.
 */
function payerOf(caller: Caller, named: string | null): string | null {
  if (!hasRole(caller, 'service')) return caller.id;
  // Ids are anything: as JSON no two of them can be read as one.
  return named === null ? null : JSON.stringify([caller.id, named]);
}

async function taken(window: Window, who: string, points: number): Promise<Budget> {
  const { isEnough, ...budget } = await window(who, points);
  if (isEnough) return budget;
  throw new RetryLaterProblem(
    'RATE_LIMITED',
    `Too much in one minute: ask again in ${budget.resetSeconds} s.`,
    budget.resetSeconds,
  );
}
