// A purchase is one trace, from the click over provider, event and posting to the delivery, in whichever processes; and no payment
// waits for a collector.
import { createHash } from 'node:crypto';
import { readConfig } from '../../src/providers/read-config';
import { createExporter, type Span } from '../../src/telemetry/otlp';
import { createSampler } from '../../src/telemetry/sampler';
import { parseTraceparent } from '../../src/telemetry/trace-context';
import { closeReceivers, startReceiver } from '../deliveries/receiver';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { type Collector, type SentSpan, startCollector } from './collector';

const METRICS_TOKEN = 'a-token-of-this-test';
const CAME = { traceId: 'f0'.repeat(16), spanId: 'a1'.repeat(8) };
const database = useDatabase();
let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  await stopGateways();
  await closeReceivers();
  await collector.close();
});

const settings = () => ({
  ...{ DATABASE_URL: database.url, METRICS_TOKEN, WORKER_PORT: '0' },
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
});

/** Buys, with a key of its own. */
async function buy(gateway: GatewayProcess, buyer: Client, traceparent?: string): Promise<string> {
  const input = '{packageId: "medium", provider: stripe, idempotencyKey: "the-key-of-a-purchase"}';
  const query = `mutation { createIntent(input: ${input}) { replayed intent { id } errors { message } } }`;
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${buyer.token}`,
    ...(traceparent ? { traceparent } : {}),
  };
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  const { id } = ((await answer.json()) as any).data.createIntent.intent;
  const { intent } = await buyer.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  expect(intent.status).toBe('succeeded');
  return id;
}

const scraped = async ({ url }: GatewayProcess) =>
  (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text();

/** Names from the root of a trace down to a span. */
function wayTo(spans: readonly SentSpan[], span: SentSpan): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? `${wayTo(spans, parent)} > ${span.name}` : span.name;
}

const WAYS = [
  'mutation createIntent',
  'mutation createIntent > claim_intents',
  'mutation createIntent > POST /v1/payment_intents',
  'mutation createIntent > settle > settle_news',
  'mutation createIntent > mutation simulatePayment',
  'mutation createIntent > webhook charge.succeeded',
  'mutation createIntent > webhook payment_intent.succeeded',
  // Events that came together share a read, under the first of them.
  'mutation createIntent > webhook charge.succeeded > GET /v1/charges',
  'mutation createIntent > webhook charge.succeeded > settle > settle_news',
  'mutation createIntent > delivery intent.succeeded',
  'mutation createIntent > delivery credits.granted',
];

test.each([
  ['of its own', undefined],
  ['that came with the click', `00-${CAME.traceId}-${CAME.spanId}-01`],
])('A purchase is one trace %s, across a gateway and a worker', async (_, traceparent) => {
  const user = traceparent ? 'ann@shop.example' : 'ben@shop.example';
  const [gateway, worker] = await Promise.all([
    startGateway({ ...settings(), ROLE: 'api' }),
    startGateway({ ...settings(), ROLE: 'worker', OTEL_SERVICE_NAME: 'the-worker' }),
  ]);
  const receiver = await startReceiver();
  const admin = await gateway.as('sue', 'admin');
  const endpoint = { url: `${receiver.url}/hooks`, events: ['*'] };
  await admin.mutate('createWebhookEndpoint', endpoint, 'endpoint { id }', 'WebhookEndpointInput');
  const buyer = await gateway.as(user);
  const id = await buy(gateway, buyer, traceparent);
  const traceId = traceparent ? CAME.traceId : createHash('sha256').update(id).digest('hex').slice(0, 32);
  const ofPurchase = () => collector.spans.filter((span) => span.traceId === traceId);
  const ways = () => new Set(ofPurchase().map((span) => wayTo(ofPurchase(), span)));
  await eventually(() => expect([...ways()]).toEqual(expect.arrayContaining(WAYS)));

  const click = ofPurchase().find(({ name }) => name === 'mutation createIntent');
  expect(click?.parentSpanId).toBe(traceparent && CAME.spanId);
  const deliveries = ofPurchase().filter(({ name }) => name.startsWith('delivery '));
  expect(deliveries.map(({ resource }) => resource['service.name'])).toEqual(
    deliveries.map(() => 'the-worker'),
  );
  expect(click?.resource).toMatchObject({ 'service.name': 'credits-gateway', 'gateway.role': 'api' });
  const posting = ofPurchase().find(({ attributes }) => attributes['gateway.outcomes'] === 'granted');
  expect(posting).toMatchObject({ name: 'settle', attributes: { 'gateway.intent_id': id } });
  for (const span of ofPurchase()) {
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
    expect(Math.abs(Number(BigInt(span.startTimeUnixNano) / 1_000_000n) - Date.now())).toBeLessThan(120_000);
    // The endpoint of an earlier purchase is gone.
    if (!span.name.startsWith('delivery')) expect(span.status).toBeUndefined();
  }

  // The receiver goes on in the same trace.
  const got = await receiver.until((all) => all.some(({ event }) => event.type === 'intent.succeeded'));
  const told = got.find(({ event }) => event.type === 'intent.succeeded');
  const [, , spanId] = told?.headers.traceparent?.split('-') ?? [];
  expect(told?.headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  const delivery = ofPurchase().find((span) => span.spanId === spanId);
  expect(delivery).toMatchObject({
    name: 'delivery intent.succeeded',
    attributes: { 'gateway.status': 'delivered' },
  });
  expect(delivery?.status).toBeUndefined();

  // Whoever reads the log finds it.
  const logged = [...gateway.log, ...worker.log]
    .filter((line) => line.includes(id))
    .map((line) => JSON.parse(line));
  expect(logged.length).toBeGreaterThan(2);
  expect(new Set(logged.map(({ trace_id }) => trace_id))).toEqual(new Set([traceId]));

  expect(collector.headers[0]?.authorization).toBe('Bearer of-the-collector');
  const bodies = collector.bodies.join('\n');
  for (const secret of [
    user,
    'shop.example',
    buyer.token as string,
    'the-key-of-a-purchase',
    '"10000"',
    '4242',
    'client_secret',
  ])
    expect(bodies).not.toContain(secret);
  await gateway.stop();
});

test('A statement that serves many purchases stands in the trace of the first, and has a link to each other', async () => {
  const gateway = await startGateway(settings());
  const buyers = await Promise.all(Array.from({ length: 12 }, (_, at) => gateway.as(`buyer_${at}`)));
  await Promise.all(
    buyers.map((buyer) =>
      buyer.mutate('createIntent', { packageId: 'small', provider: 'stripe' }, 'intent { id }'),
    ),
  );
  await gateway.stop('SIGTERM');
  const shared = collector.spans.filter(({ links }) => links.length > 0);
  expect(shared.length).toBeGreaterThan(0);
  for (const { name, traceId, links } of shared) {
    expect(name).toMatch(/^(claim_intents|settle_news)$/);
    expect(new Set([traceId, ...links.map((link) => link.traceId)]).size).toBe(links.length + 1);
    for (const link of links)
      expect(collector.spans.find(({ spanId }) => spanId === link.spanId)?.traceId).toBe(link.traceId);
  }
});

test('A collector that takes connections and never answers holds up no payment, and what it lost is counted', async () => {
  collector.answer = null;
  const gateway = await startGateway({ ...settings(), OTEL_EXPORTER_OTLP_TIMEOUT: '200' });
  const startedMs = performance.now();
  await buy(gateway, await gateway.as('ann_hangs'));
  // A few times what a purchase takes; the collector alone would have taken three tries of five seconds.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  await eventually(async () => {
    const counted = await scraped(gateway);
    expect(counted).toMatch(/^trace_spans_total\{outcome="exported"\} 0$/m);
    expect(counted).toMatch(/^trace_spans_total\{outcome="dropped"\} [1-9]\d*$/m);
  });
  expect(gateway.log.filter((line) => line.includes('tracing.not_taken'))).toHaveLength(1);
  collector.answer = { status: 200, body: 'nonsense' };
  const back = await gateway.as('ann_after');
  await back.query('{ packages { id } }');
  await eventually(() => expect(gateway.log.some((line) => line.includes('tracing.taken_again'))).toBe(true));
  collector.answer = null;
  expect(await gateway.stop()).toBe(0);
}, 60_000);

test('Without an endpoint nothing is sent, no line names a trace, and a delivery carries none', async () => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...rest } = settings();
  const gateway = await startGateway(rest);
  const receiver = await startReceiver();
  const admin = await gateway.as('sue', 'admin');
  const endpoint = { url: receiver.url, events: ['intent.*'] };
  await admin.mutate('createWebhookEndpoint', endpoint, 'endpoint { id }', 'WebhookEndpointInput');
  const id = await buy(gateway, await gateway.as('ann_untraced'), `00-${CAME.traceId}-${CAME.spanId}-01`);
  const [got] = await receiver.until((all) => all.some(({ body }) => body.includes(id)));
  expect(got?.headers.traceparent).toBeUndefined();
  expect(gateway.log.join('')).not.toContain('trace_id');
  expect(await scraped(gateway)).not.toMatch(/^trace_spans_total\{/m);
  expect(collector.bodies).toEqual([]);
});

describe('The queue', () => {
  const span: Span = {
    ...{ traceId: CAME.traceId, spanId: CAME.spanId, parentSpanId: null, name: 'one', kind: 'internal' },
    ...{ startMs: 1_764_000_000_000.25, endMs: 1_764_000_000_001.5, attributes: { a: 1, b: 0.5, c: true } },
    ...{ links: [], error: null },
  };
  const exporter = (env: Record<string, string> = {}) => {
    const { tracing } = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env });
    return createExporter(tracing as NonNullable<typeof tracing>, { 'service.name': 'this' }, silent);
  };

  test('is bounded: what finds no room is dropped at once', async () => {
    collector.answer = null;
    const sends = exporter();
    for (let at = 0; at < 3_000; at++) sends.add(span);
    expect(sends.counts).toEqual({ exported: 0, dropped: 3_000 - 2_048 });
    const startedMs = performance.now();
    await sends.close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  test('is emptied when the process stops, and what the collector left out counts as dropped', async () => {
    collector.answer = { status: 200, body: '{"partialSuccess": {"rejectedSpans": "2"}}' };
    const sends = exporter();
    for (let at = 0; at < 5; at++) sends.add(span);
    await sends.close();
    expect(sends.counts).toEqual({ exported: 3, dropped: 2 });
    const [sent] = collector.spans;
    expect(sent).toMatchObject({
      startTimeUnixNano: '1764000000000250000',
      endTimeUnixNano: '1764000000001500000',
    });
    expect(
      JSON.parse(collector.bodies[0] as string).resourceSpans[0].scopeSpans[0].spans[0].attributes,
    ).toEqual([
      { key: 'a', value: { intValue: '1' } },
      { key: 'b', value: { doubleValue: 0.5 } },
      { key: 'c', value: { boolValue: true } },
    ]);
  });

  test('is dropped without another try where the collector refuses it', async () => {
    collector.answer = { status: 400, body: '<html>' };
    const sends = exporter();
    sends.add(span);
    await sends.close();
    expect(sends.counts).toEqual({ exported: 0, dropped: 1 });
    expect(collector.bodies).toHaveLength(1);
  });
});

test('A sampler decides by the id alone, and one that is parentbased by what was decided before', () => {
  const ids = Array.from({ length: 2_000 }, (_, at) => createHash('md5').update(String(at)).digest('hex'));
  const share = (sampler: string, isSampled: boolean | null) => {
    const { tracing } = readConfig({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_SAMPLER: sampler },
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    const isSent = createSampler(tracing as NonNullable<typeof tracing>);
    return ids.filter((traceId) => isSent({ traceId, isSampled })).length / ids.length;
  };
  expect([share('always_on', false), share('always_off', true)]).toEqual([1, 0]);
  expect([share('parentbased_always_on', false), share('parentbased_always_off', true)]).toEqual([0, 1]);
  expect([share('parentbased_traceidratio', true), share('parentbased_traceidratio', false)]).toEqual([1, 0]);
  for (const isSampled of [null, true]) expect(share('traceidratio', isSampled)).toBeCloseTo(0.25, 1);
  expect(share('parentbased_traceidratio', null)).toBeCloseTo(0.25, 1);
});

test('What is no traceparent is none', () => {
  const { traceId, spanId } = CAME;
  expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ ...CAME, isSampled: true });
  expect(parseTraceparent(`cc-${traceId}-${spanId}-00-what-a-later-version-says`)).toEqual({
    ...CAME,
    isSampled: false,
  });
  for (const none of [
    ...[
      '',
      'nonsense',
      `00-${traceId}-${spanId}`,
      `ff-${traceId}-${spanId}-01`,
      `00-${traceId}-${spanId}-01-more`,
    ],
    ...[
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
      `00-${traceId.toUpperCase()}-${spanId}-01`,
    ],
    null,
  ])
    expect(parseTraceparent(none)).toBeNull();
});

test('Settings that cannot work are refused, and name no token', () => {
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
  expect(readConfig({}).tracing).toBeNull();
  expect(readConfig({ ...traced, OTEL_SDK_DISABLED: 'true' }).tracing).toBeNull();
  expect(readConfig(traced).tracing).toMatchObject({ url: 'http://collector:4318/v1/traces', ratio: 1 });
  const own = { ...traced, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' };
  expect(readConfig(own).tracing?.url).toBe('https://traces.example/in');
  expect(() => readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toThrow(
    /OTEL_EXPORTER_OTLP_ENDPOINT/,
  );
  expect(() => readConfig({ ...traced, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(/port 4318/);
  expect(() => readConfig({ ...traced, OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(/OTEL_TRACES_SAMPLER_ARG/);
  const broken = { ...traced, OTEL_EXPORTER_OTLP_HEADERS: 'of-the-collector' };
  expect(() => readConfig(broken)).toThrow(/OTEL_EXPORTER_OTLP_HEADERS: use name=value/);
  expect(() => readConfig(broken)).not.toThrow(/of-the-collector/);
});
