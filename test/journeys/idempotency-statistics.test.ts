// How often a key of a purchase came again, for whoever runs the gateway.
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

test('an operator and a scraper see how often keys were found, not found, and used for something else', async () => {
  const METRICS_TOKEN = 'a-token-of-this-test';
  const gateway = await startGateway({ DATABASE_URL: database.url, METRICS_TOKEN });
  const ann = await gateway.as('ann');
  const buy = (packageId: string) =>
    ann.mutate('createIntent', { packageId, idempotencyKey: 'k' }, 'replayed errors { code }');

  expect(await buy('small')).toMatchObject({ replayed: false, errors: [] });
  for (let nth = 0; nth < 2; nth++) expect(await buy('small')).toMatchObject({ replayed: true });
  expect(await buy('medium')).toMatchObject({ errors: [{ code: 'IDEMPOTENCY_CONFLICT' }] });

  const support = await gateway.as('sup', 'support');
  const { data } = await support.query('{ admin { health { checks { name ok detail } } } }');
  expect(data.admin.health.checks).toContainEqual({
    name: 'idempotency',
    ok: true,
    detail: expect.stringMatching(
      /^[23] hits, [12] misses, 1 conflicts; answered keys are kept in the memory of this process\.$/,
    ),
  });
  const scraped = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const text = await scraped.text();
  expect(text).toMatch(/idempotency_keys_total\{result="hits",backend="memory"\} [23]\n/);
  expect(text).toContain('idempotency_keys_total{result="conflicts",backend="memory"} 1\n');
});
