// The types of the events that we send, and the patterns by which an endpoint chooses among them. Each type has a JSON
// Schema in docs/events, and docs/events.md is made from this table and the schemas.
import { invalidInput } from '../kernel/problems';

/** What the sequence of an event counts the changes of. */
export type Subject = 'intent' | 'balance' | 'hold' | 'attack' | 'low' | 'code';

export interface EventType {
  readonly subject: Subject;
  /** When it is sent, for docs/events.md. */
  readonly when: string;
}

export const EVENT_TYPES = {
  'intent.succeeded': {
    subject: 'intent',
    when: 'A payment arrived and its credits were granted. Final. It may come after `intent.failed`: money that comes late is still granted.',
  },
  'intent.failed': {
    subject: 'intent',
    when: 'The payer can no longer pay: there were too many declines, or the time ran out. A card that is refused for good ends that card alone.',
  },
  'intent.canceled': { subject: 'intent', when: 'It was canceled before money came. Final.' },
  'credits.granted': {
    subject: 'balance',
    when: 'Credits were bought, or given by a campaign. What the user owed was paid from them first.',
  },
  'credits.expiring': {
    subject: 'balance',
    when: 'Credits of one lot expire in a week, or in a day, unless they are spent. Once each; what lasts shorter from the beginning is told of later or not at all.',
  },
  'promo.redeemed': {
    subject: 'code',
    when: 'A user redeemed a code, by itself or with a purchase. `credits.granted` tells of the credits.',
  },
  'credits.reversed': {
    subject: 'balance',
    when: 'A spend was given back, or a part of it. What the user owed is paid from it next.',
  },
  'credits.low': {
    subject: 'low',
    when: 'What a user can spend came down to one of the levels that were set by `setLowBalance`. Not again before credits came in, and not so soon again.',
  },
  'credits.depleted': {
    subject: 'low',
    when: 'A user of whom levels were set has nothing left to spend. Not again before credits came in.',
  },
  'credits.revoked': {
    subject: 'balance',
    when: 'What was left of credits that a campaign gave was taken back. What is held of them expires when its hold ends.',
  },
  'credits.spent': {
    subject: 'balance',
    when: 'Credits were taken from a user’s balance, by a spend or by settling a hold.',
  },
  'credits.expired': {
    subject: 'balance',
    when: 'The time of credits was over. What is held of them goes when its hold ends.',
  },
  'credits.adjusted': {
    subject: 'balance',
    when: 'A person gave credits or took some away. What the user owed was paid from given ones first.',
  },
  'hold.created': { subject: 'hold', when: 'Credits were set aside.' },
  'hold.settled': {
    subject: 'hold',
    when: 'What was used of a hold was spent; the rest is available again.',
  },
  'hold.released': { subject: 'hold', when: 'A hold ended without a spend, because somebody released it.' },
  'hold.expired': { subject: 'hold', when: 'A hold ended without a spend, because its time was over.' },
  'refund.created': {
    subject: 'intent',
    when: 'Money is to go back: somebody asked for it, or one that was made at the provider was seen.',
  },
  'refund.succeeded': { subject: 'intent', when: 'The money of a refund went back.' },
  'refund.failed': {
    subject: 'intent',
    when: 'A refund was refused, or its money came back after it had succeeded; its credits were given back.',
  },
  'dispute.opened': {
    subject: 'intent',
    when: 'The payer disputes a payment at the bank; its credits are frozen. One that was decided may be opened again.',
  },
  'dispute.won': { subject: 'intent', when: 'A dispute was decided for you; its credits are free again.' },
  'dispute.lost': {
    subject: 'intent',
    when: 'A dispute was decided for the payer; its credits were taken back.',
  },
  'dispute.closed': { subject: 'intent', when: 'A dispute or an inquiry ended without a loss.' },
  'risk.attack_started': {
    subject: 'attack',
    when: 'Declines, or declines of cards that were never seen, left what is usual: somebody tries stolen cards. Rules are stricter until it is over.',
  },
  'risk.attack_ended': { subject: 'attack', when: 'It has been as quiet as usual for a while.' },
  'risk.review_opened': {
    subject: 'intent',
    when: 'A paid purchase waits for a person of yours; its credits are frozen. It may come again for the same purchase.',
  },
  'risk.decided': {
    subject: 'intent',
    when: 'Somebody decided about a purchase that waited, or nobody did in time. Its credits are free, or its money goes back.',
  },
} as const satisfies Record<string, EventType>;

export type EventTypeName = keyof typeof EVENT_TYPES;

export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as readonly EventTypeName[];

/** What sendTestDelivery sends, to one endpoint, whatever its patterns. */
export const TEST_TYPE = 'test.ping';

/** True when `pattern` (`*`, `intent.*` or a whole type) means `type`. */
export const matches = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));

/** Every type, the test's own included, that one of the patterns means. */
export const typesMeant = (patterns: readonly string[]): string[] =>
  [...EVENT_TYPE_NAMES, TEST_TYPE].filter((type) => patterns.some((pattern) => matches(pattern, type)));

/**
 * The patterns, each once.
 * @throws Problem INVALID_INPUT when there is none, or one that no event will ever match: that is a slip of the pen.
 */
export function checkPatterns(patterns: readonly string[]): string[] {
  const distinct = [...new Set(patterns)];
  const idle = distinct.find((pattern) => !EVENT_TYPE_NAMES.some((type) => matches(pattern, type)));
  if (distinct.length === 0) throw invalidInput('Name at least one event, or * for all.', 'events');
  if (idle !== undefined)
    throw invalidInput(
      `No event is called ${JSON.stringify(idle.slice(0, 100))}. There are ${EVENT_TYPE_NAMES.join(', ')}; intent.* means all of a kind, * all.`,
      'events',
    );
  return distinct;
}
