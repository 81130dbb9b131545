// What a person types to find a purchase, as a condition over intents.

/** So many of the newest are looked into for a part that stands anywhere in their ids: tens of milliseconds, however many there are. */
const NEWEST_LOOKED_INTO = 20_000;
/** Of one kind of id at most so many are found; who types what so many have in common types more. */
const FOUND_MAX = 1_000;
/** Shorter than this it is a part of everything. */
const PART_MIN = 4;

// Above every character that may follow, in the order of bytes.
const LAST = '\u{10ffff}';

export interface SearchCondition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
}

const OWN_IDS = ['provider_intent_id', 'provider_payment_id', 'user_id', 'idempotency_key', 'reference'];

/** What else names a purchase, each by its table and its columns. */
const OTHER_IDS: readonly (readonly [string, readonly string[]])[] = [
  ['webhook_events', ['provider_event_id']],
  ['refunds', ['id', 'provider_refund_id']],
  ['disputes', ['id', 'provider_dispute_id']],
];

/** Of as many users at most as are found of anything else. */
const CALLED = `(select id from users where email_mark = any(:marks) or name_mark = any(:marks) limit ${FOUND_MAX})`;

const beginsWith = (column: string, lower = '') =>
  `${column} >= :search${lower} and ${column} < :search${lower}End`;

const found = (from: string, condition: string, id = 'intent_id') =>
  `(select ${id} from ${from} where ${condition} limit ${FOUND_MAX})`;

/**
 * The purchases that a text means: by the beginning of any id (ours in whatever case), by the end of ours, by four last digits of a
 * card, by the whole name or e-mail address of its user; and among the newest 20 000 by any part of an id. Each is read from an index.
 * @param text as typed, without white space around it
 * @param marks of it, where users are looked for whose name or e-mail address it is
 */
export function searchCondition(text: string, marks: readonly string[]): SearchCondition {
  const small = text.toLowerCase();
  const isPart = text.length >= PART_MIN;
  const whole = [
    found('intents', 'id = :searchSmall', 'id'),
    ...OWN_IDS.map((column) => found('intents', `${column} = :search`, 'id')),
    ...OTHER_IDS.flatMap(([table, columns]) => columns.map((column) => found(table, `${column} = :search`))),
  ];
  const parts = [
    found('intents', beginsWith('id', 'Small'), 'id'),
    found('intents', beginsWith('reverse(id)', 'Turned'), 'id'),
    ...OWN_IDS.map((column) => found('intents', beginsWith(column), 'id')),
    ...OTHER_IDS.flatMap(([table, columns]) => columns.map((column) => found(table, beginsWith(column)))),
    found(
      `(select * from intents order by created_at desc, id desc limit ${NEWEST_LOOKED_INTO}) newest`,
      `strpos(lower(concat_ws(' ', id, ${OWN_IDS.join(', ')})), :searchSmall) > 0`,
      'id',
    ),
  ];
  const digits = /^\d{4}$/.test(text) ? [found('intents', "payment_method ->> 'last4' = :search", 'id')] : [];
  const called = marks.length > 0 ? [found('intents', `user_id = any(array${CALLED})`, 'id')] : [];
  const all = [...whole, ...(isPart ? parts : []), ...digits, ...called].join(' union ');
  const turned = [...small].reverse().join('');
  return {
    sql: `intent.id = any(array(select id from (${all}) as found (id) where id is not null))`,
    parameters: {
      search: text,
      ...(marks.length > 0 ? { marks } : {}),
      searchSmall: small,
      ...(isPart
        ? {
            searchEnd: text + LAST,
            searchSmallEnd: small + LAST,
            searchTurned: turned,
            searchTurnedEnd: turned + LAST,
          }
        : {}),
    },
  };
}
