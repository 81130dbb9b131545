// The alerts, their pages, the dashboard and the metrics belong together; and what two of them wait for is really made.
// `npm run check:alerts` makes each alert fire by Prometheus' own tool.
import fs from 'node:fs';
import path from 'node:path';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { Wire } from '../support/wire';

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const found = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name as string);

const rules = read('deploy/prometheus/alerts.yml');
const alerts = found(rules, /- alert: (\w+)/g);
const metrics = new Set(found(read('docs/operations/metrics.md'), /^\| `(\w+)` \|/gm));
/** The names in an expression, without what PromQL and our labels are called. */
const metricsIn = (text: string) =>
  found(text.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, ' '), /\b([a-z]+(?:_[a-z]+)+)\b/g).filter(
    (name) => !/^(histogram_quantile|predict_linear|process_resident_memory_bytes|group_left)$/.test(name),
  );
const ofHistogram = (name: string) => name.replace(/_(count|sum|bucket)$/, '');

it('Each alert has a section that it names, and a case in which it is seen to fire', () => {
  expect(alerts.length).toBeGreaterThan(20);
  const sections = found(read('docs/operations/alerts.md'), /^## (\w+)$/gm);
  expect(sections).toEqual(alerts);
  expect(found(rules, /runbook_url: docs\/operations\/alerts\.md#(\w+)/g)).toEqual(
    alerts.map((name) => name.toLowerCase()),
  );
  expect(found(read('deploy/prometheus/alerts.test.yml'), /alertname="(\w+)"/g)).toEqual(alerts);
});

it('Alerts and dashboard ask for metrics that there are', () => {
  const expressions = found(rules, /expr: ([\s\S]*?)\n +(?:for|labels):/g);
  const dashboard = JSON.parse(read('deploy/grafana/credits-gateway.json'));
  const shown = dashboard.panels.flatMap(({ targets }: any) => targets.map(({ expr }: any) => expr));
  expect(expressions).toHaveLength(alerts.length);
  expect(shown.length).toBeGreaterThan(20);
  const asked = [...expressions, ...shown].flatMap(metricsIn);
  expect(asked.filter((name) => !metrics.has(ofHistogram(name)) && !metrics.has(name))).toEqual([]);
});

describe('In a gateway', () => {
  const database = useDatabase();
  const METRICS_TOKEN = 'a-token-of-this-test';
  const scraped = async (url: string) =>
    (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text();
  afterEach(stopGateways);

  it('one without a worker says that none is alive, to Prometheus and to operators', async () => {
    const gateway = await startGateway({ DATABASE_URL: database.url, ROLE: 'api', METRICS_TOKEN });
    await eventually(async () => {
      const told = await scraped(gateway.url);
      expect(told).toMatch(/^processes_alive\{role="api"\} 1$/m);
      expect(told).toMatch(/^processes_alive\{role="all"\} 0$/m);
      expect(told).toMatch(/^processes_alive\{role="worker"\} 0$/m);
    });
    const support = await gateway.as('sue', 'support');
    const { data } = await support.query('{ admin { health { checks { name ok detail } } } }');
    const check = (name: string) => data.admin.health.checks.find((one: any) => one.name === name);
    expect(check('worker')).toMatchObject({ ok: false, detail: expect.stringContaining('ROLE=worker') });
    expect(check('tables').detail).toMatch(/^The largest: \w+ \d+ MB/);
    await gateway.stop();
  });

  it('a provider that refuses our key is named, with the operation and in its own words', async () => {
    const wire = await Wire.open(database.url);
    wire.refusal = 'The provided key does not have the required permissions for this endpoint';
    const gateway = await startGateway({
      DATABASE_URL: database.url,
      STRIPE_API_BASE: wire.url,
      METRICS_TOKEN,
    });
    const buyer = await gateway.as('ann');
    await buyer.mutate('createIntent', { packageId: 'small', provider: 'stripe' }, 'intent { id }');
    await eventually(async () =>
      expect(await scraped(gateway.url)).toMatch(
        /^provider_trouble\{provider="stripe",operation="[^"]+",kind="misconfigured"\} 1$/m,
      ),
    );
    const support = await gateway.as('sue', 'support');
    const { data } = await support.query('{ admin { health { ok checks { name ok detail } } } }');
    expect(data.admin.health.ok).toBe(false);
    expect(JSON.stringify(data.admin.health.checks)).toContain('does not have the required permissions');
    await gateway.stop();
    await wire.close();
  });

  it('deliveries that nobody sends are told', async () => {
    const gateway = await startGateway({ DATABASE_URL: database.url, ROLE: 'api', METRICS_TOKEN });
    const admin = await gateway.as('adm', 'admin');
    const made = await admin.mutate(
      'createWebhookEndpoint',
      { url: 'http://127.0.0.1:9/hooks', events: ['*'] },
      'endpoint { id }',
      'WebhookEndpointInput',
    );
    await database.pool().query(
      `insert into deliveries (id, endpoint_id, event_id, type, sequence, body, due_at)
       values ('dlv_late', $1, 'evt_1', 'test.ping', 1, '{}', clock_timestamp() - interval '10 minutes')`,
      [made.endpoint.id],
    );
    await eventually(async () =>
      expect(Number(/^delivery_lag_seconds (\S+)$/m.exec(await scraped(gateway.url))?.[1])).toBeGreaterThan(
        300,
      ),
    );
    const { data } = await admin.query('{ admin { health { checks { name ok detail } } } }');
    expect(data.admin.health.checks).toContainEqual({
      name: 'late_deliveries',
      ok: false,
      detail: '1 have been due for five minutes and are not sent',
    });
  });
});
