// What is logged: each event of the code has a logger, a level and words for a person.
import fs from 'node:fs';
import path from 'node:path';
import { LINES } from '../../src/telemetry/lines';
import { createLogger } from '../../src/telemetry/logger';

const SRC = path.resolve(__dirname, '../../src');
const WRITTEN_AS = { info: 'INFO', warn: 'WARNING', error: 'ERROR', critical: 'CRITICAL' } as const;
// Whatever is between the method and its event: a level that the facts decide, a line break.
const CALL = /\blog\??(?:\.(info|warn|error|critical)|\[[^\]]*\])\(\s*(['"`])([^'"`]+)\2/g;
const NAMED = /^\s+\w+: '([a-z_]+\.[a-z_]+)',$/gm;

interface Call {
  readonly file: string;
  readonly event: string;
  readonly level: (typeof WRITTEN_AS)[keyof typeof WRITTEN_AS] | null;
}

function callsIn(file: string): Call[] {
  const text = fs.readFileSync(file, 'utf8');
  const calls = [...text.matchAll(CALL)].map(([, method, , event = '']) => ({
    file: path.relative(SRC, file),
    event,
    level: method ? WRITTEN_AS[method as keyof typeof WRITTEN_AS] : null,
  }));
  // Events that stand in a table of their own, by what became of something.
  const table = /const LOGGED[^=]*= \{([^}]*)\}/.exec(text)?.[1] ?? '';
  const named = [...table.matchAll(NAMED)].map(([, event = '']) => ({ file, event, level: null }));
  return [...calls, ...named];
}

const calls = fs
  .readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => callsIn(path.join(SRC, name)));

/** `approval.${status}` is any event that begins so. */
const eventsOf = ({ event }: Call) => {
  const [start = ''] = event.split('${');
  return event.includes('${') ? [...LINES.keys()].filter((name) => name.startsWith(start)) : [event];
};

it('reads the code for what it logs', () => {
  expect(calls.length).toBeGreaterThan(90);
  for (const event of ['intent.created', 'credits.granted', 'refund.unanswered'])
    expect(calls.map((call) => call.event)).toContain(event);
});

it('every event that the code logs has a logger, a level and a message', () => {
  const unknown = calls.filter(
    (call) => eventsOf(call).some((event) => !LINES.has(event)) || eventsOf(call).length === 0,
  );
  expect(unknown).toEqual([]);
});

it('every event is logged at the level that the table says', () => {
  const wrong = calls.filter(
    ({ level, event }) => level && !event.includes('${') && !LINES.get(event)?.levels.includes(level),
  );
  expect(wrong).toEqual([]);
});

it('the table has no event that nothing logs', () => {
  const logged = new Set(calls.flatMap(eventsOf));
  // By whoever hears a fault last, under a name that it is given.
  const given = (event: string) =>
    event.startsWith('process.') || /^payment\.(failed|declined)$|^refund\.booked$/.test(event);
  expect([...LINES.keys()].filter((event) => !logged.has(event) && !given(event))).toEqual([]);
});

it.each([...LINES].map(([event, { logger, levels, message }]) => ({ event, logger, levels, message })))(
  '$event: $levels of $logger, "$message"',
  ({ event, logger, levels, message }) => {
    expect(logger).toMatch(/^[a-z]+(\.[a-z]+)?$/);
    expect(levels.length).toBeGreaterThan(0);
    // A sentence without its stop, and not the event again.
    expect(message).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(message).not.toBe(event);
  },
);

it.each([
  ['info', 'credits.granted', { level: 'INFO', logger: 'credits', message: 'Credits granted' }],
  ['warn', 'gateway.mock_mode', { level: 'WARNING', logger: 'gateway' }],
  ['error', 'payment.declined', { level: 'ERROR', logger: 'payment.manager', message: 'Payment declined' }],
  ['critical', 'webhook.forged', { level: 'CRITICAL', logger: 'webhooks' }],
] as const)('a line of %s is JSON with level, time, logger, event and message: %s', (method, event, line) => {
  const written: string[] = [];
  const log = createLogger('info', { write: (text) => void written.push(text) });
  log[method](event, {
    intentId: 'int_1',
    message: 'of the facts',
    token: 'canary',
    deep: { clientSecret: 'canary' },
  });
  const parsed = JSON.parse(written.join(''));
  expect(parsed).toMatchObject({ ...line, event, intentId: 'int_1' });
  expect(parsed.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(written.join('')).not.toContain('canary');
});
