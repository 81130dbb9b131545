// Bursts of signed webhook events about a few hundred payments, sent by many connections as fast as they can.
import http from 'node:http';
import type pg from 'pg';
import { fixtureText, letter, stripeBody } from './letters';
import { type Family, familyOf, holdAtProvider, ownIntents } from './provider-objects';

export const CONNECTIONS = 64;

export interface Answered {
  readonly eventId: string;
  /** 0: the connection broke. */
  readonly status: number;
  readonly ms: number;
}

export interface Burst {
  readonly intentIds: readonly string[];
  /** Stripe's event ids, in the order in which they are sent. */
  readonly eventIds: readonly string[];
  /** Sends what is left over `CONNECTIONS` connections, signed as it goes. @param onAnswer hears of each answer. */
  send(url: string, eventIds: readonly string[], onAnswer?: (sent: number) => void): Promise<Answered[]>;
}

/** Payments that are paid at the provider, each with several events about it, shuffled among each other. */
export async function prepareBurst(
  pool: pg.Pool,
  owner: pg.ClientBase,
  sizes: { readonly events: number; readonly intents: number },
  name: string,
): Promise<Burst> {
  const text = fixtureText('stripe', 'charge.succeeded.json', '');
  const families = Array.from({ length: sizes.intents }, (_, at) => {
    const mark = `x${name}${at}`;
    return familyOf('stripe', fixtureText('stripe', 'charge.succeeded.json', mark), mark) as Family;
  });
  const owned = families.map(({ objects }) => ({
    provider: 'stripe' as const,
    providerIntentId: objects[0].body.id as string,
    amountMinor: 2000,
    currency: 'USD',
  }));
  const intentIds = await ownIntents(pool, owner, owned, name);
  await holdAtProvider(owner, families);
  const charge = JSON.parse(text).data.object;
  const bodies = new Map<string, string>();
  for (let at = 0; at < sizes.events; at++) {
    const id = `evt_${name}_${at}`;
    const { objects } = families[at % families.length] as Family;
    const object = { ...charge, id: objects[1]?.body.id, payment_intent: objects[0].body.id };
    bodies.set(id, stripeBody({ id, type: 'charge.succeeded', object }));
  }
  return {
    intentIds,
    eventIds: [...bodies.keys()],
    send: (url, eventIds, onAnswer) => sendAll(url, eventIds, bodies, onAnswer),
  };
}

async function sendAll(
  url: string,
  eventIds: readonly string[],
  bodies: ReadonlyMap<string, string>,
  onAnswer: (sent: number) => void = () => undefined,
): Promise<Answered[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const rest = [...eventIds].reverse();
  const answers: Answered[] = [];
  const connection = async () => {
    for (let eventId = rest.pop(); eventId; eventId = rest.pop()) {
      const { body, headers } = letter('stripe', bodies.get(eventId) as string);
      const startedMs = performance.now();
      const status = await sendOne(agent, `${url}/webhooks/stripe`, body, headers).catch(() => 0);
      answers.push({ eventId, status, ms: performance.now() - startedMs });
      onAnswer(answers.length);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  agent.destroy();
  return answers;
}

// Node's plain client: fetch() costs several times as much, and it is the gateway that is measured.
const sendOne = (agent: http.Agent, url: string, body: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const request = http.request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('error', reject);
    request.end(body);
  });

/** Waits until every one of these is stored and processed. @returns seconds; fails after `withinMs`. */
export async function secondsUntilWorked(
  owner: pg.ClientBase,
  eventIds: readonly string[],
  withinMs: number,
): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { rows } = await owner.query(
      `select count(*)::int as n from webhook_events where status = 'processed' and provider_event_id = any($1)`,
      [eventIds],
    );
    const ms = performance.now() - startedMs;
    if (rows[0].n === eventIds.length) return ms / 1000;
    if (ms > withinMs) throw new Error(`${rows[0].n} of ${eventIds.length} worked after ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How many of these intents are paid, and how many postings they have. */
export async function paid(owner: pg.ClientBase, intentIds: readonly string[]) {
  const { rows } = await owner.query(
    `select count(*) filter (where status = 'succeeded')::int as succeeded,
       (select count(*)::int from journal where intent_id = any($1)) as postings
     from intents where id = any($1)`,
    [intentIds],
  );
  return rows[0] as { succeeded: number; postings: number };
}

/** What stays of a run, in one line. */
export function figures(answers: readonly Answered[], seconds: number, workedSeconds: number): string {
  const at = (share: number) => percentile(answers, share).toFixed(0);
  const perSecond = (answers.length / seconds).toFixed(0);
  return `${answers.length} events in ${seconds.toFixed(1)} s: ${perSecond}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms; all worked ${workedSeconds.toFixed(1)} s after the last answer`;
}

export const percentile = (answers: readonly Answered[], share: number): number =>
  answers.map((answer) => answer.ms).sort((a, b) => a - b)[
    Math.min(answers.length - 1, Math.floor(answers.length * share))
  ] ?? 0;
