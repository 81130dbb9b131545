// The receipt, as somebody who paid opens, reads and prints it.
import { seriousFindings, shoot, useBrowser } from './browser';

const stand = useBrowser({
  MERCHANT_NAME: 'Nimbus Images',
  MERCHANT_ADDRESS: '12 Residency Road|Bengaluru 560025',
  MERCHANT_TAX_NUMBER: 'GSTIN 29ABCDE1234F1Z5',
  MERCHANT_CONTACT: 'billing@nimbus.example',
  RECEIPT_TAX: 'INR:GST:18',
});

it('opens a receipt from the shop and from the tag, in both languages, and prints it on one sheet', async () => {
  const page = await stand.open('/shop');
  await page.getByRole('button', { name: 'Buy 120 credits' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('120 credits added').waitFor();
  const [receipt] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Receipt' }).click(),
  ]);
  await receipt.getByRole('heading', { name: 'Receipt' }).waitFor();
  await receipt.getByText('Nimbus Images').waitFor();
  for (const scheme of ['light', 'dark'] as const) {
    await receipt.emulateMedia({ colorScheme: scheme });
    expect(await seriousFindings(receipt)).toEqual([]);
    await shoot(receipt, `receipt-${scheme}`);
  }
  await receipt.evaluate('window.print = () => { document.title = "printed"; }');
  await receipt.getByRole('button', { name: 'Print' }).click();
  expect(await receipt.title()).toBe('printed');
  const pdf = (await receipt.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  await receipt.getByRole('link', { name: 'हिन्दी' }).click();
  await receipt.getByRole('heading', { name: 'रसीद' }).waitFor();
  expect(await seriousFindings(receipt)).toEqual([]);
  await shoot(receipt, 'receipt-hindi');
});

it("gives the operator the payer's own receipt", async () => {
  const user = await stand.gateway.as('asha');
  const wish = { packageId: 'small', provider: 'razorpay', idempotencyKey: 'console-receipt' };
  const { intent } = await user.mutate('createIntent', wish, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const page = await stand.open(`/console/payments/${intent.id}`);
  const [receipt] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open', exact: true }).click(),
  ]);
  await receipt.getByText(intent.id).waitFor();
});
