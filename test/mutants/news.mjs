// Ways to break how news about a payment comes in: signatures, events, reads, and the one door.
const JUDGE = 'src/payments/settle/judge.sql';
const settleTests = ['test/intents/settle.test.ts', 'test/concurrency/settle.test.ts'];
const webhookTests = ['test/webhooks/receiving.test.ts', 'test/webhooks/statuses.test.ts'];

export const mutants = [
  {
    name: 'an empty webhook secret counts, so that anybody can sign',
    file: 'src/providers/signature.ts',
    from: "    if (secret === '') continue;\n",
    to: '',
    tests: ['test/providers/stripe/webhook.test.ts', 'test/providers/razorpay/webhook.test.ts'],
  },
  {
    name: 'any signature is good',
    file: 'src/providers/signature.ts',
    from: 'let isMatch = false;',
    to: 'let isMatch = true;',
    tests: webhookTests,
  },
  {
    name: 'an event of Stripe from last week is taken',
    file: 'src/providers/stripe/webhook.ts',
    from: 'const TOLERANCE_MS = 300_000;',
    to: 'const TOLERANCE_MS = 604_800_000;',
    tests: webhookTests,
  },
  {
    name: 'an event of Stripe from the future is taken',
    file: 'src/providers/stripe/webhook.ts',
    from: 'Math.abs(nowMs - Number(time) * 1000)',
    to: '(nowMs - Number(time) * 1000)',
    tests: webhookTests,
  },
  {
    name: 'an event of live mode works in test mode',
    file: 'src/webhooks/work.ts',
    from: 'if (event.livemode !== null && event.livemode !== isLive)',
    to: 'if (event.livemode === null && event.livemode !== isLive)',
    tests: ['test/webhooks/statuses.test.ts'],
  },
  {
    name: "one provider's event gives its object to an intent of the other",
    file: 'src/webhooks/intent-of.ts',
    from: "  if (claimed.provider !== object.provider) return 'foreign';\n",
    to: '',
    tests: ['test/webhooks/statuses.test.ts'],
  },
  {
    name: 'a wrong amount buys the credits',
    file: JUDGE,
    from: 'and (p_fact.amount_minor, p_fact.currency) is distinct from (p_intent.amount_minor, p_intent.currency)',
    to: 'and p_fact.currency is distinct from p_intent.currency',
    tests: settleTests,
  },
  {
    name: 'another currency buys the credits',
    file: JUDGE,
    from: 'and (p_fact.amount_minor, p_fact.currency) is distinct from (p_intent.amount_minor, p_intent.currency)',
    to: 'and p_fact.amount_minor is distinct from p_intent.amount_minor',
    tests: settleTests,
  },
  {
    name: 'an earlier answer is applied over a later one',
    file: JUDGE,
    from: "when p_fact.read_number < p_intent.applied_read_number and p_fact.news <> 'captured' then 'stale'",
    to: "when false then 'stale'",
    tests: settleTests,
  },
  {
    name: 'declines never end an intent',
    file: JUDGE,
    from: 'p_intent.declined_count + 1 >= 10)',
    to: 'p_intent.declined_count + 1 >= 10000)',
    tests: settleTests,
  },
  {
    name: 'a refund whose answer was lost is sent again without looking',
    file: 'src/refunds/send.ts',
    from: '  if (refund.tries > 1) {\n',
    to: '  if (refund.tries > 1_000) {\n',
    tests: ['test/crash/forgotten-keys.test.ts'],
  },
  {
    name: 'a create whose key is forgotten is sent again',
    file: 'src/intents/advance.ts',
    from: '(await readInstant(pool)).getTime() - createdAt.getTime() > KEY_MS;',
    to: '(await readInstant(pool)).getTime() - createdAt.getTime() > KEY_MS * 1_000;',
    tests: ['test/crash/forgotten-keys.test.ts'],
  },
  {
    name: 'held money is captured although the user has asked to cancel',
    file: 'src/intents/lease.sql',
    from: '    and cancel_requested_at is null and expire_requested_at is null\n    and (lease_token is null or',
    to: '    and (lease_token is null or',
    tests: ['test/intents/late-money.test.ts'],
  },
];
