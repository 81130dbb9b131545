// Risk adds no round trip to a purchase.
import { LimitedClient } from '../../src/db/limited-client';
import { claimOf, THRESHOLDS, useRisk } from './stand';

const risk = useRisk();
const payer = {
  ...{ address: '192.0.2.7', country: 'DE', emailDomain: 'mail.example' },
  accountCreatedAt: new Date('2024-01-01T00:00:00Z'),
};

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  // The pool sends through this client, which keeps the driver's own method from when it was made.
  const sent = jest.spyOn(LimitedClient.prototype as unknown as { answered: () => unknown }, 'answered');
  try {
    await work();
    return sent.mock.calls.length;
  } finally {
    sent.mockRestore();
  }
}

beforeAll(async () => {
  await risk.useRules({ signal: 'user_purchases_1h', at_least: 2, weight: 50 });
  await risk.rows(`select add_rules($1, 'shadow', 'test', null)`, [
    JSON.stringify({
      thresholds: THRESHOLDS,
      rules: [{ code: 'all', signal: 'user_purchases_10m', at_least: 1, weight: 90 }],
    }),
  ]);
});

it.each(['off', 'observe', 'act'] as const)(
  'a purchase is claimed by one statement while RISK is %s, also where rules fire',
  async (mode) => {
    const claim = risk.claims(mode);
    const claimed: string[] = [];
    const statements = await statementsOf(async () => {
      for (const _ of ['first', 'second'])
        claimed.push((await claim(claimOf(`user_${mode}`, { fingerprintId: 'phone', payer }))).outcome);
    });

    expect(claimed).toEqual(['created', 'created']);
    expect(statements).toBe(2);
    expect(await risk.decisionsOf(`user_${mode}`)).toHaveLength(mode === 'off' ? 0 : 2);
  },
);
