// Users who buy, spend, have credits held, and look, one after the other without a pause; each knows what he must have at the
// end.
import { setTimeout as delay } from 'node:timers/promises';
import { type Caller, Failed } from './caller';
import { failure, type Tally } from './tally';

/** Enough to be counted. */
const AFTER_FAILURE_MS = 500;
const HELD = 10;
const SETTLED = 4;
const SPENT = 3;

const ERRORS = 'errors { code message ... on RetryLaterError { retryAfterSeconds } }';
const BUY = `mutation ($input: CreateIntentInput!) { createIntent(input: $input) { intent { id status } ${ERRORS} } }`;
const PAY = `mutation ($input: SimulatePaymentInput!) { simulatePayment(input: $input) {
  intent { status creditsAdded } errors { code message ... on InvalidStateError { current } ... on RetryLaterError { retryAfterSeconds } } } }`;
const LOOK = 'query ($id: ID!) { intent(id: $id) { status creditsAdded } }';
const SPEND = `mutation ($input: SpendCreditsInput!) { spendCredits(input: $input) { transaction { id credits } ${ERRORS} } }`;
const HOLD = `mutation ($input: HoldCreditsInput!) { holdCredits(input: $input) { hold { id status } ${ERRORS} } }`;
const SETTLE = `mutation ($input: SettleHoldInput!) { settleHold(input: $input) { hold { id status } ${ERRORS} } }`;
const RELEASE = `mutation ($input: ReleaseHoldInput!) { releaseHold(input: $input) { hold { id status } errors { code message ... on InvalidStateError { current } } } }`;
const READ = '{ balance { credits available held version } }';
const LIST = '{ creditTransactions(first: 5) { nodes { id type credits } } }';

export interface User {
  readonly id: string;
  /** Credits by what was answered. */
  expected: number;
  /** Works until it is told to stop. */
  run(isStopped: () => boolean): Promise<void>;
}

export function createUser(id: string, own: Caller, service: Caller, tally: Tally): User {
  let number = 0;
  const key = () => `${id}-${++number}`;
  /** @throws Failed where the payload has an error, after it was counted */
  const expectDone = (what: string, payload: any) => {
    if (payload.errors.length === 0) return payload;
    tally.failed.push(failure(what, JSON.stringify(payload.errors)));
    throw new Failed(what);
  };
  const provider = () => (number % 2 === 0 ? 'stripe' : 'razorpay');

  async function buy(): Promise<number> {
    const input = { packageId: 'small', provider: provider(), idempotencyKey: key() };
    const { intent } = expectDone('createIntent', await own.ask('createIntent', BUY, { input }));
    const paid = await own.ask('simulatePayment', PAY, { input: { id: intent.id, outcome: 'succeed' } });
    // Sent again after its answer was lost: it finds what it did.
    const isSecond = paid.errors[0]?.current === 'succeeded';
    if (!isSecond) expectDone('simulatePayment', paid);
    for (let looks = 0; looks < 100; looks++) {
      const seen = await own.ask('intent', LOOK, { id: intent.id });
      if (seen.status === 'succeeded') return seen.creditsAdded;
      await delay(100);
    }
    tally.failed.push(failure('intent', `${intent.id} was paid and did not succeed`));
    throw new Failed(intent.id);
  }
  async function spend(): Promise<number> {
    const input = { credits: SPENT, reason: 'A picture', idempotencyKey: key() };
    return expectDone('spendCredits', await own.ask('spendCredits', SPEND, { input })).transaction.credits;
  }
  async function hold(): Promise<number> {
    const input = { userId: id, credits: HELD, reason: 'A film', idempotencyKey: key() };
    const { hold: held } = expectDone('holdCredits', await service.ask('holdCredits', HOLD, { input }));
    if (number % 3 === 0) {
      const released = await service.ask('releaseHold', RELEASE, { input: { id: held.id } });
      if (released.errors[0]?.current !== 'released') expectDone('releaseHold', released);
      return 0;
    }
    const settling = { id: held.id, credits: SETTLED, idempotencyKey: key() };
    expectDone('settleHold', await service.ask('settleHold', SETTLE, { input: settling }));
    return -SETTLED;
  }
  async function look(): Promise<void> {
    await own.ask('balance', READ);
    await own.ask('creditTransactions', LIST);
  }

  const user: User = {
    id,
    expected: 0,
    run: async (isStopped) => {
      while (!isStopped()) {
        try {
          user.expected += await buy();
          user.expected += await spend();
          user.expected += await hold();
          await look();
        } catch (error) {
          if (!(error instanceof Failed)) throw error;
          await delay(AFTER_FAILURE_MS);
        }
      }
    },
  };
  return user;
}
