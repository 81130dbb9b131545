// The one door for news about a payment: a webhook event, an answer to a call, a sync, a sweep, all come through here.
// What is decided is decided in settle.sql, under the intent's lock.
import path from 'node:path';
import type pg from 'pg';
import { type AuditedRow, auditedVerb } from '../callers/audited-verb';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import { rowMapper } from '../db/columns';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import { Fault } from '../kernel/invariant';
import type { SecretBox } from '../kernel/secret-box';
import type { ProviderIntent } from '../providers/provider';
import type { Logger } from '../telemetry/logger';
import { type Fact, plainFact } from './facts';
import { CLIENT_SECRET_PURPOSE, Intent } from './intent.entity';

export const SETTLE_SQL = path.join(__dirname, 'settle.sql');

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
}

type SettleAnswer = Row & { ord: number; outcome: SettleOutcome | 'busy' | 'not_found' };

const TEXT = `select s.ord, s.outcome, (s.intent).* from settle(${Array.from({ length: 20 }, (_, i) => `$${i + 1}`)}) s`;

/** Makes the door. @throws RetryLaterProblem (from the call) when the intent stayed locked by somebody else. */
export function createSettle(options: { pool: pg.Pool; hub: Hub; log: Logger; secrets: SecretBox }): Settle {
  const verb = auditedVerb<SettleRow, SettleAnswer>(
    {
      pool: options.pool,
      name: 'settle',
      text: TEXT,
      values: (rows, wait) => columnsOf(rows, wait, options.secrets),
      isBusy: (answer) => answer.outcome === 'busy',
    },
    {
      doneAs: ['granted', 'unapplied', 'moved', 'changed', 'same', 'illegal'] satisfies SettleOutcome[],
      of: ({ reading }) => ({ action: reading.asked?.action ?? '', targetId: reading.intentId }),
    },
  );
  const toIntent = rowMapper(Intent);

  return async (reading) => {
    const rows = rowsOf(reading);
    const answers = (await verb(rows)).slice(rows.length - reading.facts.length);
    const last = answers.at(-1);
    if (!last || last.outcome === 'not_found')
      throw new Fault(`News about an intent that is not there: ${reading.intentId}`);
    const settled = {
      intent: toIntent(last),
      outcomes: answers.map((answer) => answer.outcome as SettleOutcome),
    };
    tell(options, reading, settled);
    return settled;
  };
}

/** A row for each fact. Each note stands in a row of its own; those for which there is no fact go before the facts. */
function rowsOf(reading: Reading): SettleRow[] {
  const notes = [reading.note, ...(reading.moreNotes ?? [])];
  const spare = Math.max(0, notes.length - reading.facts.length);
  const facts = [...Array.from({ length: spare }, () => NOTED), ...reading.facts];
  return facts.map((fact, at) => ({
    ...{ reading, fact, note: notes[at] ?? null },
    actor: reading.asked?.by.id ?? '',
    // One entry for the whole reading.
    operator: at === facts.length - 1 ? (reading.asked?.by.role ?? null) : null,
  }));
}

const NOTED = { ...plainFact('reopened'), news: 'noted' } as const;

function columnsOf(rows: readonly SettleRow[], wait: boolean, secrets: SecretBox): unknown[] {
  const column = <Value>(value: (row: SettleRow) => Value) => rows.map(value);
  return [
    column((row) => row.reading.intentId),
    column((row) => row.reading.readNumber),
    column((row) => row.fact.news),
    column((row) => row.fact.paymentId),
    column((row) => row.fact.amountMinor),
    column((row) => row.fact.currency),
    column((row) => row.fact.isFinal),
    column((row) => row.fact.failure && JSON.stringify(row.fact.failure)),
    column((row) => row.fact.method && JSON.stringify(row.fact.method)),
    column((row) => row.fact.refundId),
    column((row) => row.fact.refundStatus),
    column((row) => row.fact.ourRefundId),
    column((row) => row.reading.object?.providerIntentId ?? null),
    column((row) => row.reading.object?.providerStatus ?? null),
    column(({ reading: { object } }) =>
      object?.clientSecret ? secrets.sealText(object.clientSecret, CLIENT_SECRET_PURPOSE) : null,
    ),
    column((row) => row.reading.object && row.reading.object.status === 'requires_action'),
    column((row) => row.reading.actor),
    column((row) => row.note?.kind ?? null),
    column((row) => row.note && JSON.stringify(row.note.data)),
    wait,
  ];
}

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
