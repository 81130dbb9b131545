// A payer's receipt, as whoever holds its link gets it from a running gateway.
import { closeReceivers, startReceiver } from '../deliveries/receiver';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({
    DATABASE_URL: database.url,
    MERCHANT_NAME: 'Nimbus & Söhne',
    MERCHANT_ADDRESS: '12 Residency Road|Bengaluru 560025',
    MERCHANT_TAX_NUMBER: '29ABCDE1234F1Z5',
    MERCHANT_CONTACT: 'billing@nimbus.example',
    RECEIPT_TAX: 'INR:GST:18',
  });
});
afterAll(() => Promise.all([closeReceivers(), stopGateways()]));

async function bought(user: Client, key: string): Promise<{ id: string; receiptPath: string | null }> {
  const wish = { packageId: 'medium', provider: 'stripe', currency: 'INR', idempotencyKey: key };
  const { intent } = await user.mutate('createIntent', wish, 'intent { id receiptPath }');
  expect(intent.receiptPath).toBeNull();
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  return (await user.query(`{ intent(id: "${intent.id}") { id receiptPath } }`)).data.intent;
}

const pageAt = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${gateway.url}${path}`, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

it('says who sold what, how it was paid, the tax within the price, and what went back since', async () => {
  const { id, receiptPath } = await bought(await gateway.as('maya'), 'receipt-1');
  const before = await pageAt(receiptPath!);
  for (const said of [
    'Nimbus &amp; Söhne',
    '12 Residency Road<br>Bengaluru 560025',
    '29ABCDE1234F1Z5',
    id,
    'maya',
  ])
    expect(before.text).toContain(said);
  expect(before.text).toMatch(/Total paid<\/th><td>₹100\.00/);
  expect(before.text).toMatch(/of which GST 18 %<\/th><td>₹15\.25/);
  expect(before.text).toMatch(/before tax<\/th><td>₹84\.75/);
  expect(before.text).not.toContain('Refund<');

  const finance = await gateway.as('fin_1', 'finance');
  const refund = { intentId: id, amountMinor: '4000', reason: 'Half', idempotencyKey: 'receipt-refund' };
  expect((await finance.mutate('refundIntent', refund, 'refund { id }')).errors).toEqual([]);
  const { text } = await pageAt(receiptPath!);
  expect(text).toMatch(/Refund<small>[^<]+<\/small><\/th><td>-₹40\.00/);
  expect(text).toMatch(/Paid after refunds<\/th><td>₹60\.00/);
});

it('is opened by its own link alone: a changed one, one of another purchase and a made-up number find nothing', async () => {
  const user = await gateway.as('nils');
  const [one, two] = [await bought(user, 'receipt-2'), await bought(user, 'receipt-3')];
  const signature = one.receiptPath!.split('signature=')[1]!;
  const others = [
    `/receipts/${one.id}`,
    `/receipts/${one.id}?signature=`,
    `/receipts/${one.id}?signature=${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`,
    `/receipts/${one.id}?signature=${signature}&signature=${signature}`,
    `/receipts/${two.id}?signature=${signature}`,
    `/receipts/int_none?signature=${signature}`,
    `/receipts/%00?signature=${signature}`,
  ];
  expect((await pageAt(one.receiptPath!)).status).toBe(200);
  for (const path of others) expect({ path, ...(await pageAt(path)) }).toMatchObject({ path, status: 404 });

  const stranger = await gateway.as('olga');
  expect((await stranger.query(`{ intent(id: "${one.id}") { receiptPath } }`)).data.intent).toBeNull();
  const support = await gateway.as('sup_1', 'support');
  expect((await support.query(`{ intent(id: "${one.id}") { receiptPath } }`)).data.intent.receiptPath).toBe(
    one.receiptPath,
  );
});

it('lets nothing in from elsewhere, and its address out to nobody', async () => {
  const { receiptPath } = await bought(await gateway.as('pia'), 'receipt-4');
  const { headers } = await pageAt(receiptPath!);
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(headers.get('x-robots-tag')).toBe('noindex');
});

it('speaks Hindi to a browser that does, and to whoever asks for it', async () => {
  const { receiptPath } = await bought(await gateway.as('ravi'), 'receipt-5');
  expect((await pageAt(receiptPath!, { 'accept-language': 'hi-IN,en;q=0.8' })).text).toContain(
    '<html lang="hi">',
  );
  expect((await pageAt(`${receiptPath}&language=hi`, { 'accept-language': 'en' })).text).toContain('रसीद');
  expect((await pageAt(`${receiptPath}&language=fr`, { 'accept-language': 'hi' })).text).toContain('रसीद');
  expect((await pageAt(receiptPath!, { 'accept-language': 'de' })).text).toContain('<html lang="en">');
});

it('is told to the back end with the end of the purchase', async () => {
  const receiver = await startReceiver();
  const admin = await gateway.as('adm_1', 'admin');
  await admin.mutate(
    'createWebhookEndpoint',
    { url: receiver.url, events: ['intent.succeeded'] },
    'endpoint { id }',
    'WebhookEndpointInput',
  );
  const { receiptPath } = await bought(await gateway.as('sara'), 'receipt-6');
  const [told] = await receiver.until((got) => got.length > 0);
  expect(told?.event.data.receiptPath).toBe(receiptPath);
});
