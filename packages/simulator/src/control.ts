// What a person, or a test of another program, does to the simulated bank and its clock over HTTP, beside the
// providers' own routes: POST /simulator/play, /pay-out, /clock, /account, /forget-keys.
import type { Pool } from 'pg';
import { z } from 'zod';
import { playedCard } from './card';
import { ANY_TEST_KEY } from './keys';
import { type Outcome, OutcomeImpossible, SCRIPTS } from './outcomes';
import { byProvider, isProviderName, PROVIDER_NAMES, PROVIDERS } from './providers';
import type { Simulator } from './simulator';
import type { SimulatorRequest, SimulatorResponse } from './wire';

export interface Control {
  readonly simulator: Pick<Simulator, 'play' | 'payOut' | 'account' | 'forgetKeys'>;
  readonly pool: Pool;
}

// A year: nothing that either provider promises takes longer.
const ADVANCE_MS_MAX = 365 * 86_400_000;

/** @returns null for a request that is not for the control. */
export async function control(
  { simulator, pool }: Control,
  request: SimulatorRequest,
): Promise<SimulatorResponse | null> {
  const route = `${request.method} ${request.path}`;
  const input = () => parse(request.body);
  switch (route) {
    case 'POST /simulator/clock':
      return moveClock(pool, input().advanceMs);
    case 'POST /simulator/account':
      return changeAccount(simulator, input());
    case 'POST /simulator/play':
      return play(simulator, input());
    case 'POST /simulator/pay-out':
      return payOut(simulator, input().provider);
    case 'POST /simulator/forget-keys':
      await simulator.forgetKeys();
      return answer(200, {});
    default:
      return null;
  }
}

const whole = z.int().min(1).max(1_000_000);
const limits = z.strictObject({
  perSecond: whole,
  perOperation: whole.nullable().default(null),
  retryAfterSeconds: z.int().min(0).max(86_400).nullable().default(null),
});
/** As Stripe's endpoints have it, `*` is all of them. */
const eventTypes = (known: readonly string[]) =>
  z
    .array(z.union([z.literal('*'), z.enum(known)]))
    .max(known.length)
    .transform((asked) => (asked.includes('*') ? known : known.filter((type) => asked.includes(type))));
const accountChanges = z.strictObject({
  ...byProvider(() => limits.nullable().optional()),
  keys: z.strictObject(byProvider(({ key }) => key.schema.nullable().optional())).optional(),
  knowsUniqueReceipt: z.boolean().optional(),
  holdsRefunds: z.boolean().optional(),
  events: z.strictObject(byProvider(({ webhooks }) => eventTypes(webhooks.types).optional())).optional(),
});

/** What is left out stays as it is; null lifts a limit, and lets any test key in again. */
function changeAccount({ account }: Control['simulator'], input: unknown): SimulatorResponse {
  const parsed = accountChanges.safeParse(input);
  if (!parsed.success) return answer(400, { error: z.prettifyError(parsed.error) });
  const { keys, knowsUniqueReceipt, holdsRefunds, events, ...limited } = parsed.data;
  if (knowsUniqueReceipt !== undefined) account.knowsUniqueReceipt = knowsUniqueReceipt;
  if (holdsRefunds !== undefined) account.holdsRefunds = holdsRefunds;
  for (const name of PROVIDER_NAMES) {
    const [key, limit, asked] = [keys?.[name], limited[name], events?.[name]];
    if (key !== undefined) account.keys = { ...ANY_TEST_KEY, ...account.keys, [name]: key };
    if (limit !== undefined) account.limits[name] = limit;
    if (asked) account.events[name] = asked;
  }
  const { keys: _, ...shown } = account;
  return answer(200, shown);
}

function parse(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

async function moveClock(pool: Pool, advanceMs: unknown): Promise<SimulatorResponse> {
  if (!Number.isInteger(advanceMs) || Number(advanceMs) < 0 || Number(advanceMs) > ADVANCE_MS_MAX)
    return answer(400, { error: `advanceMs: a whole number from 0 to ${ADVANCE_MS_MAX}` });
  const { rows } = await pool.query(
    'update simulator.clock set offset_ms = offset_ms + $1 returning offset_ms::text as "offsetMs"',
    [advanceMs],
  );
  return answer(200, { offsetMs: Number(rows[0].offsetMs) });
}

/** What has not been paid out yet goes to the bank. */
async function payOut(simulator: Control['simulator'], provider: unknown): Promise<SimulatorResponse> {
  if (!isProviderName(provider)) return answer(400, { error: `provider: ${PROVIDER_NAMES.join(' or ')}` });
  return answer(200, { payouts: await simulator.payOut(provider) });
}

const PLAYABLE = Object.values(PROVIDERS).flatMap(({ playable }) =>
  Object.entries(playable).map(([prefix, what]) => `${what} (${prefix}_…)`),
);
const prefixOf = (id: unknown): string => /^([a-z]+)_/.exec(String(id))?.[1] ?? '';

async function play(
  simulator: Control['simulator'],
  { id, outcome, delayMs = 0, amountMinor, card, isLost = false }: Record<string, unknown>,
): Promise<SimulatorResponse> {
  const provider = PROVIDER_NAMES.find((name) => Object.hasOwn(PROVIDERS[name].playable, prefixOf(id)));
  if (typeof id !== 'string' || !provider) return answer(400, { error: `id: one of ${PLAYABLE.join(', ')}` });
  if (typeof outcome !== 'string' || !Object.hasOwn(SCRIPTS, outcome))
    return answer(400, { error: `outcome: one of ${Object.keys(SCRIPTS).join(', ')}` });
  if (!Number.isInteger(delayMs) || Number(delayMs) < 0)
    return answer(400, { error: 'delayMs: a whole number' });
  if (amountMinor !== undefined && (!Number.isSafeInteger(amountMinor) || Number(amountMinor) < 1))
    return answer(400, { error: 'amountMinor: a whole number of minor units, from 1' });
  const paidWith = playedCard.optional().safeParse(card);
  if (!paidWith.success) return answer(400, { error: `card: ${z.prettifyError(paidWith.error)}` });
  try {
    const played = await simulator.play({
      provider,
      providerIntentId: id,
      outcome: outcome as Outcome,
      delayMs: Number(delayMs),
      ...(amountMinor === undefined ? {} : { amountMinor: Number(amountMinor) }),
      ...(paidWith.data ? { card: paidWith.data } : {}),
      isLost: isLost === true,
    });
    return answer(200, played);
  } catch (error) {
    if (!(error instanceof OutcomeImpossible)) throw error;
    return answer(409, { error: error.message, status: error.currentStatus });
  }
}

const answer = (status: number, body: object): SimulatorResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
