// Makes docs/events.md from the table of types and their JSON Schemas (npm run events). A test fails when the file and
// what is made here differ.
import { EVENT_TYPES, TEST_TYPE } from './event-types';
import { GIVE_UP, SCHEDULE_SECONDS } from './send';

/** The part of a JSON Schema that is shown. */
export interface EventSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, EventSchema>>;
  readonly examples?: readonly unknown[];
}

/** @param schemas by type, the test's own included. */
export function eventsDocument(schemas: Readonly<Record<string, EventSchema>>): string {
  const types = { ...EVENT_TYPES, [TEST_TYPE]: { when: 'You asked for it: `sendTestDelivery`.' } };
  const rows = Object.entries(types).map(
    ([type, { when }]) => `| [\`${type}\`](#${type.replaceAll('.', '')}) | ${when} |`,
  );
  const chapters = Object.keys(types).map((type) => chapter(type, schemas[type] ?? {}));
  return [INTRODUCTION, ['| type | sent when |', '|---|---|', ...rows].join('\n'), RULES, ...chapters].join(
    '\n\n',
  );
}

const HOUR = 3_600;

function duration(seconds: number): string {
  if (seconds >= HOUR) return `${seconds / HOUR} h`;
  return seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`;
}

const waits = SCHEDULE_SECONDS.map(duration).join(', ');

const INTRODUCTION = `# Events for your back end

What happens to payments and credits is sent to the endpoints that you name, as signed HTTP requests. A back end that
listens needs to poll nothing.

<!-- as: admin -->
\`\`\`graphql
mutation {
  createWebhookEndpoint(input: {url: "https://shop.example/hooks", events: ["intent.*", "credits.granted"]}) {
    endpoint { id }
    secret
    errors { code message path }
  }
}
\`\`\`

The secret (\`whsec_…\`) is in this answer and in no other. An endpoint gets what happens from then on. \`*\` means every
type. Outside mock mode the url is https, on port 443 or 8443, at a public address.`;

const RULES = `Every body has the same frame; \`data\` depends on the type.

## What to rely on

- **Signed.** By [Standard Webhooks](https://www.standardwebhooks.com): \`webhook-id\`, \`webhook-timestamp\` and
  \`webhook-signature\`, one signature for each secret that is live. Verify the bytes as they came, and refuse a timestamp
  that is more than five minutes off. [verify-delivery.js](examples/verify-delivery.js) does it without a library,
  [@credits-gateway/server](../packages/server/README.md) for express, fastify, Hono and Next.
- **At least once.** The same event may come again: drop a \`webhook-id\` (it is the body's \`id\`) that you have seen.
- **Ordered by \`sequence\`.** It counts the changes of one intent, one hold, one attack, one code or one user's balance, and grows with each
  (\`refund.*\` and \`dispute.*\` count with their intent); not every change is sent. What failed and is sent again comes late: when you have a greater sequence of the same intent,
  hold or balance, what comes now is older.
- **Never lost.** An event and what it tells of commit together, and its deliveries are made from what was committed.
- **From a moment.** A body says how things were when it happened, also when it is sent again a week later.

## Answering

Any 2xx within 20 seconds counts as received; nothing else does, and redirects are not followed. Store the event, answer,
and work afterwards. There are ${SCHEDULE_SECONDS.length} attempts; the waits before them are
${waits},
each up to a fifth longer, and \`Retry-After\` makes the next one longer, up to ${duration(24 * HOUR)}. After the last attempt the
delivery is \`dead\`. \`resendDeliveries\` sends anything again, by ids or by filter.

- \`410\` switches the endpoint off at once.
- An endpoint that has only failed for ${GIVE_UP.seconds / (24 * HOUR)} days, and ${GIVE_UP.count} times, is switched off. One success in between starts the count anew.
- While an endpoint is off, its deliveries wait. They are sent when \`updateWebhookEndpoint\` enables it.
- A slow endpoint, or one that is down, delays no other.

## Changing the secret

\`rotateWebhookEndpointSecret\` answers with the new one. For 24 hours every delivery carries a signature of each, so
that you change over when it suits you.`;

function chapter(type: string, schema: EventSchema): string {
  const [example] = schema.examples ?? [];
  return `## ${type}

${schema.description ?? ''} [JSON Schema](events/${type}.json)

| field | type | meaning |
|---|---|---|
${fieldsOf(schema).join('\n')}

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`${type === TEST_TYPE ? '\n' : ''}`;
}

/** A row for each field, with the fields of an object under its own. */
function fieldsOf(schema: EventSchema, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    `| \`${path}${name}\` | ${typeOf(field)} | ${field.description ?? ''} |`,
    ...fieldsOf(field, `${path}${name}.`),
  ]);
}

function typeOf(field: EventSchema): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum) return field.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  return [field.type ?? []].flat().join(' or ');
}
