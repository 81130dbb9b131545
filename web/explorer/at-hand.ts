// What there is to fill an example's variables with, asked with the token of whoever explores.
import { type AtHand, NOTHING } from './variables';

export type Ask = (
  query: string,
  variables?: Record<string, unknown>,
) => Promise<Record<string, unknown> | null>;

/** One question over HTTP; null for the parts that the caller may not see. */
export const askWith =
  (token: string | null): Ask =>
  async (query, variables = {}) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return ((await response.json()) as { data: Record<string, unknown> | null }).data;
  };

// One question for each thing: what the caller may not see, or what is not there, takes nothing from the others.
const ONE = 'first: 1';
const nodes = (field: string, more = '') => `{ admin { ${field}(${ONE}${more}) { nodes { id } } } }`;
const QUESTIONS: Readonly<Record<keyof AtHand, string>> = {
  intentId: `{ intents(${ONE}) { nodes { id } } }`,
  openIntentId: `{ intents(${ONE}, filter: {status: [pending]}) { nodes { id } } }`,
  paidIntentId: `{ intents(${ONE}, filter: {status: [succeeded], refunded: false}) { nodes { id } } }`,
  idempotencyKey: `{ intents(${ONE}) { nodes { id: idempotencyKey } } }`,
  provider: `{ intents(${ONE}) { nodes { id: provider } } }`,
  holdId: `{ holds(${ONE}, status: [open]) { nodes { id } } }`,
  spendId: '{ admin { ledger(first: 1, filter: {type: [spend]}) { nodes { id } } } }',
  userId: `{ intents(${ONE}) { nodes { id: userId } } }`,
  webhookEventId: nodes('webhookEvents'),
  endpointId: '{ admin { webhookEndpoints { id } } }',
  deliveryId: nodes('deliveries'),
  approvalId: nodes('approvals', ', status: [open]'),
  breakId: nodes('breaks', ', filter: {status: [open]}'),
  reviewId: nodes('riskReviews', ', status: [open]'),
  exportId: nodes('exports'),
  runId: nodes('reconciliationRuns'),
  apiKeyId: '{ admin { apiKeys { id } } }',
  blockedId: nodes('blocklist'),
  allowedId: nodes('allowlist'),
};

/** The first id in an answer, wherever it stands. */
function idIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null;
  for (const [name, value] of Object.entries(answer)) {
    const found = name === 'id' && typeof value === 'string' ? value : idIn(value);
    if (found) return found;
  }
  return null;
}

/** @param wanted what the example names; the rest is not asked for */
export async function atHand(ask: Ask, wanted: readonly (keyof AtHand)[]): Promise<AtHand> {
  const found = await Promise.all(
    wanted.map(async (name) => [name, idIn(await ask(QUESTIONS[name]).catch(() => null))] as const),
  );
  return { ...NOTHING, ...Object.fromEntries(found) };
}
