// Money in currencies that count differently, at both wires: what a payer owes is what arrives and what goes back, and what we
// say that a provider refuses, it refuses.
import { PROVIDER_NAMES } from '../../src/providers/descriptors';
import { openStandIn, providerAt, type StandIn } from './contract-subject';
import { newId, okValue } from './promises';
import { createRequest, soon } from './wire';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

const AMOUNTS = [
  { currency: 'USD', amountMinor: 1_999n },
  { currency: 'INR', amountMinor: 10_001n },
  { currency: 'JPY', amountMinor: 501n },
  { currency: 'ISK', amountMinor: 701n },
  { currency: 'KWD', amountMinor: 1_230n },
  // About as much as 1,000 US dollars.
  { currency: 'COP', amountMinor: 400_000_000n },
];

describe.each(PROVIDER_NAMES)('At %s', (name) => {
  const create = (amountMinor: bigint, currency: string) => {
    const ourIntentId = newId('int');
    const request = createRequest({ ourIntentId, amount: { amountMinor, currency } });
    return providerAt(name, standIn.url).createIntent(request, { ...soon, idempotencyKey: ourIntentId });
  };

  test.each(AMOUNTS)('$amountMinor of $currency is paid, and goes back, as it is', async (amount) => {
    const provider = providerAt(name, standIn.url);
    const { providerIntentId } = await okValue(create(amount.amountMinor, amount.currency));
    await standIn.simulator.play({ provider: name, providerIntentId, outcome: 'succeed', delayMs: 0 });

    const paid = await okValue(provider.getIntent(providerIntentId, soon));
    expect(paid).toMatchObject({ status: 'succeeded', amount, payments: [{ amount }] });

    const ourRefundId = newId('ref');
    const request = {
      ...{ providerIntentId, providerPaymentId: paid.payments[0]?.providerPaymentId ?? '' },
      ...{ amount, ourRefundId, reason: 'r' },
    };
    const refund = await okValue(
      provider.createRefund(request, { ...soon, idempotencyKey: `refund-${ourRefundId}` }),
    );
    expect(refund.amount).toEqual(amount);
    const after = await okValue(provider.getIntent(providerIntentId, soon));
    expect(after.payments[0]?.amountRefundedMinor).toBe(amount.amountMinor);
  });

  test.each([
    ['below the least', name === 'stripe' ? 49n : 99n, 'INR'],
    ['below the least of a currency without parts', name === 'stripe' ? 49n : 99n, 'JPY'],
    ['that does not end in 0', 1_234n, 'KWD'],
    ['of a currency that it does not list', 10_000n, name === 'stripe' ? 'GHS' : 'GEL'],
  ])('an amount %s is refused', async (_, amountMinor, currency) => {
    expect(await create(amountMinor, currency)).toMatchObject({ kind: 'rejected' });
  });
});
