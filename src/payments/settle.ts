// The one door for news about a payment: a webhook event, an answer to a call, a sync, a sweep, all come through here.
// What is decided is decided in settle/judge.sql, under the intent's lock. What a payment is and what goes back of it stands in
// this folder, below intents, refunds and disputes, so that news of all three kinds comes in by one door and nothing climbs.
import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb } from '../callers/audited-verb';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import { rowMapper, selectList } from '../db/columns';
import { arrayText, type RowType } from '../db/set-call';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { Fault } from '../kernel/invariant';
import type { RiskSettings } from '../kernel/risk-settings';
import type { SecretBox } from '../kernel/secret-box';
import type { ProviderIntent } from '../providers/provider';
import type { Decided, DecisionCounts } from '../risk/decision-counts';
import type { Logger } from '../telemetry/logger';
import type { Observed, TraceSubject } from '../telemetry/observed';
import { traced } from '../telemetry/traced';
import { type Fact, plainFact } from './facts';
import { CLIENT_SECRET_PURPOSE, Intent } from './intent.entity';

/** In the order in which they are installed. */
export const PAYMENTS_SQL = [
  ...['tell', 'goes-back', 'reviews', 'over-returned', 'bonus-follows'],
  ...['facts', 'refuse', 'note-status', 'book'].map((name) => `refunds/${name}`),
  ...['fact', 'next-look', 'risk', 'judge', 'book', 'bonus', 'tell', 'settle', 'news'].map(
    (name) => `settle/${name}`,
  ),
].map((name) => path.join(__dirname, `${name}.sql`));

/** Everything that one answer of a provider says about one intent. */
export interface Reading {
  readonly intentId: string;
  /** From begin_reads(), taken before the provider was asked. Null when the news is not a reading. */
  readonly readNumber: number | null;
  /** The object as it was read; null when there is none. */
  readonly object: ProviderIntent | null;
  readonly facts: readonly Fact[];
  /** Who brought it about: a user's id, `system` or `provider`. */
  readonly actor: string;
  /** How we came to know, for the timeline. */
  readonly note: Note | null;
  /** Further ways in which we came to know: events that share this reading. */
  readonly moreNotes?: readonly Note[];
  /** The operator who made us ask: written down by the statement that applies the answer, unless it is stale. */
  readonly asked?: { readonly by: Caller; readonly action: string };
  /** The step that it is a part of; left out: the click. */
  readonly about?: TraceSubject;
}

export interface Note {
  readonly kind: 'provider_called' | 'webhook_received';
  readonly data: object;
}

export type SettleOutcome = 'granted' | 'unapplied' | 'moved' | 'changed' | 'same' | 'stale' | 'illegal';

export interface Settled {
  readonly intent: Intent;
  /** One for each fact. `stale`: a later reading was applied before; read again. */
  readonly outcomes: readonly SettleOutcome[];
}

export type Settle = (reading: Reading) => Promise<Settled>;

interface SettleRow extends AuditedRow {
  readonly reading: Reading;
  /** `noted` is in no table of states: it changes nothing, and its note goes to the timeline. */
  readonly fact: Omit<Fact, 'news'> & { readonly news: Fact['news'] | 'noted' };
  readonly note: Note | null;
  /** The intent is answered once, with the last fact of its reading: it has some fifty columns. */
  readonly isFollowed: boolean;
  /** In whose trace it stands; left out: nothing is traced. */
  readonly about?: TraceSubject;
}

type SettleAnswer = Row & {
  ord: number;
  outcome: SettleOutcome | 'busy' | 'not_found';
  /** Of what was bought; null: nothing was judged. */
  judged: Decided['decision'] | null;
  told: Decided['told'];
};

/** `settle_fact` in settle/fact.sql. */
export const factRow = (secrets: SecretBox): RowType<SettleRow> => ({
  name: 'settle_fact',
  columns: {
    intent_id: (row) => row.reading.intentId,
    read_number: (row) => row.reading.readNumber,
    news: (row) => row.fact.news,
    payment_id: (row) => row.fact.paymentId,
    amount_minor: (row) => row.fact.amountMinor,
    currency: (row) => row.fact.currency,
    is_final: (row) => row.fact.isFinal,
    failure: (row) => row.fact.failure,
    method: (row) => row.fact.method,
    refund_id: (row) => row.fact.refundId,
    refund_status: (row) => row.fact.refundStatus,
    our_refund_id: (row) => row.fact.ourRefundId,
    provider_intent_id: (row) => row.reading.object?.providerIntentId,
    provider_status: (row) => row.reading.object?.providerStatus,
    client_secret: ({ reading: { object } }) =>
      object?.clientSecret && secrets.sealText(object.clientSecret, CLIENT_SECRET_PURPOSE),
    requires_action: (row) => row.reading.object && row.reading.object.status === 'requires_action',
    actor: (row) => row.reading.actor,
    note_kind: (row) => row.note?.kind,
    note: (row) => row.note?.data,
    card: (row) => row.fact.card,
    is_followed: (row) => row.isFollowed,
  },
});

export interface SettleOptions {
  readonly pool: pg.Pool;
  readonly hub: Hub;
  readonly log: Logger;
  readonly secrets: SecretBox;
  readonly risk: Pick<RiskSettings, 'mode'>;
  readonly decisionCounts?: DecisionCounts;
  readonly observed?: Pick<Observed, 'tracer'>;
}

