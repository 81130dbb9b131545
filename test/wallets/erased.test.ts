// A former member who is erased: what they bought for a shared wallet says no longer who paid, with what and from where; the wallet
// keeps its credits, and what others bought for it is as it was.
import { eraseUser } from '../../src/deliveries/erase-user';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
});
afterAll(stopGateways);

async function bought(by: Client, walletId: string, idempotencyKey: string): Promise<string> {
  const input = {
    ...{ walletId, packageId: 'small', provider: 'stripe', idempotencyKey },
    ...{ reference: `for ${idempotencyKey}`, returnUrl: 'http://127.0.0.1/back' },
  };
  const { intent } = await by.mutate('createIntent', input, 'intent { id }');
  await by.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { id }');
  return intent.id;
}

it('is forgotten in what was bought for the wallet, which keeps its credits, and nobody else is', async () => {
  const pool = database.pool();
  const [shop, mary, olga] = await Promise.all([
    gateway.as('shop', 'service'),
    gateway.as('mary'),
    gateway.as('olga'),
  ]);
  const input = { name: 'Acme', ownerId: 'olga', idempotencyKey: 'acme' };
  const { wallet } = await shop.mutate('createWallet', input, 'wallet { id }');
  const walletId: string = wallet.id;
  await shop.mutate('setWalletMember', { walletId, userId: 'mary', role: 'manager' }, 'wallet { id }');
  const marys = await bought(mary, walletId, 'of Mary Mustermann');
  const olgas = await bought(olga, walletId, 'of Olga');
  const rowOf = async (id: string) => {
    const { rows } = await pool.query(
      `select i.payment_method is not null as method, i.fingerprint_id, i.return_url, i.reference, i.request::text, i.idempotency_key,
         (select count(*)::int from webhook_events where intent_id = i.id and body is not null) as bodies,
         (select count(*)::int from risk_decisions where intent_id = i.id and coalesce(device, address, email_domain, country, card) is not null) as decisions
       from intents i where i.id = $1`,
      [id],
    );
    return rows[0];
  };
  await eventually(async () => {
    for (const id of [marys, olgas])
      expect(await rowOf(id)).toMatchObject({ method: true, bodies: expect.any(Number) });
    expect((await rowOf(marys)).bodies).toBeGreaterThan(0);
  });
  const before = await rowOf(olgas);
  await shop.mutate('removeWalletMember', { walletId, userId: 'mary' }, 'wallet { id }');

  expect(await eraseUser(pool, { id: 'adm_1', role: 'admin' }, 'mary')).toMatchObject({ intents: 1 });

  expect(await rowOf(marys)).toMatchObject({
    ...{ method: false, fingerprint_id: null, return_url: null, reference: null, request: '{}', bodies: 0 },
    ...{ decisions: 0, idempotency_key: expect.stringMatching(/^erased:/) },
  });
  expect(await rowOf(olgas)).toEqual(before);
  const { data } = await olga.query('query ($id: ID!) { balance(walletId: $id) { credits } }', {
    id: walletId,
  });
  expect(data.balance.credits).toBe(100);
});

it('waits while such a purchase is open', async () => {
  const shop = await gateway.as('shop', 'service');
  const input = { name: 'Open', ownerId: 'odd', idempotencyKey: 'open' };
  const { wallet } = await shop.mutate('createWallet', input, 'wallet { id }');
  const odd = await gateway.as('odd');
  const wish = { walletId: wallet.id, packageId: 'small', provider: 'stripe', idempotencyKey: 'o-1' };
  expect((await odd.mutate('createIntent', wish, 'intent { id }')).errors).toEqual([]);
  await expect(eraseUser(database.pool(), { id: 'adm_1', role: 'admin' }, 'odd')).rejects.toMatchObject({
    code: 'INVALID_STATE',
  });
});
