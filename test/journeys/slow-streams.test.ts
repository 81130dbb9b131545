// Streams whose client does not read: real sockets, which the gateway must not keep things for without end.
import net from 'node:net';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { overEvents } from './transports';

const database = useDatabase();
let gateway: GatewayProcess;
let client: Client;
let after: string;

// Events of about 100 kB, of which the system keeps no more than some MB for both ends of a connection.
const EVENTS = 250;
const ALIASES = 14;
const TEXT = 7_000;
const READERS = 20;
let readers: { readonly all: readonly Opened[]; readonly sinceMs: number };
// Enough for a gateway, and far from what all of them are to be sent.
const HEAP_MB = 160;
let query: string;

beforeAll(async () => {
  gateway = await startGateway({
    DATABASE_URL: database.url,
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
  });
  client = await gateway.as('reader');
  const { intent } = await client.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
  const fields = Array.from({ length: ALIASES }, (_, at) => `a${at}: fingerprintId`).join(' ');
  query = `subscription S($after: String) { intentStatusChanged(id: "${intent.id}", after: $after) {
    cursor sequence intent { ${fields} } } }`;
  const { answers } = await overEvents(gateway.url, client.token, { query });
  after = answers[0].data.intentStatusChanged.cursor;
  // A payment about which more news came than any has, each with much to tell.
  await database.pool().query(
    `with longer as (
       update intents set version = version + $2, timeline_sequence = timeline_sequence + $2,
         fingerprint_id = repeat('x', $3)
       where id = $1 returning version - $2 as version, timeline_sequence - $2 as sequence
     )
     insert into events (subject, sequence, version, kind, actor, from_status, to_status, epoch)
     select $1, sequence + n, version + n, 'payment_changed', 'provider', 'pending', 'pending', (select epoch from gateway)
     from longer, generate_series(1, $2::integer) n`,
    [intent.id, EVENTS, TEXT],
  );
});
afterAll(stopGateways);

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Opened {
  readonly socket: net.Socket;
  /** What came, chunks of HTTP and all, once the answer or the connection has ended. */
  readonly whole: Promise<string>;
  /** Of the events that came so far. */
  cursors(): string[];
}

const LAST_CHUNK = '\r\n0\r\n\r\n';

/** Asks for a stream, and reads nothing until the socket is resumed. */
function open(from: string): Opened {
  const { hostname, port } = new URL(gateway.url);
  const body = JSON.stringify({ query, variables: { after: from } });
  const socket = net.connect(Number(port), hostname);
  const request = [
    'POST /graphql/stream HTTP/1.1',
    'Host: gateway',
    'Accept: text/event-stream',
    'Content-Type: application/json',
    `Authorization: Bearer ${client.token}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  socket.write(request);
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  const whole = new Promise<string>((resolve) => {
    const end = () => resolve(Buffer.concat(chunks).toString('latin1'));
    socket.on('close', end);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      // The connection itself is kept for the next request.
      if (chunk.subarray(-LAST_CHUNK.length).toString() === LAST_CHUNK) end();
    });
  });
  socket.pause();
  return { socket, whole, cursors: () => cursorsIn(Buffer.concat(chunks).toString('latin1')) };
}

/** Where each event stands that came whole. */
const cursorsIn = (text: string): string[] =>
  [...text.matchAll(/"cursor":"([^"]+)","sequence":\d+,[^\n]*\n\n/g)].map(([, cursor = '']) => cursor);

// Both tests wait for what takes its time, so that the second one begins with the first.
beforeAll(() => {
  readers = { all: Array.from({ length: READERS }, () => open(after)), sinceMs: performance.now() };
});

it('are sent away with an event that says to resume, from where nothing is lost', async () => {
  const { socket, whole } = open(after);
  // Up to 9 s until nothing more fits; standing still for 10 s then ends it, and 10 s later it is cut off.
  await wait(19_000);
  socket.resume();
  const text = await whole;
  socket.destroy();
  const events = text.split('event: ');
  expect(events.at(-1)).toBe(`complete\ndata:\n\n${LAST_CHUNK}`);
  expect(events.at(-2)).toContain(
    '{"errors":[{"message":"Too slow: resume from your cursor","extensions":{"code":"TOO_SLOW"}}]}',
  );
  const seen = cursorsIn(text);
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.length).toBeLessThan(EVENTS);

  const rest = open(seen.at(-1) as string);
  rest.socket.resume();
  while (seen.length + rest.cursors().length < EVENTS) await wait(200);
  rest.socket.destroy();
  expect(new Set([...seen, ...rest.cursors()]).size).toBe(EVENTS);
});

it('are cut off when they read nothing at all, which looks cut off; and what waits for them fits into little memory', async () => {
  expect((READERS * EVENTS * ALIASES * TEXT) / 2 ** 20).toBeGreaterThan(2 * HEAP_MB);
  // As long as it takes to fill what the system keeps, on a machine that others use too; then twice ten seconds.
  await wait(Math.max(0, 45_000 - (performance.now() - readers.sinceMs)));
  for (const { socket } of readers.all) socket.resume();
  const cut = await Promise.all(readers.all.map(({ whole }) => whole));
  expect(cut.filter((text) => text.endsWith(LAST_CHUNK))).toEqual([]);
  expect(cut.filter((text) => cursorsIn(text).length === 0)).toEqual([]);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
}, 90_000);