/** Makes the door. @throws RetryLaterProblem (from the call) when the intent stayed locked by somebody else. */
export function createSettle(options: SettleOptions): Settle {
  const type = factRow(options.secrets);
  const verb = auditedVerb<SettleRow, SettleAnswer>(
    {
      pool: options.pool,
      name: 'settle_news',
      text: `select r.ord, r.outcome, r.judged, r.told, ${selectList(Intent, '(r.intent)')}
        from settle_news($1::settle_fact[], $2, $3) r`,
      values: (rows, wait) => [arrayText(type, rows), wait, options.risk.mode],
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['granted', 'unapplied', 'moved', 'changed', 'same', 'illegal'] satisfies SettleOutcome[],
      of: ({ reading }) => ({ action: reading.asked?.action ?? '', targetId: reading.intentId }),
    },
  );
  const toIntent = rowMapper(Intent);

  const settle = async (reading: Reading, about?: TraceSubject): Promise<Settled> => {
    const rows = rowsOf(reading, about);
    const answers = (await verb(rows)).slice(rows.length - reading.facts.length);
    const last = answers.at(-1);
    if (!last || last.outcome === 'not_found')
      throw new Fault(`News about an intent that is not there: ${reading.intentId}`);
    for (const { judged: decision, told } of answers)
      if (decision) options.decisionCounts?.add({ stage: 'settle', decision, told });
    const settled = {
      intent: toIntent(last),
      outcomes: answers.map((answer) => answer.outcome as SettleOutcome),
    };
    tell(options, reading, settled);
    return settled;
  };
  return (reading) => {
    const step = { ...SETTLE_STEP, about: reading.about ?? { id: reading.intentId } };
    return traced(options.observed, step, (about) => settle(reading, about), postingOf);
  };
}

const SETTLE_STEP = { name: 'settle', kind: 'internal' } as const;
const postingOf = ({ intent, outcomes }: Settled) => ({
  'gateway.outcomes': outcomes.join(' '),
  'gateway.status': intent.status,
  'gateway.posting_id': outcomes.includes('granted') ? (intent.grantJournalId ?? undefined) : undefined,
});

/** A row for each fact. Each note stands in a row of its own; those for which there is no fact go before the facts. */
function rowsOf(reading: Reading, about?: TraceSubject): SettleRow[] {
  const notes = [reading.note, ...(reading.moreNotes ?? [])];
  const spare = Math.max(0, notes.length - reading.facts.length);
  const facts = [...Array.from({ length: spare }, () => NOTED), ...reading.facts];
  return facts.map((fact, at) => ({
    ...{ reading, fact, about, note: notes[at] ?? null },
    isFollowed: at < facts.length - 1,
    actor: reading.asked?.by.id ?? '',
    // One entry for the whole reading.
    operator: at === facts.length - 1 ? (reading.asked?.by.role ?? null) : null,
  }));
}

const NOTED = { ...plainFact('reopened'), news: 'noted' } as const;

const LOGGED: Partial<Record<SettleOutcome, string>> = {
  granted: 'credits.granted',
  unapplied: 'money.unapplied',
  illegal: 'break.opened',
  moved: 'intent.moved',
};

/** After the commit: whoever watches hears of it, and each money operation leaves its line in the log. */
function tell(options: { hub: Hub; log: Logger }, reading: Reading, settled: Settled): void {
  const { intent, outcomes } = settled;
  const isRefund = (at: number) => reading.facts[at]?.news === 'refunded' && outcomes[at] === 'changed';
  const movesCredits = outcomes.some((outcome, at) => outcome === 'granted' || isRefund(at));
  options.hub.publish(movesCredits ? [intent.id, walletSubject(intent.userId)] : [intent.id]);
  outcomes.forEach((outcome, at) => {
    const event = isRefund(at) ? 'refund.booked' : LOGGED[outcome];
    tellFailure(options.log, reading.facts[at] ?? null, outcome, intent);
    if (!event) return;
    const level = outcome === 'unapplied' ? 'error' : outcome === 'illegal' ? 'warn' : 'info';
    options.log[level](event, {
      ...(outcome === 'unapplied'
        ? { code: 'unapplied', reason: whyUnapplied(reading.facts[at], intent) }
        : {}),
      intentId: intent.id,
      userId: intent.userId,
      status: intent.status,
      credits: outcome === 'granted' ? intent.credits : undefined,
      providerPaymentId: reading.facts[at]?.paymentId ?? undefined,
      amountMinor: reading.facts[at]?.amountMinor?.toString(),
      currency: reading.facts[at]?.currency ?? undefined,
    });
  });
}

/** A decline, or the end of an intent that nobody paid: with the provider's codes, never with its words. */
function tellFailure(log: Logger, fact: Fact | null, outcome: SettleOutcome, intent: Intent): void {
  const hasFailed = outcome === 'moved' && intent.status === 'failed';
  const isDecline = fact?.failure && (outcome === 'moved' || outcome === 'changed');
  if (!hasFailed && !isDecline) return;
  const failure = fact?.failure ?? intent.failure;
  log.error(hasFailed ? 'payment.failed' : 'payment.declined', {
    intentId: intent.id,
    userId: intent.userId,
    provider: intent.provider,
    providerPaymentId: fact?.paymentId ?? undefined,
    code: codeIn(failure?.code),
    reason: codeIn(failure?.declineCode ?? failure?.code),
    attempt: intent.attemptCount,
  });
}

/** What a provider sends in the place of a code may be anything. */
const codeIn = (code: string | null | undefined): string =>
  code && /^[\w.-]{1,64}$/.test(code) ? code : 'unknown';

function whyUnapplied(fact: Fact | undefined, { currency, amountMinor, status }: Intent): string {
  if (fact?.currency !== currency) return 'wrong_currency';
  return fact.amountMinor === amountMinor ? `intent_${status}` : 'wrong_amount';
}
